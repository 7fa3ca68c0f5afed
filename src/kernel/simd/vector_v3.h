#pragma once

#include <immintrin.h>

#include "tensor/real.h"

// AVX2 and FMA: 8 floats in a vector, 16 registers.
namespace recura::kernel::simd {
namespace {

constexpr int kLanes = 8;
using Floats = __m256;
using Ints = int __attribute__((vector_size(32)));

inline Floats broadcast(float x) { return _mm256_set1_ps(x); }
inline Floats load(const float* p) { return _mm256_loadu_ps(p); }
inline void store(float* p, Floats x) { _mm256_storeu_ps(p, x); }
/// a * b + c
inline Floats fma(Floats a, Floats b, Floats c) { return _mm256_fmadd_ps(a, b, c); }
inline Floats sqrt(Floats x) { return _mm256_sqrt_ps(x); }
/// NaN in `x` stays.
inline Floats at_most(Floats limit, Floats x) { return _mm256_min_ps(limit, x); }
inline Floats at_least(Floats limit, Floats x) { return _mm256_max_ps(limit, x); }

/// The tallest tile of so many blocks whose sums fit the registers, and the widest for so many rows: few rows need
/// several blocks side by side, or each sum waits for its own last product.
constexpr int tallest(int blocks) { return blocks == 1 ? 6 : blocks == 2 ? 2 : 1; }
constexpr int widest(Index rows) { return rows == 1 ? 4 : rows == 2 ? 2 : 1; }

}  // namespace
}  // namespace recura::kernel::simd
