#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace recura {

/// Numbers of a text's labels, ascending, each once; `kUnseenLabel` for each one that the model does not know.
using LabelSet = std::vector<std::int32_t>;

constexpr std::int32_t kUnseenLabel = -1;
constexpr double kMiddle = 0.5;  // the threshold of a label that nothing is known of

/// What becomes of a network's outputs: one label, whose probabilities are a softmax, or several, each with a sigmoid.
struct Decision {
  bool several = false;
  /// Of each label, in 0 … 1: a text has those whose probability is as high. Empty unless `several`.
  std::vector<double> thresholds = {};
  /// The logits of one label a text are divided by it before their softmax (Guo et al. 2017).
  double temperature = 1;
  /// The dev rows that these were chosen on; 0: on none.
  std::int64_t dev_rows = 0;
};

/// A label that fewer dev rows have shares its threshold with all such ones: one or two rows say next to nothing.
constexpr std::int64_t kFewestForThreshold = 5;

/// For each of K labels the threshold that gives the highest F1 on B texts; of equal ones that nearest to 0.5. It lies
/// halfway between two probabilities that were met. Labels that fewer than five texts have get the one of the highest
/// micro F1 of them all; one that no text has gets 0.5.
/// @param gold           the right labels, B of them.
/// @param probabilities  [B, K]
std::vector<double> choose_thresholds(std::span<const LabelSet> gold, std::span<const double> probabilities,
                                      std::size_t labels);

/// Fewer dev rows would say too little of how sure a model may be.
constexpr std::int64_t kFewestToCalibrate = 100;

/// The temperature T in 0.05 … 20 of the least log loss, probabilities becoming p^(1/T) / sum p^(1/T); 1 if none of the
/// rows has a known label.
/// @param gold           a label each, or `kUnseenLabel`: such rows say nothing.
/// @param probabilities  [B, K] at temperature 1
double choose_temperature(std::span<const std::int32_t> gold, std::span<const double> probabilities,
                          std::size_t labels);

/// The labels of each row of [B, K] that reach their thresholds.
std::vector<LabelSet> chosen_labels(std::span<const double> probabilities, std::span<const double> thresholds);

/// The `count` likeliest of one row's labels, or all that there are; of two that are equally likely, the first.
std::vector<std::size_t> likeliest(std::span<const double> probabilities, std::size_t count);

/// The text "decision" of a model file, {"labels": "one", "temperature": 1.2, "dev_rows": 100}; thresholds are a tensor
/// beside it.
std::string to_json(const Decision& decision);
/// @throws DataError  if it is not such an object.
Decision decision_from_json(const std::string& json);

}  // namespace recura
