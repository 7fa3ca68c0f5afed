#pragma once

#include <recura/options.h>

#include <cstdint>
#include <string>
#include <vector>

namespace recura {

struct LabelRates {
  std::string label;
  double precision = 0, recall = 0, f1 = 0;
  std::int64_t rows = 0;
};

/// Of the k likeliest labels of a text: the share that is right, and the share of the right ones among them.
struct RatesAtK {
  std::int64_t k = 0;
  double precision = 0, recall = 0;
};

/// A share of the answers, of similar confidence: how sure the model was, and how often it was right.
struct ConfidenceBin {
  std::int64_t rows = 0;
  double confidence = 0, accuracy = 0;
};

/// A wrong answer.
struct LabelError {
  std::int64_t line = 0;
  std::string text;
  std::vector<std::string> right, given;
  /// The probability that the model gave to what is wrong.
  double score = 0;
};

/// The 95 % interval of a score, by the bootstrap: 1000 draws of as many rows (of more than 100,000 rows, 100).
struct ScoreInterval {
  double low = 0, high = 0;
};

/// How well a classifier does on labelled rows.
struct Evaluation {
  std::string format;
  std::int64_t rows = 0, bad_rows = 0;
  std::vector<std::string> problems;
  /// Rows whose label the model does not know: wrong, and not in the log loss. Those labels.
  std::int64_t unseen_rows = 0;
  std::vector<std::string> unseen_labels;
  /// Else somebody's labels were compared: log loss, ROC-AUC and calibration are NaN, and nothing is told of ranks.
  bool has_probabilities = true;
  /// The model gives any number of labels.
  bool several = false;
  /// Of several labels, the share of rows whose labels are all right, and the mean loss of a label.
  double accuracy = 0, log_loss = 0;
  /// For one label a text.
  double matthews = 0;
  /// Area under the ROC curve, the mean over labels that some rows have and some have not; NaN if there are none.
  double roc_auc = 0;
  /// Expected calibration error, and the 15 bins of equally many answers that it is the mean of. For several labels,
  /// an answer is the probability of a label for a text.
  double calibration_error = 0;
  std::vector<ConfidenceBin> calibration;
  /// Of micro and macro F1; the accuracy of one label is its micro F1.
  ScoreInterval micro_interval, macro_interval;
  /// The wrong answers that the model was surest of, 20 at most.
  std::vector<LabelError> errors;
  /// If asked to abstain: the share of rows that get a label, and the accuracy on these.
  double abstain = 0, coverage = 1, answered_accuracy = 0;
  /// Accuracy of the label that most rows have; 0 for several.
  double majority = 0;
  std::vector<LabelRates> labels;
  LabelRates micro, macro, weighted;
  /// [right][given] by the order of `labels`; empty for more than 1000 of them, and for several.
  std::vector<std::vector<std::int64_t>> confusion;
  /// How well labels are ranked, for k of 1, 3 and 5 as far as there are so many labels. Of one label a text recall is
  /// how often it is among the k likeliest.
  std::vector<RatesAtK> at;
};

/// How two classifiers differ on the same rows: how many both, the first alone, the second alone or neither got right,
/// all labels of a row together.
struct Comparison {
  std::int64_t rows = 0, both = 0, only_first = 0, only_second = 0, neither = 0;
  /// McNemar's exact test: how probable so uneven a split of the rows that one alone got right is by chance.
  double p_value = 1;
  /// Micro F1 (of one label a text: the accuracy) of the first less that of the second, and its 95 % interval by the
  /// bootstrap.
  double difference = 0;
  ScoreInterval interval;
};

/// How well labels that somebody gave (`given`) meet the right ones, row by row: without a model. The former stand in
/// the field or column `label` or `labels`, as `extract` writes them, whatever that of the right ones is called.
/// @throws DataError, SystemError  if a file cannot be read, has a bad row, or not as many as the other one.
/// @throws ArgumentError           if `options.abstain` is not 0: it is how a model answers.
Evaluation compare_labels(const std::string& right, const std::string& given,
                          const LabelEvaluationOptions& options = {});

}  // namespace recura
