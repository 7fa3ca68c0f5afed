#pragma once

#include <cstdint>

namespace recura {

/// Precision, recall and F1 = 2 P R / (P + R); each 0 where it is not defined.
struct PrecisionRecall {
  double precision = 0, recall = 0, f1 = 0;
};

struct Interval {
  double low = 0, high = 0;
};

inline double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }
inline double share(std::int64_t part, std::int64_t whole) {
  return ratio(static_cast<double>(part), static_cast<double>(whole));
}

/// Of `predicted` decisions and `present` right ones, `right` are the same.
inline PrecisionRecall rates(double right, double predicted, double present) {
  const double precision = ratio(right, predicted), recall = ratio(right, present);
  return {precision, recall, ratio(2 * precision * recall, precision + recall)};
}

}  // namespace recura
