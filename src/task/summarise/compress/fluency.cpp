#include "task/summarise/compress/fluency.h"

#include <algorithm>
#include <cmath>

#include "task/language/likelihood.h"
#include "task/summarise/compress/choose.h"
#include "task/summarise/compress/words.h"
#include "task/summarise/parts.h"

namespace recura {
namespace {

/// Sequences of a sentence that are compared, and partial ones that their search remembers: of long sentences fewer.
constexpr std::size_t kCandidates = 8, kMostPartials = std::size_t{1} << 21;
constexpr std::size_t kRoundRows = 256;

/// What may stand in place of as many of a row's kept words from `at` on, the likeliest first.
struct Choice {
  std::size_t at = 0;
  std::vector<std::vector<std::size_t>> kept;
  std::vector<double> scores;
};

/// What a sentence, whose first word has the number `first` in its row, may keep in place of as many `own` words.
Choice choice_of(const TagNetwork& network, const SummaryRow& row, const ReadSentence& sentence, std::size_t first,
                 std::span<const std::size_t> own, const SummaryLimits& limits) {
  const std::size_t words = sentence.p.size(), count = own.size();
  const std::size_t partials = words * (std::min(count, words - count) + 1) * kKeptTags.size();
  const std::size_t most = std::min(kMostPartials / partials, kCandidates);
  if (most < 2) return {};
  const SummaryLimits as_much = {
      .words = limits.words < 0 ? -1 : count_words(row.text, row.sentences, own),
      .characters = limits.characters < 0 ? -1 : count_characters(row.text, row.sentences, own)};
  Choice choice;
  for (const auto& [tags, score] :
       network.crf().best(sentence.emissions, most, {kKeptTags, static_cast<Index>(count)})) {
    std::vector<std::size_t> kept;
    for (std::size_t word = 0; word < words; ++word) {
      if (tags[word] > 0) kept.push_back(first + word);
    }
    const bool is_twice = std::ranges::count(choice.kept, kept) > 0;  // the same words in other pieces
    if (is_twice || !is_within(row.text, row.sentences, kept, as_much)) continue;
    choice.kept.push_back(std::move(kept));
    choice.scores.push_back(score);
  }
  return choice;
}

std::vector<Choice> choices_of(const TagNetwork& network, const SummaryRow& row, const ReadText& read,
                               std::span<const std::size_t> kept, const SummaryLimits& limits) {
  std::vector<Choice> choices;
  std::size_t first = 0, at = 0;
  for (const ReadSentence& sentence : read.sentences()) {
    const std::size_t begin = at, next = first + sentence.p.size();
    while (at < kept.size() && kept[at] < next) ++at;
    if (at > begin && at - begin < sentence.p.size()) {
      Choice choice = choice_of(network, row, sentence, first, kept.subspan(begin, at - begin), limits);
      choice.at = begin;
      if (choice.kept.size() > 1) choices.push_back(std::move(choice));
    }
    first = next;
  }
  return choices;
}

/// Puts the best one of each choice into what is kept; `next` is what the language model says of each.
void decide(std::vector<Choice>& choices, double weight, std::vector<Likelihood>::const_iterator& next,
            std::vector<std::size_t>& kept) {
  for (Choice& choice : choices) {
    for (double& score : choice.scores) score += weight * (next++)->log_probability();
    const auto best = std::ranges::max_element(choice.scores) - choice.scores.begin();
    std::ranges::copy(choice.kept[static_cast<std::size_t>(best)],
                      kept.begin() + static_cast<std::ptrdiff_t>(choice.at));
  }
}

/// `make_fluent` of so few rows that all of their choices are held at once.
void make_round_fluent(const Compressor& compressor, std::span<const SummaryRow> rows, std::span<const ReadText> read,
                       const SummaryLimits& limits, std::span<std::vector<std::size_t>> kept, Executor& executor) {
  std::vector<std::vector<Choice>> choices(rows.size());
  for_each_row(rows.size(), executor, [&](std::size_t i) {
    choices[i] = choices_of(*compressor.model.network, rows[i], read[i], kept[i], limits);
  });
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const Choice& choice : choices[i]) {
      for (const auto& one : choice.kept) texts.push_back(joined_words(rows[i].text, rows[i].sentences, one));
    }
  }
  const std::vector<Likelihood> found = likelihoods(*compressor.fluency, texts, executor);
  auto next = found.begin();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::vector<std::size_t> fluent = kept[i];
    decide(choices[i], compressor.weight, next, fluent);
    if (is_within(rows[i].text, rows[i].sentences, fluent, limits)) kept[i] = std::move(fluent);
  }
}

}  // namespace

void make_fluent(const Compressor& compressor, std::span<const SummaryRow> rows, std::span<const ReadText> read,
                 const SummaryLimits& limits, std::span<std::vector<std::size_t>> kept, Executor& executor) {
  if (!compressor.judges()) return;
  for (std::size_t at = 0; at < rows.size(); at += kRoundRows) {
    const std::size_t count = std::min(kRoundRows, rows.size() - at);
    make_round_fluent(compressor, rows.subspan(at, count), read.subspan(at, count), limits, kept.subspan(at, count),
                      executor);
  }
}

double perplexity(const Compressor& compressor, const std::vector<std::string>& texts, Executor& executor) {
  if (compressor.fluency == nullptr) return 0;
  Likelihood total;
  for (const Likelihood& one : likelihoods(*compressor.fluency, texts, executor)) total.add(one);
  return std::exp(total.loss());
}

}  // namespace recura
