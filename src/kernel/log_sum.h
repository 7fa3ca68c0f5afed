#pragma once

#include <algorithm>
#include <limits>
#include <span>

#include "kernel/activation.h"

namespace recura::kernel {

// Sums of numbers that are kept as their logarithms; -infinity is ln 0.

inline constexpr real kLogZero = -std::numeric_limits<real>::infinity();

/// y = e^x, and 0 where that would be denormal. `y` may be `x`.
inline void exp_or_zero(std::span<const real> x, std::span<real> y) {
  exp(x, y);
  for (real& value : y) value = value < std::numeric_limits<real>::min() ? real{0} : value;
}

/// Makes the largest element 0; gives what was subtracted: 0 if all are -infinity. Not for an empty x.
inline real lower(std::span<real> x) {
  const real most = *std::ranges::max_element(x);
  if (!(most > kLogZero)) return 0;
  for (real& value : x) value -= most;
  return most;
}

/// ln sum e^x, a NaN if x has one; -infinity for an empty x. Changes x.
inline real log_sum(std::span<real> x) {
  if (x.empty() || *std::ranges::max_element(x) == kLogZero) return kLogZero;
  const real most = lower(x);
  exp_or_zero(x, x);
  real sum = 0;
  for (const real value : x) sum += value;
  log({&sum, 1}, {&sum, 1});
  return most + sum;
}

}  // namespace recura::kernel
