#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/tagged/tagged_text.h"

namespace recura {

/// A span that was found on dev texts, and whether it is right.
struct ScoredSpan {
  std::string type;
  double score = 0;
  bool right = false;
  /// As `FoundSpan` has it.
  bool likeliest = true;
};

/// What dev texts taught about the scores of spans.
///
///     p = sigmoid(scale ln(score / (1 - score)) + shift)        Platt scaling (Platt 1999)
///
/// and for each type and each of some precisions the p from which on spans are that precise on dev, and for each of
/// some recalls the p down to which other spans than the likeliest help to find so many of the right ones.
class SpanCalibration {
 public:
  static constexpr std::array<double, 6> kPrecisions{0.6, 0.7, 0.8, 0.9, 0.95, 0.99};
  static constexpr std::array<double, 4> kRecalls{0.8, 0.9, 0.95, 0.99};

  /// Leaves scores as they are.
  SpanCalibration() = default;
  /// `types` ascend. Few spans move scale and shift little: they are drawn towards 1 and 0.
  SpanCalibration(std::span<const ScoredSpan> spans, const std::vector<std::string>& types);
  /// Chooses what recall takes: from the likeliest spans and others, and the number of right ones of each type.
  void set_recalls(std::span<const ScoredSpan> found, std::span<const std::int64_t> right,
                   const std::vector<std::string>& types);
  /// From what `numbers` gave.
  /// @throws DataError  if they are not as many as the types need, not finite, or scale is not positive.
  SpanCalibration(std::span<const float> numbers, const std::vector<std::string>& types);

  double apply(double score) const;
  /// For each type in their order: where no p reaches the precision on dev, one above all scores; 0 without dev spans.
  double threshold(std::size_t type, std::size_t precision) const;
  /// The same of other spans for a recall: above all scores where it takes none of them; 0 where it was not reached on
  /// dev; below 0 where dev texts told nothing.
  double recall_threshold(std::size_t type, std::size_t recall) const;
  /// Scale, shift, the thresholds of each type for precision and, if they were chosen, for recall.
  std::vector<float> numbers() const;

 private:
  float scale_ = 1, shift_ = 0;
  std::vector<float> thresholds_;         // [types, precisions]; empty: all 0
  std::vector<float> recall_thresholds_;  // [types, recalls]; empty: all unknown
};

}  // namespace recura
