#include <recura/tagger.h>

#include <algorithm>
#include <set>
#include <unordered_set>

#include "api/input.h"
#include "api/label_rates.h"
#include "api/tag/state.h"
#include "api/training.h"
#include "base/error.h"
#include "task/tag/answer/extract.h"
#include "task/tag/answer/report.h"

namespace recura {
namespace {

Part part_of(const Share& share) { return {share.right, share.all}; }

SpanMistake mistake_of(const SpanError& error) {
  return {error.line,           error.piece,
          error.gold_text,      error.gold ? error.gold->type : "",
          error.predicted_text, error.predicted ? error.predicted->type : "",
          error.score};
}

TagEvaluation evaluation_of(const TaggedData& data, const SpanReport& report) {
  TagEvaluation e;
  e.format = name(data.format);
  e.texts = report.texts;
  e.bad_rows = data.bad_rows;
  for (const std::int64_t count : data.bad_spans) e.bad_spans += count;
  e.repaired = data.repaired;
  e.problems = lines_of(data.problems);
  e.right_spans = report.spans.gold;
  e.given_spans = report.spans.predicted;
  e.both = report.spans.right;
  e.micro = rates_of("micro", report.micro, report.spans.gold);
  e.macro = rates_of("macro", report.macro, report.spans.gold);
  for (const TypeReport& type : report.types) e.types.push_back(rates_of(type.type, type.rates, type.counts.gold));
  e.f1_low = report.f1_interval.low;
  e.f1_high = report.f1_interval.high;
  e.tokens = part_of(report.tokens);
  for (const Share& share : report.by_length) e.by_length.push_back(part_of(share));
  e.seen = part_of(report.seen);
  e.unseen = part_of(report.unseen);
  e.wrong_type = report.errors.wrong_type;
  e.wrong_edges = report.errors.wrong_edges;
  e.missed = report.errors.missed;
  e.spurious = report.errors.spurious;
  for (const TypeConfusion& one : report.confusion) e.confusion.push_back({one.gold, one.predicted, one.count});
  for (const SpanError& error : report.worst) e.worst.push_back(mistake_of(error));
  e.foreign_spans = report.foreign;
  e.labels = part_of(report.labels);
  e.whole = part_of(report.whole);
  return e;
}

TaggedData read_data(const std::string& path, const TagEvaluationOptions& options, const TextRule& rule) {
  TaggedReadOptions reading = tagged_read_options(options.input);
  reading.label_file = options.labels;
  reading.rule = rule;
  return read_tagged(path, reading);
}

TagEvaluation evaluate_spans(const TaggedData& data, const std::vector<PredictedSpans>& given,
                             const TagEvaluationOptions& options, const TextRule& rule) {
  std::unordered_set<std::string> known;
  if (!options.train.empty()) {
    TagEvaluationOptions unlabelled = options;
    unlabelled.labels.clear();
    for (const TaggedText& text : read_data(options.train, unlabelled, rule).texts) {
      for (const NamedSpan& span : text.spans) known.insert(span_name(text, span));
    }
  }
  const SpanReportOptions wanted{.known_names = options.train.empty() ? nullptr : &known,
                                 .worst = static_cast<std::size_t>(options.worst)};
  return evaluation_of(data, span_report(data.texts, given, wanted));
}

void count_unknown(const std::vector<TaggedText>& texts, const TagSet& tags, TagEvaluation& evaluation) {
  std::set<std::string> types;
  for (const TaggedText& text : texts) {
    for (const NamedSpan& span : text.spans) {
      if (tags.knows(span.type)) continue;
      types.insert(span.type);
      ++evaluation.unknown_spans;
    }
  }
  evaluation.unknown_types.assign(types.begin(), types.end());
}

}  // namespace

TagEvaluation Tagger::evaluate(const std::string& path, const TagEvaluationOptions& options) const {
  check_ranges(options);
  const TaggerModel& model = state_->model;
  if (!options.labels.empty() && model.labels.empty())
    throw ArgumentError("--labels: the model gives whole texts no labels");
  const TextRule& rule = model.encoder.tokenizer().rule();
  const TaggedData data = read_data(path, options, rule);
  std::vector<PredictedSpans> given;
  for (TagAnswer& answer :
       tag_tokens(model, data.texts, *state_->executor, state_->dictionary.get(), state_->query.least)) {
    PredictedSpans& one = given.emplace_back();
    for (FoundSpan& found : answer.spans) {
      if (!state_->is_kept(found, found.span.type)) continue;
      one.spans.push_back(std::move(found.span));
      one.scores.push_back(found.score);
    }
    if (answer.labels.empty()) continue;
    const auto best = std::ranges::max_element(answer.labels) - answer.labels.begin();
    one.label = model.labels[static_cast<std::size_t>(best)];
  }
  TagEvaluation evaluation = evaluate_spans(data, given, options, rule);
  count_unknown(data.texts, model.tags, evaluation);
  return evaluation;
}

TagEvaluation compare_spans(const std::string& right, const std::string& given, const TagEvaluationOptions& options) {
  check_ranges(options);
  const TextRule rule;
  TaggedReadOptions reading = tagged_read_options(options.input);
  reading.label_file = options.labels;
  reading.skip_bad = false;  // rows would no longer stand side by side, and a bad span that is given is no right one
  const TaggedData data = read_tagged(right, reading);
  reading.texts = &data.texts;
  // As `extract` names them: fields of other names are those of the row that it read.
  reading.spans_field = TaggedReadOptions().spans_field;
  reading.label_field = TaggedReadOptions().label_field;
  TaggedData other = read_tagged(given, reading);
  if (data.texts.size() != other.texts.size())
    throw DataError("{}: expected the {} texts of {}, got {}", given, data.texts.size(), right, other.texts.size());
  std::vector<PredictedSpans> spans;
  for (std::size_t i = 0; i < other.texts.size(); ++i) {
    TaggedText& text = other.texts[i];
    if (text.tokens != data.texts[i].tokens || text.text != data.texts[i].text)
      throw DataError("{}: line {}: not the tokens of line {} of {}", given, text.line, data.texts[i].line, right);
    spans.push_back({std::move(text.spans), {}, std::move(text.label)});
  }
  TagEvaluation evaluation = evaluate_spans(data, spans, options, rule);
  evaluation.format = name(other.format);
  return evaluation;
}

}  // namespace recura
