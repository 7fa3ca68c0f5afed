#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "task/classify/answer/decision.h"
#include "task/classify/report/measures.h"

namespace recura {

/// Right labels of some rows, and those that a model gives; each set holds one label where a text has exactly one.
struct LabelledAnswers {
  std::span<const LabelSet> gold, given;
  std::span<const double> probabilities;  // [B, K]
  std::size_t labels = 0;                 // K
  bool several = false;
};

/// What probabilities are worth beside the labels that follow from them, and how sure scores are.
struct Quality {
  /// Mean over the labels that some rows have and some have not; none if there are none.
  std::optional<double> roc_auc;
  /// Of one label a text: how sure its label is, against how often it is right. Of several: the probability of each
  /// label for each text, against how often it is there.
  std::vector<CalibrationBin> calibration;
  /// 95 % intervals of F1 (micro F1 of one label a text is the accuracy).
  Interval micro, macro;
  /// Rows answered wrongly, the ones that the model was surest of first: 20 at most, and how sure it was.
  std::vector<std::pair<std::size_t, double>> errors;
};

Quality quality(const LabelledAnswers& answers, Rng rng);

/// How the answers of two models to the same rows differ.
struct AnswerComparison {
  std::int64_t both = 0, only_first = 0, only_second = 0, neither = 0;  // right on all labels of a row
  double p_value = 1;                                                   // McNemar's exact test
  double difference = 0;                                                // first micro F1 less second
  Interval interval;                                                    // 95 %, of the same draws for both
};

/// `first_gold` and `second_gold` number the same labels as each model does.
/// @throws ArgumentError  if sizes differ.
AnswerComparison compare_answers(std::span<const LabelSet> first_gold, std::span<const LabelSet> first_given,
                                 std::span<const LabelSet> second_gold, std::span<const LabelSet> second_given,
                                 Rng rng);

}  // namespace recura
