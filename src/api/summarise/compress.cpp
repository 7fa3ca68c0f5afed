#include <recura/summarizer.h>

#include "api/summarise/state.h"
#include "api/training.h"
#include "task/summarise/compress/choose.h"
#include "task/summarise/compress/predict.h"
#include "task/summarise/compress/train.h"
#include "task/summarise/compress/words.h"

namespace recura {
namespace {

/// Words that follow on one another are one piece.
Summary summary_of(const SummaryRow& row, const std::vector<double>& p, std::span<const std::size_t> chosen) {
  Summary summary{.text = joined_words(row.text, row.sentences, chosen),
                  .sentences = {},
                  .kept = {},
                  .keyphrases = {},
                  .written = {}};
  for (std::size_t at = 0; at < chosen.size();) {
    const std::size_t first = at;
    double sum = p[chosen[at++]];
    while (at < chosen.size() && chosen[at] == chosen[at - 1] + 1) sum += p[chosen[at++]];
    summary.kept.push_back(
        {row.sentences[chosen[first]].begin, row.sentences[chosen[at - 1]].end, sum / static_cast<double>(at - first)});
  }
  return summary;
}

}  // namespace

SummaryLimits kept_limits_of(SummaryLength length) {
  check_values(describe_for_compressor(length));
  return {.words = length.words, .characters = length.characters, .share = length.share};
}

std::vector<Summary> summaries(const Compressor& compressor, const std::vector<std::string>& texts,
                               const SummaryLength& length, Executor& executor) {
  const CompressModel& model = compressor.model;
  const Compressor weighed{model, compressor.fluency, length.fluency_weight};
  const SummaryLimits limits = kept_limits_of(length);
  std::vector<SummaryRow> rows(texts.size());
  for_each_row(rows.size(), executor, [&](std::size_t i) {
    rows[i].text = texts[i];
    rows[i].sentences = cut_words(model.encoder.tokenizer(), texts[i]);
  });
  const std::vector<ReadText> read = predict(model, rows, weighed.judges(), executor);
  std::vector<std::vector<std::size_t>> kept;
  for (std::size_t i = 0; i < rows.size(); ++i)
    kept.push_back(limits.any() ? choose_words(texts[i], rows[i].sentences, read[i], limits)
                                : read[i].kept(read[i].likeliest()));
  make_fluent(weighed, rows, read, limits, kept, executor);
  std::vector<Summary> result;
  for (std::size_t i = 0; i < rows.size(); ++i) result.push_back(summary_of(rows[i], read[i].p(), kept[i]));
  return result;
}

Narrowing round_weights(CompressModel& model, Precision precision, std::vector<SummaryRow> rows, Executor& executor) {
  find_kept(rows, model.encoder.tokenizer(), executor);
  std::int64_t unseen = 0;
  const TaggedFeatures dev = tagged_features(model, tagged_sentences(rows), true, unseen, executor), none;
  const TagObjective objective(*model.network, model.tags, none, dev, kept_f1);
  const Narrowing narrowing = narrow(*model.network, precision, objective, std::ssize(rows), executor);
  model.facts.narrowing = to_json(narrowing, "f1");
  return narrowing;
}

SummarizerInfo info_of(const CompressModel& model) {
  SummarizerInfo info = common_info_of(model);
  info.vocabulary = model.encoder.words().size();
  info.characters = model.encoder.characters().size() - 1;
  info.text = shown_json(TextSettings{.rule = model.encoder.tokenizer().rule()});
  return info;
}

}  // namespace recura
