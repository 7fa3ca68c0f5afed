#pragma once

#include <arm_neon.h>

#include "tensor/real.h"

// 64-bit ARM: 4 floats in a vector, 32 registers.
namespace recura::kernel::simd {
namespace {

constexpr int kLanes = 4;
using Floats = float32x4_t;
using Ints = int __attribute__((vector_size(16)));

inline Floats broadcast(float x) { return vdupq_n_f32(x); }
inline Floats load(const float* p) { return vld1q_f32(p); }
inline void store(float* p, Floats x) { vst1q_f32(p, x); }
/// a * b + c
inline Floats fma(Floats a, Floats b, Floats c) { return vfmaq_f32(c, a, b); }
inline Floats sqrt(Floats x) { return vsqrtq_f32(x); }
/// NaN in `x` stays.
inline Floats at_most(Floats limit, Floats x) { return vminq_f32(limit, x); }
inline Floats at_least(Floats limit, Floats x) { return vmaxq_f32(limit, x); }

/// The tallest tile of so many blocks, and the widest for so many rows, whose sums the compiler keeps in registers
/// beside the smaller operand: few rows need several blocks side by side, or each sum waits for its own last product.
constexpr int tallest(int blocks) { return blocks == 1 ? 5 : blocks == 2 ? 2 : 1; }
constexpr int widest(Index rows) { return rows == 1 ? 3 : rows == 2 ? 2 : 1; }

}  // namespace
}  // namespace recura::kernel::simd
