#pragma once

#include "kernel/simd/numbers.h"

// Narrow weights where the processor has no arithmetic for them: they become floats in registers, so that fewer bytes
// are read. int8 numbers would cost more to widen than their bytes save; as bf16 they lose nothing.
namespace recura::kernel::simd {
namespace {

struct Bf16 : Scaled {
  static constexpr int kParts = 2;

  static Floats right(Floats weights, int part) {
    const Ints both = bits(weights);
    return from_bits(part == 0 ? both << 16 : both & ~0xFFFF);
  }
  static Floats add(Floats left, Floats right, Floats sum) { return fma(left, right, sum); }
};
using Int8 = Bf16;  // never called

/// The numbers of narrow weights as floats in memory.
struct Widened : Scaled {
  static constexpr int kParts = 1;

  static Floats right(Floats weights, int) { return weights; }
  static Floats add(Floats left, Floats right, Floats sum) { return fma(left, right, sum); }
};

constexpr bool kMultipliesNarrow = false;

void narrow(Precision, const float* x, Index count, float* groups) {
  for (Index at = 0; at < count; ++at) groups[at] = x[at];
  if (count % 2 != 0) groups[count] = 0;
}

void narrow_pairs(const float* even, const float* odd, Index count, float* pairs) {
  // To nearest, ties to even: what is cut off is rounded up from a half on, or from above it if the rest is even.
  const auto round = [](Floats x) { return reinterpret_cast<Ints>(words(x) + 0x7FFFu + (words(x) >> 16 & 1u)); };
  narrow_pairs_with(round, even, odd, count, pairs);
}

}  // namespace
}  // namespace recura::kernel::simd
