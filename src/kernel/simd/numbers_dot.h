#pragma once

#include "kernel/simd/numbers.h"

// Narrow weights where the processor multiplies them: AVX512_BF16 and AVX512_VNNI. A lane of 32 bits holds a group of
// neighbours along k, on the left as on the right.
namespace recura::kernel::simd {
namespace {

struct Bf16 : Scaled {
  static constexpr bool kTransposed = true;
  static constexpr int kParts = 1;

  static Floats right(Floats weights, int) { return weights; }
  static Floats add(Floats left, Floats right, Floats sum) {
    return _mm512_dpbf16_ps(sum, reinterpret_cast<__m512bh>(left), reinterpret_cast<__m512bh>(right));
  }
};

struct Int8 {
  static constexpr bool kTransposed = false;
  static constexpr int kParts = 1;
  using Sum = Ints;

  static Floats right(Floats weights, int) { return weights; }
  static Ints add(Floats left, Floats right, Ints sum) {
    return reinterpret_cast<Ints>(_mm512_dpbusd_epi32(reinterpret_cast<__m512i>(sum), reinterpret_cast<__m512i>(left),
                                                      reinterpret_cast<__m512i>(right)));
  }
  static Ints begin(const Product& p, Index column, Floats) { return bits(load(p.offset + column)); }
  static Floats end(const Product& p, Index column, Ints sum, Floats start) {
    return fma(__builtin_convertvector(sum, Floats), load(p.scale + column), start);
  }
};

using Widened = Bf16;  // never called

constexpr bool kMultipliesNarrow = true;
constexpr Index kBf16Group = 2, kInt8Group = 4;

/// The first `count` numbers of a vector, 1 to 16 of them.
template <typename Lanes>
void put(const Lanes& lanes, Index count, void* to) {
  constexpr Index kSize = sizeof lanes / kLanes;
  if (count >= kLanes) {
    __builtin_memcpy(to, &lanes, sizeof lanes);
  } else {
    __builtin_memcpy(to, &lanes, static_cast<unsigned long>(count * kSize));
  }
}

void narrow(Precision precision, const float* x, Index count, float* groups) {
  const Index group = precision == Precision::bf16 ? kBf16Group : kInt8Group;
  const Index filled = (count + group - 1) / group * group;
  for (Index at = 0; at < filled; at += kLanes) {
    const Floats values = load_some(x + at, count - at);
    if (precision == Precision::bf16) {
      put(_mm512_cvtneps_pbh(values), filled - at, groups + at / kBf16Group);
    } else {
      // 1.5 * 2^23 + 128 + 127 x: the last bits of the sum are the whole number.
      const Floats sum = fma(clamp(values, 1.0f), broadcast(127.0f), broadcast(12582912.0f + 128.0f));
      put(_mm512_cvtepi32_epi8(reinterpret_cast<__m512i>(sum)), filled - at, groups + at / kInt8Group);
    }
  }
}

void narrow_pairs(const float* even, const float* odd, Index count, float* pairs) {
  const auto round = [](Floats x) {
    return reinterpret_cast<Ints>(_mm512_cvtepu16_epi32(reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(x)))) << 16;
  };
  narrow_pairs_with(round, even, odd, count, pairs);
}

}  // namespace
}  // namespace recura::kernel::simd
