#include <recura/summarizer.h>

#include "api/summarise/state.h"
#include "api/training.h"
#include "base/error.h"
#include "task/summarise/write/report.h"
#include "task/summarise/write/train/train.h"

namespace recura {
namespace {

SummaryWord word_of(const WrittenWord& written, const std::vector<Token>& tokens) {
  const auto token = [&](Index place) { return tokens[static_cast<std::size_t>(place)]; };
  const WordOrigin& origin = written.origin;
  SummaryWord word;
  word.begin = written.place.begin;
  word.end = written.place.end;
  word.copied = origin.copied;
  if (origin.place >= 0) {
    word.source_begin = token(origin.place).begin;
    word.source_end = token(origin.place + origin.count - 1).end;
  }
  word.is_new = written.is_new;
  for (const auto& [place, weight] : written.attended)
    word.attention.push_back({token(place).begin, token(place).end, weight});
  return word;
}

WrittenText text_of(WrittenSummary&& written, const std::vector<Token>& tokens) {
  WrittenText text{std::move(written.text), {}, written.score};
  for (const WrittenWord& word : written.words) text.words.push_back(word_of(word, tokens));
  return text;
}

}  // namespace

BeamOptions beam_of(WritingOptions options, const WriteModel& model) {
  check_values(describe(options));
  if (options.best > options.beam)
    throw ArgumentError("--best: a beam of {} gives no {} summaries; widen it with --beam", options.beam, options.best);
  const std::int64_t most = options.max_words > 0 ? options.max_words : model.longest;
  if (options.max_words > 0 && options.min_words > most)
    throw ArgumentError("--min-words: {} are more than the {} of --max-words", options.min_words, most);
  return {.beam = options.beam,
          .length_penalty = options.length_penalty,
          .no_repeat = options.no_repeat,
          .least = options.min_words,
          .most = std::max(most, options.min_words)};
}

std::vector<Summary> summaries(const Writer& writer, const std::vector<std::string>& texts, const SummaryLength& length,
                               Executor& executor) {
  const WritingOptions& options = length.writing;
  const SearchOptions search{beam_of(options, writer.model), options.best, options.attention};
  std::vector<Summary> result;
  for (WrittenSummaries& one : write_summaries(writer, texts, search, executor)) {
    Summary& summary = result.emplace_back();
    summary.dropped = one.dropped;
    for (WrittenSummary& written : one.summaries) summary.written.push_back(text_of(std::move(written), one.tokens));
    if (!summary.written.empty()) summary.text = summary.written.front().text;
  }
  return result;
}

Narrowing round_weights(WriteModel& model, Precision precision, std::vector<SummaryRow> rows, Executor& executor) {
  const std::vector<WriteExample> none;
  const auto dev = make_examples(model.encoder, model.network->spec().outputs, rows, model.longest, executor);
  const WriteObjective objective(*model.network, none, dev, {},
                                 [&](Executor& own) { return mean_rouge(model, rows, own); });
  const Narrowing narrowing = narrow(*model.network, precision, objective, std::ssize(rows), executor);
  model.facts.narrowing = to_json(narrowing, "rouge");
  return narrowing;
}

SummarizerInfo info_of(const WriteModel& model) {
  SummarizerInfo info = text_info_of(model);
  info.outputs = model.network->spec().outputs;
  info.longest = model.longest;
  return info;
}

}  // namespace recura
