#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "task/classify/report/measures.h"
#include "task/precision_recall.h"

namespace recura {

/// How well sets of labels meet the right ones.
struct SetReport {
  std::int64_t rows = 0;
  /// Rows with a label that the model does not know. Each such label is a missed one in `micro`; all else leaves it
  /// out.
  std::int64_t unseen = 0;
  /// Share of rows whose labels are all right, and no other was given.
  double subset_accuracy = 0;
  /// Mean over rows and labels of -ln of the probability of what is right, that being cut off at 2^-52.
  double log_loss = 0;
  /// For each label, and the number of rows that have it.
  std::vector<PrecisionRecall> labels;
  std::vector<std::int64_t> support;
  /// Over all decisions together; the mean over labels that stand in the rows or were given; and the mean of all
  /// labels, weighted by their rows.
  PrecisionRecall micro, macro, weighted;
};

/// `gold`: B sets of label numbers 0 … K-1 or `kUnseenLabel`; `probabilities`: [B, K]; `thresholds`: K of them.
/// @throws ArgumentError  if sizes do not fit.
SetReport set_report(std::span<const LabelSet> gold, std::span<const double> probabilities,
                     std::span<const double> thresholds);

/// The mean of `rates` over labels that stand in the rows or were predicted, and that of all by their rows.
PrecisionRecall macro_mean(std::span<const PrecisionRecall> rates, std::span<const std::int64_t> support,
                           std::span<const std::int64_t> predicted);
PrecisionRecall weighted_mean(std::span<const PrecisionRecall> rates, std::span<const std::int64_t> support);

}  // namespace recura
