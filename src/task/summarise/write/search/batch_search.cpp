#include "task/summarise/write/search/batch_search.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace recura {
namespace {

/// The search for the summary of one text.
struct TextSearch {
  Beam beam;
  std::vector<Index> states;  // the row of each live hypothesis
};

/// Of each text so many questions as it has live hypotheses.
Questions questions_of(const TextBatch& batch, const std::vector<TextSearch>& searches) {
  std::vector<Index> counts;
  for (const TextSearch& one : searches) counts.push_back(std::ssize(one.beam.live()));
  Questions questions = batch.questions(counts);
  for (Index text = 0; text < std::ssize(searches); ++text) {
    const TextSearch& own = searches[static_cast<std::size_t>(text)];
    for (std::size_t k = 0; k < own.states.size(); ++k) {
      const auto row = static_cast<std::size_t>(questions.asked->row(text, static_cast<Index>(k)));
      questions.before[row] = batch.before(text, own.beam.live()[k].words);
      questions.states[row] = own.states[k];
    }
  }
  return questions;
}

void advance(const TextBatch& batch, const Writing& writing, const Questions& questions,
             std::vector<TextSearch>& searches) {
  for (Index text = 0; text < std::ssize(searches); ++text) {
    TextSearch& own = searches[static_cast<std::size_t>(text)];
    std::vector<std::vector<real>> next;
    for (Index k = 0; k < std::ssize(own.beam.live()); ++k)
      next.push_back(mixture(batch.answer(writing, questions, text, k), batch.source(text)));
    if (next.empty()) continue;
    if (!std::isfinite(next.front().front()))
      throw DataError("the network gives a word no finite number: its weights are too large");
    own.beam.advance(next);
    own.states.clear();
    for (const Hypothesis& one : own.beam.live()) own.states.push_back(questions.asked->row(text, one.parent));
  }
}

}  // namespace

std::vector<Beam> find_summaries(const TextBatch& batch, const BeamOptions& options) {
  std::vector<TextSearch> searches;
  for (Index text = 0; text < std::ssize(batch); ++text)
    searches.push_back({Beam(options, batch.source(text).marks), {text}});
  WriterStates states = batch.first();
  const auto is_live = [](const TextSearch& one) { return !one.beam.live().empty(); };
  while (std::ranges::any_of(searches, is_live)) {
    const Questions questions = questions_of(batch, searches);
    Tape tape = batch.tape();
    const Writing writing = batch.step(tape, questions, states);
    states = WriterStates(writing.last);
    advance(batch, writing, questions, searches);
  }
  std::vector<Beam> beams;
  for (TextSearch& one : searches) beams.push_back(std::move(one.beam));
  return beams;
}

std::vector<std::vector<WordOrigin>> find_origins(const TextBatch& batch,
                                                  std::span<const std::vector<std::int32_t>> summaries, bool attends) {
  std::vector<Index> counts;
  for (const auto& words : summaries) counts.push_back(std::ssize(words));
  Questions questions = batch.questions(counts);
  const auto for_each_word = [&](const auto& use) {
    for (Index text = 0; text < std::ssize(summaries); ++text) {
      for (Index k = 0; k < counts[static_cast<std::size_t>(text)]; ++k)
        use(text, k, std::span(summaries[static_cast<std::size_t>(text)]));
    }
  };
  for_each_word([&](Index text, Index k, std::span<const std::int32_t> words) {
    questions.before[static_cast<std::size_t>(questions.asked->row(text, k))] =
        batch.before(text, words.first(static_cast<std::size_t>(k)));
  });
  Tape tape = batch.tape();
  const Writing writing = batch.follow(tape, questions);
  std::vector<std::vector<WordOrigin>> origins(summaries.size());
  for_each_word([&](Index text, Index k, std::span<const std::int32_t> words) {
    const NextWord next = batch.answer(writing, questions, text, k);
    origins[static_cast<std::size_t>(text)].push_back(
        origin_of(words[static_cast<std::size_t>(k)], next, batch.source(text), attends));
  });
  return origins;
}

}  // namespace recura
