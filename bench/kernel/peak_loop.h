#pragma once

// The loops themselves, compiled for one level with `kPeakLanes` floats in a vector.
namespace {

using PeakFloats = float __attribute__((vector_size(4 * kPeakLanes)));

/// Enough sums that none waits for its own last product, few enough to stay in registers.
constexpr int kSums = 12;

/// Unknown to the compiler, so that it can neither fold the loop nor take two sums for one.
thread_local volatile float seeds[kSums + 2] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0.5f, 0.25f};

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

/// Eight loads that wait for nothing, then the next eight.
void read_loop(const float* data, std::size_t count, long rounds) {
  using Unaligned = float __attribute__((vector_size(4 * kPeakLanes), aligned(4)));
  PeakFloats sums[8] = {};
  for (long round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < count; i += 8 * kPeakLanes) {
#pragma GCC unroll 8
      for (std::size_t j = 0; j < 8; ++j) sums[j] += *reinterpret_cast<const Unaligned*>(data + i + j * kPeakLanes);
    }
  }
#pragma GCC unroll 8
  for (int j = 0; j < 8; ++j) seeds[j] = sums[j][0];
}

}  // namespace
