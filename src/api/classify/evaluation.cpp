#include <recura/classifier.h>

#include <limits>

#include "api/classify/gold_rows.h"
#include "api/classify/state.h"
#include "api/label_rates.h"
#include "base/error.h"
#include "task/classify/objective.h"
#include "task/classify/report/quality.h"
#include "task/classify/report/report.h"
#include "task/classify/report/set_report.h"

namespace recura {
namespace {

constexpr std::uint64_t kSeed = 1;  // of the draws of intervals: the same rows give the same interval

/// What reports of one label and of several have in common.
template <typename Report>
void add_rates(Evaluation& e, const Report& report, const std::vector<std::string>& labels) {
  e.rows = report.rows;
  e.unseen_rows = report.unseen;
  e.log_loss = report.log_loss;
  e.micro = rates_of("micro", report.micro, report.rows);
  e.macro = rates_of("macro", report.macro, report.rows);
  e.weighted = rates_of("weighted", report.weighted, report.rows);
  for (std::size_t k = 0; k < labels.size(); ++k)
    e.labels.push_back(rates_of(labels[k], report.labels[k], report.support[k]));
}

void add(Evaluation& e, const ClassificationReport& report, const std::vector<std::string>& labels) {
  add_rates(e, report, labels);
  e.accuracy = report.accuracy;
  e.majority = report.majority;
  e.matthews = report.matthews;
  for (auto row = report.confusion.begin(); row < report.confusion.end(); row += std::ssize(labels))
    e.confusion.emplace_back(row, row + std::ssize(labels));
}

void add(Evaluation& e, const SetReport& report, const std::vector<std::string>& labels) {
  add_rates(e, report, labels);
  e.several = true;
  e.accuracy = report.subset_accuracy;
}

/// Rows with right answers, and what a model answered.
struct Answered {
  GoldRows gold;
  std::vector<double> probabilities, thresholds;
  std::vector<LabelSet> given;
};

/// `State` is that of a classifier.
template <typename State>
Answered answer(const State& state, const LabelledData& data) {
  const ClassifierModel& model = state.model;
  Answered answered{gold_rows(data, model.labels), state.probabilities(data.texts), state.thresholds(), {}};
  answered.given = model.decision.several ? chosen_labels(answered.probabilities, answered.thresholds)
                                          : one_each(best_labels(answered.probabilities, model.labels.size()));
  return answered;
}

/// `labels`: their names.
void add_quality(Evaluation& e, const Answered& answered, const LabelledData& data,
                 const std::vector<std::string>& labels) {
  const Quality found =
      quality({answered.gold.labels, answered.given, answered.probabilities, labels.size(), e.several}, Rng(kSeed));
  e.roc_auc = found.roc_auc.value_or(std::numeric_limits<double>::quiet_NaN());
  e.calibration_error = calibration_error(found.calibration);
  for (const CalibrationBin& bin : found.calibration) e.calibration.push_back({bin.rows, bin.confidence, bin.accuracy});
  e.micro_interval = {found.micro.low, found.micro.high};
  e.macro_interval = {found.macro.low, found.macro.high};
  for (const RankedRates& at : rates_at(kRanks, answered.gold.labels, answered.probabilities, labels.size()))
    e.at.push_back({static_cast<std::int64_t>(at.k), at.precision, at.recall});
  for (const auto& [row, score] : found.errors) {
    LabelError& error = e.errors.emplace_back(data.lines[row], data.texts[row], data.labels[row]);
    for (const std::int32_t k : answered.given[row]) error.given.push_back(labels[static_cast<std::size_t>(k)]);
    error.score = score;
  }
}

void add_abstention(Evaluation& e, const Answered& answered, double least) {
  const std::size_t labels = answered.probabilities.size() / answered.given.size();
  std::int64_t rows = 0, right = 0;
  for (std::size_t row = 0; row < answered.given.size(); ++row) {
    const auto label = static_cast<std::size_t>(answered.given[row].front());
    if (answered.probabilities[row * labels + label] < least) continue;
    ++rows;
    right += answered.given[row] == answered.gold.labels[row] ? 1 : 0;
  }
  e.abstain = least;
  e.coverage = share(rows, e.rows);
  e.answered_accuracy = share(right, rows);
}

/// What is known of answers to labelled rows.
Evaluation evaluation_of(const Answered& answered, const LabelledData& data, const std::vector<std::string>& labels,
                         bool several) {
  Evaluation e;
  e.format = name(data.format);
  e.bad_rows = data.bad_rows;
  e.problems = lines_of(data.problems);
  e.unseen_labels.assign(answered.gold.unseen.begin(), answered.gold.unseen.end());
  if (several) {
    add(e, set_report(answered.gold.labels, answered.probabilities, answered.thresholds), labels);
  } else {
    add(e, classification_report(only_ones(answered.gold.labels), answered.probabilities, labels.size()), labels);
  }
  add_quality(e, answered, data, labels);
  return e;
}

/// Rows that somebody labelled, with their texts or without, for those of `right`.
LabelledData read_given(const std::string& path, ReadOptions reading, const LabelledData& data,
                        const std::string& right) {
  reading.format = std::nullopt;
  reading.label_field = ReadOptions().label_field;
  reading.kind = data.several ? LabelKind::several : LabelKind::one;
  reading.needs_text = false;
  LabelledData given = read_labelled(path, reading);
  if (data.labels.size() != given.labels.size()) {
    throw DataError("{} has {} rows, {} has {}: expected labels for each text", shown(path), given.labels.size(),
                    shown(right), data.labels.size());
  }
  for (std::size_t i = 0; i < given.texts.size(); ++i) {
    if (!given.texts[i].empty() && given.texts[i] != data.texts[i])
      throw DataError("{}: line {}: not the text of line {} of {}", shown(path), given.lines[i], data.lines[i],
                      shown(right));
  }
  return given;
}

/// Labels as answers of certainty. The names are those of both files.
Answered certain(const LabelledData& right, const LabelledData& given, const std::vector<std::string>& names) {
  Answered answered{gold_rows(right, names), {}, std::vector<double>(names.size(), 0.5), {}};
  answered.given = gold_rows(given, names).labels;
  answered.probabilities.resize(given.labels.size() * names.size());
  for (std::size_t row = 0; row < answered.given.size(); ++row) {
    for (const std::int32_t label : answered.given[row])
      answered.probabilities[row * names.size() + static_cast<std::size_t>(label)] = 1;
  }
  return answered;
}

}  // namespace

Evaluation Classifier::evaluate(const std::string& path, const LabelEvaluationOptions& options) const {
  const ClassifierModel& model = state_->model;
  check_abstain(model, options.abstain);
  const LabelledData data = read_labelled(path, read_options(options.input, model));
  const Answered answered = answer(*state_, data);
  Evaluation e = evaluation_of(answered, data, model.labels, model.decision.several);
  if (options.abstain > 0) add_abstention(e, answered, options.abstain);
  return e;
}

Comparison Classifier::compare(const Classifier& other, const std::string& path, const InputOptions& input) const {
  const ClassifierModel &first = state_->model, &second = other.state_->model;
  if (first.decision.several != second.decision.several)
    throw ArgumentError("one model gives one label a text, the other several: they do not answer the same question");
  places_in(first.labels, second.labels);  // checks that they are the same
  const LabelledData data = read_labelled(path, read_options(input, first));
  const Answered a = answer(*state_, data), b = answer(*other.state_, data);
  const AnswerComparison found = compare_answers(a.gold.labels, a.given, b.gold.labels, b.given, Rng(kSeed));
  return {std::ssize(data.texts), found.both,    found.only_first, found.only_second,
          found.neither,          found.p_value, found.difference, {found.interval.low, found.interval.high}};
}

Evaluation compare_labels(const std::string& right, const std::string& given, const LabelEvaluationOptions& options) {
  if (options.abstain != 0) throw ArgumentError("--abstain: is how a model answers, there is none");
  ReadOptions reading = read_options(options.input);
  reading.skip_bad_rows = false;  // rows would no longer stand side by side
  const LabelledData data = read_labelled(right, reading), other = read_given(given, reading, data, right);
  std::set<std::string> all;
  for (const auto* rows : {&data.labels, &other.labels}) {
    for (const auto& row : *rows) all.insert(row.begin(), row.end());
  }
  const std::vector<std::string> names(all.begin(), all.end());
  if (names.empty()) throw DataError("{}, {}: no row has a label", shown(right), shown(given));
  Evaluation e = evaluation_of(certain(data, other, names), data, names, data.several);
  e.format = name(other.format);
  e.has_probabilities = false;
  e.log_loss = e.roc_auc = e.calibration_error = std::numeric_limits<double>::quiet_NaN();
  e.calibration.clear();
  e.at.clear();
  return e;
}

}  // namespace recura
