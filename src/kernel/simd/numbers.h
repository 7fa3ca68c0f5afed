#pragma once

#include "kernel/simd/code.h"

// What the tiles of a product multiply, for the one level whose vector_*.h came before: `right` is one of `kParts`
// parts of weights, `add` adds a left number times them to a sum; `begin` and `end` give a sum its start, scale and
// offset.
namespace recura::kernel::simd {
namespace {

struct Float32 {
  static constexpr bool kTransposed = true;
  static constexpr int kParts = 1;
  using Sum = Floats;

  static Floats right(Floats weights, int) { return weights; }
  static Floats add(Floats left, Floats right, Floats sum) { return fma(left, right, sum); }
  static Floats begin(const Product&, Index, Floats start) { return start; }
  static Floats end(const Product&, Index, Floats sum, Floats) { return sum; }
};

/// A sum of floats that gets its scale in the end.
struct Scaled {
  static constexpr bool kTransposed = false;
  using Sum = Floats;

  static Floats begin(const Product&, Index, Floats) { return Floats{}; }
  static Floats end(const Product& p, Index column, Floats sum, Floats start) {
    return fma(sum, load(p.scale + column), start);
  }
};

/// Pairs of bf16 numbers, of which `round` gives one in the upper half of each lane; what it leaves in the lower half
/// is cut off.
template <typename Round>
void narrow_pairs_with(const Round& round, const float* even, const float* odd, Index count, float* pairs) {
  for (Index at = 0; at < count; at += kLanes) {
    const Ints low = round(load_some(even + at, count - at)) >> 16 & 0xFFFF;
    const Ints high = odd ? round(load_some(odd + at, count - at)) & ~0xFFFF : Ints{};
    store_some(pairs + at, from_bits(low | high), count - at);
  }
}

}  // namespace
}  // namespace recura::kernel::simd
