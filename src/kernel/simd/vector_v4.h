#pragma once

#include <immintrin.h>

#include "tensor/real.h"

// AVX-512: 16 floats in a vector, 32 registers.
namespace recura::kernel::simd {
namespace {

constexpr int kLanes = 16;
using Floats = __m512;
using Ints = int __attribute__((vector_size(64)));

inline Floats broadcast(float x) { return _mm512_set1_ps(x); }
inline Floats load(const float* p) { return _mm512_loadu_ps(p); }
inline void store(float* p, Floats x) { _mm512_storeu_ps(p, x); }
/// a * b + c
inline Floats fma(Floats a, Floats b, Floats c) { return _mm512_fmadd_ps(a, b, c); }
inline Floats sqrt(Floats x) { return _mm512_sqrt_ps(x); }
/// NaN in `x` stays.
inline Floats at_most(Floats limit, Floats x) { return _mm512_min_ps(limit, x); }
inline Floats at_least(Floats limit, Floats x) { return _mm512_max_ps(limit, x); }

/// The tallest tile of so many blocks whose sums fit the registers, and the widest: a single row reads its weights from
/// end to end in tiles of four, faster than from two places in tiles of eight.
constexpr int tallest(int blocks) { return blocks == 4 ? 6 : blocks == 3 ? 8 : 12; }
constexpr int widest(Index) { return 4; }

}  // namespace
}  // namespace recura::kernel::simd
