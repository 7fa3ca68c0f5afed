#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "task/classify/answer/decision.h"
#include "task/precision_recall.h"

namespace recura {

/// How well predicted labels meet the right ones.
struct ClassificationReport {
  std::int64_t rows = 0;
  /// Rows whose right label the model does not know: always wrong, and left out of the log loss.
  std::int64_t unseen = 0;
  double accuracy = 0;
  /// Mean of -log p(right label), natural logarithm, p cut off at 2^-52.
  double log_loss = 0;
  /// For each label, and the number of rows that have it.
  std::vector<PrecisionRecall> labels;
  std::vector<std::int64_t> support;
  /// Over all decisions together; the mean over labels that stand in the rows or were predicted.
  PrecisionRecall micro, macro;
  /// The mean over all labels by their rows.
  PrecisionRecall weighted;
  /// [right label][predicted label], K by K; empty for more than `kMostConfused` labels.
  std::vector<std::int64_t> confusion;
  /// Matthews correlation.
  double matthews = 0;
  /// Accuracy of always giving the label that most rows have.
  double majority = 0;
};

/// A matrix of more labels is too large to keep, and nobody reads it.
constexpr std::size_t kMostConfused = 1000;

/// The label of the highest probability for each row of [B, K]; the first one of equals.
std::vector<std::int32_t> best_labels(std::span<const double> probabilities, std::size_t labels);

/// `gold`: label numbers 0 … K-1, or `kUnseenLabel`; `probabilities`: [B, K].
/// @throws ArgumentError  if sizes do not fit, or a label number is none of these.
ClassificationReport classification_report(std::span<const std::int32_t> gold, std::span<const double> probabilities,
                                           std::size_t labels);

}  // namespace recura
