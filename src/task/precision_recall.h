#pragma once

namespace recura {

/// Precision, recall and F1 = 2 P R / (P + R); each 0 where it is not defined.
struct PrecisionRecall {
  double precision = 0, recall = 0, f1 = 0;
};

struct Interval {
  double low = 0, high = 0;
};

inline double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

/// Of `predicted` decisions and `present` right ones, `right` are the same.
inline PrecisionRecall rates(double right, double predicted, double present) {
  const double precision = ratio(right, predicted), recall = ratio(right, present);
  return {precision, recall, ratio(2 * precision * recall, precision + recall)};
}

}  // namespace recura
