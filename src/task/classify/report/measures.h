#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/random.h"
#include "task/classify/answer/decision.h"
#include "task/precision_recall.h"

namespace recura {

/// Area under the ROC curve: the probability that a row with the label scores higher than one without, ties counting
/// half (Mann & Whitney 1947). None if all rows have it, or none has.
std::optional<double> roc_auc(std::span<const double> scores, const std::vector<bool>& positive);

/// Matthews correlation of K classes (Gorodkin 2004) from how often each was given, was right, and both, of so many
/// rows; 0 where it is not defined.
double matthews(std::span<const std::int64_t> given, std::span<const std::int64_t> present, std::int64_t hits,
                std::int64_t rows);

/// Of the k likeliest labels of a row, whatever their thresholds: the share that is right, and the share of the right
/// ones that is among them; means over rows, for the second those that have a label.
struct RankedRates {
  std::size_t k = 0;
  double precision = 0, recall = 0;
};

/// What reports tell them of.
constexpr std::array<std::size_t, 3> kRanks{1, 3, 5};

/// For each of `ranks`, which ascend, as far as there are so many labels. `gold`: B sets of label numbers 0 … K-1 or
/// `kUnseenLabel`; `probabilities`: [B, K].
/// @throws ArgumentError  if sizes do not fit.
std::vector<RankedRates> rates_at(std::span<const std::size_t> ranks, std::span<const LabelSet> gold,
                                  std::span<const double> probabilities, std::size_t labels);

/// Answers of similar confidence, and how often they are right.
struct CalibrationBin {
  std::int64_t rows = 0;
  double confidence = 0, accuracy = 0;  // means
};

constexpr std::size_t kCalibrationBins = 15;

/// Answers by rising confidence (of equal ones in the order of the rows), cut into bins whose sizes differ by one at
/// most, the larger ones first; as many as there are answers, if these are fewer.
std::vector<CalibrationBin> calibration_bins(std::span<const double> confidence, const std::vector<bool>& right,
                                             std::size_t bins = kCalibrationBins);

/// Expected calibration error: the mean of |accuracy - confidence| over bins by their rows (Naeini et al. 2015).
double calibration_error(std::span<const CalibrationBin> bins);

/// McNemar's exact test: how probable it is, if two models are equally good, that of the rows on which only one of them
/// is right at least so uneven a share falls to one. `first`, `second`: on how many only that one is right.
double mcnemar(std::int64_t first, std::int64_t second);

/// The 95 % interval of a score by the bootstrap (Efron 1979): of `rows` rows drawn with repeats, `score` is told which
/// ones, 1000 times; of more than 100,000 rows, whose intervals are narrow, 100 times.
Interval bootstrap(std::size_t rows, Rng rng, const std::function<double(std::span<const std::uint32_t>)>& score);

}  // namespace recura
