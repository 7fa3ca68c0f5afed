#pragma once

#include "tensor/real.h"

// Any processor, through the compiler's vectors of 4 floats. No fused multiply-add: products are rounded.
namespace recura::kernel::simd {
namespace {

constexpr int kLanes = 4;
using Floats = float __attribute__((vector_size(16), may_alias));
using Ints = int __attribute__((vector_size(16)));

inline Floats broadcast(float x) { return Floats{x, x, x, x}; }
inline Floats load(const float* p) {
  Floats x;
  __builtin_memcpy(&x, p, sizeof x);
  return x;
}
inline void store(float* p, Floats x) { __builtin_memcpy(p, &x, sizeof x); }
/// a * b + c
inline Floats fma(Floats a, Floats b, Floats c) { return a * b + c; }
inline Floats sqrt(Floats x) {
  return Floats{__builtin_sqrtf(x[0]), __builtin_sqrtf(x[1]), __builtin_sqrtf(x[2]), __builtin_sqrtf(x[3])};
}
/// NaN in `x` stays.
inline Floats at_most(Floats limit, Floats x) { return limit < x ? limit : x; }
inline Floats at_least(Floats limit, Floats x) { return limit > x ? limit : x; }

/// The tallest tile of so many blocks whose sums fit the registers, and the widest for so many rows.
constexpr int tallest(int) { return 2; }
constexpr int widest(Index) { return 1; }

}  // namespace
}  // namespace recura::kernel::simd
