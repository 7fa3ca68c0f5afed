#include <recura/summarizer.h>

#include <algorithm>

#include "api/classify/state.h"
#include "api/input.h"
#include "api/summarise/state.h"
#include "base/error.h"
#include "data/text_rows.h"
#include "task/summarise/compress/report.h"
#include "task/summarise/compress/words.h"
#include "task/summarise/select/report.h"
#include "task/summarise/select/train.h"
#include "task/summarise/write/report.h"

namespace recura {
namespace {

RougeRates rates_of(const PrecisionRecall& mean, const Interval& f1) {
  return {mean.precision, mean.recall, mean.f1, f1.low, f1.high};
}

SummaryScores scores_of(const SummaryReport& report) {
  SummaryScores scores;
  const RougeReport& rouge = report.rouge;
  scores.rouge1 = rates_of(rouge.mean.rouge1, rouge.rouge1);
  scores.rouge2 = rates_of(rouge.mean.rouge2, rouge.rouge2);
  scores.rouge_l = rates_of(rouge.mean.rouge_l, rouge.rouge_l);
  scores.rouge_lsum = rates_of(rouge.mean.rouge_lsum, rouge.rouge_lsum);
  scores.length_ratio = report.length_ratio;
  scores.copied = report.copied;
  scores.repeated = report.repeated;
  return scores;
}

SummaryScores scores_of(const SelectionReport& report, std::int64_t right) {
  SummaryScores scores = scores_of(report.summaries);
  scores.share = report.share;
  scores.sentences = {"sentences", report.sentences.precision, report.sentences.recall, report.sentences.f1, right};
  return scores;
}

SummaryEvaluation evaluation_of(const SummaryData& data) {
  SummaryEvaluation e;
  e.format = name(data.format);
  e.texts = std::ssize(data.rows);
  e.bad_rows = data.bad_rows;
  e.problems = lines_of(data.problems);
  return e;
}

/// Of a report on a model that chooses, beside lead and oracle.
SummaryEvaluation evaluation_of(const SummaryData& data, const SelectReport& report, const SummaryLimits& limits) {
  std::int64_t right = 0;
  for (const SummaryRow& row : data.rows) right += std::count(row.keep.begin(), row.keep.end(), true);
  SummaryEvaluation e = evaluation_of(data);
  e.kind = "select";
  e.as_many = !limits.any();
  e.scores = scores_of(report.model, right);
  e.lead = scores_of(report.lead, right);
  e.oracle = scores_of(report.oracle, right);
  return e;
}

void refuse_limits(SummaryLength length) {
  SummaryLength none;
  const std::vector<Option> asked = describe(length), unasked = describe(none);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (asked[i].get() != unasked[i].get())
      throw ArgumentError("--{} is for a model: summaries that somebody gave stay as they are", asked[i].name);
  }
}

/// The summaries of a file, which has one in each row, where `extract` writes it: the other file's fields may be called
/// otherwise.
struct GivenTexts {
  std::vector<std::string> summaries;
  DataFormat format;
};

GivenTexts read_given(const std::string& path, const SummaryInput& input) {
  ReadOptions options = summary_read_options(input).read;
  options.text_field = SummaryInput().summary_field;
  TextRowReader reader(path, options);
  GivenTexts given{{}, reader.format()};
  for (TextRow row; reader.next(row);) {
    if (!row.error.empty()) throw DataError("{}: line {}: {}", shown(path), row.line, row.error);
    given.summaries.push_back(std::move(row.text));
  }
  return given;
}

}  // namespace

SummaryEvaluation compare_summaries(const std::string& right, const std::string& given,
                                    const SummaryEvaluationOptions& options) {
  refuse_limits(options.length);
  SummaryReadOptions reading = summary_read_options(options.input);
  reading.read.skip_bad_rows = false;  // rows would no longer stand side by side
  const SummaryData data = read_summaries(right, reading);
  const auto [summaries, format] = read_given(given, options.input);
  if (summaries.size() != data.rows.size()) {
    throw DataError("{} has {} rows, {} has {}: expected a summary for each text", shown(given), summaries.size(),
                    shown(right), data.rows.size());
  }
  const auto executor = make_executor(0);
  SummaryEvaluation e = evaluation_of(data);
  e.format = name(format);
  e.scores = scores_of(summary_report(data.rows, summaries, {.stem = options.stem}, *executor));
  return e;
}

SummaryEvaluation evaluate(const SelectModel& model, SummaryData data, const SummaryEvaluationOptions& options,
                           Executor& executor) {
  const SummaryLimits limits = limits_of(options.length);
  find_sentences(data.rows, model.cut, executor);
  return evaluation_of(data, select_report(model, data.rows, limits, {.stem = options.stem}, executor), limits);
}

SummaryEvaluation evaluate(const Compressor& compressor, SummaryData data, const SummaryEvaluationOptions& options,
                           Executor& executor) {
  const SummaryLimits limits = kept_limits_of(options.length);
  find_kept(data.rows, compressor.model.encoder.tokenizer(), executor);
  const CompressReport report = compress_report({compressor.model, compressor.fluency, options.length.fluency_weight},
                                                data.rows, limits, {.stem = options.stem}, executor);
  SummaryEvaluation e = evaluation_of(data, report, limits);
  e.kind = kind_of(compressor);
  e.free = scores_of(report.free, e.scores.sentences.rows);
  e.scores.perplexity = report.perplexity.model;
  e.lead.perplexity = report.perplexity.lead;
  e.oracle.perplexity = report.perplexity.oracle;
  e.free.perplexity = report.perplexity.free;
  return e;
}

SummaryEvaluation evaluate(const Writer& writer, SummaryData data, const SummaryEvaluationOptions& options,
                           Executor& executor) {
  const WriteReport report = write_report(
      writer, data.rows, {beam_of(options.length.writing, writer.model), {.stem = options.stem}}, executor);
  SummaryEvaluation e = evaluation_of(data);
  e.kind = "write";
  e.scores = scores_of(report.model);
  e.lead = scores_of(report.lead);
  e.with_new = report.with_new;
  return e;
}

SummaryEvaluation Summarizer::evaluate(const std::string& path, const SummaryEvaluationOptions& options) const {
  return state_->visit([&](const auto& model) {
    SummaryData data = read_summaries(path, summary_read_options(options.input, kind_of(model)));
    return recura::evaluate(model, std::move(data), options, *state_->executor);
  });
}

}  // namespace recura
