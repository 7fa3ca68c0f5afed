#pragma once

// The loop itself, compiled for one level with `kPeakLanes` floats in a vector.
namespace {

using PeakFloats = float __attribute__((vector_size(4 * kPeakLanes)));

/// Enough sums that none waits for its own last product, few enough to stay in registers.
constexpr int kSums = 12;

/// Unknown to the compiler, so that it can neither fold the loop nor take two sums for one.
volatile float seeds[kSums + 2] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0.5f, 0.25f};

double fma_loop(long rounds) {
  PeakFloats sums[kSums];
#pragma GCC unroll 16
  for (int i = 0; i < kSums; ++i) sums[i] = PeakFloats{} + seeds[i];
  const PeakFloats x = PeakFloats{} + seeds[kSums], y = PeakFloats{} + seeds[kSums + 1];
  for (long round = 0; round < rounds; ++round) {
#pragma GCC unroll 16
    for (int i = 0; i < kSums; ++i) sums[i] = x * sums[i] + y;
  }
#pragma GCC unroll 16
  for (int i = 0; i < kSums; ++i) seeds[i] = sums[i][0];
  return 2.0 * kPeakLanes * kSums * static_cast<double>(rounds);
}

}  // namespace
