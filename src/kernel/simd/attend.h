#pragma once

#include "kernel/simd/elementwise.h"

// Additive attention of one query, for the one level whose vector_*.h came before.
namespace recura::kernel::simd {
namespace {

/// The sum of what `add(position, lanes, sums)` adds, in as many lanes as a block has columns: all levels that fuse
/// give the same bits.
template <typename Add>
inline float sum_in_lanes(Index count, const Add& add) {
  constexpr int kVectors = kBlock / kLanes;
  Floats sums[kVectors] = {};
  Index at = 0;
  for (; at + kBlock <= count; at += kBlock) {
#pragma GCC unroll 4
    for (int j = 0; j < kVectors; ++j) add(at + j * kLanes, Index{kLanes}, sums[j]);
  }
  int j = 0;
  for_each_vector(count - at, [&](Index more, Index lanes) { add(at + more, lanes, sums[j++]); });
#pragma GCC unroll 4
  for (int half = kVectors / 2; half > 0; half /= 2) {
#pragma GCC unroll 4
    for (int i = 0; i < half; ++i) sums[i] += sums[i + half];
  }
  return sum_of(sums[0]);
}

/// v . tanh(q + k)
inline float score(const float* q, const float* k, const float* v, Index units) {
  return sum_in_lanes(units, [&](Index at, Index lanes, Floats& sums) {
    const Floats y = tanh(load_some(q + at, lanes) + load_some(k + at, lanes));
    sums = fma(load_some(v + at, lanes), y, sums);
  });
}

/// x . y
inline float product_of_rows(const float* x, const float* y, Index count) {
  return sum_in_lanes(count, [&](Index at, Index lanes, Floats& sums) {
    sums = fma(load_some(x + at, lanes), load_some(y + at, lanes), sums);
  });
}

inline void softmax(float* x, Index count) {
  float most = x[0], sum = 0;
  for (Index i = 1; i < count; ++i) most = x[i] > most ? x[i] : most;
  for (Index i = 0; i < count; ++i) x[i] -= most;
  exp_all(x, x, count);
  for (Index i = 0; i < count; ++i) sum += x[i];
  for (Index i = 0; i < count; ++i) x[i] /= sum;
}

/// y = the sum of all a_i row_i: several columns at once, since each sum waits for its own last addition.
inline void weighted_sum(const float* const* rows, const float* a, Index count, Index width, float* y) {
  constexpr int kSums = 4;
  Index at = 0;
  for (; at + kSums * kLanes <= width; at += kSums * kLanes) {
    Floats sums[kSums] = {};
    for (Index i = 0; i < count; ++i) {
      const Floats weight = broadcast(a[i]);
#pragma GCC unroll 4
      for (int j = 0; j < kSums; ++j) sums[j] = fma(weight, load(rows[i] + at + j * kLanes), sums[j]);
    }
#pragma GCC unroll 4
    for (int j = 0; j < kSums; ++j) store(y + at + j * kLanes, sums[j]);
  }
  for_each_vector(width - at, [&](Index more, Index lanes) {
    Floats sum = {};
    for (Index i = 0; i < count; ++i) sum = fma(broadcast(a[i]), load_some(rows[i] + at + more, lanes), sum);
    store_some(y + at + more, sum, lanes);
  });
}

void attend(const AttentionQuery& query, float* a, float* c) {
  for (Index i = 0; i < query.keys; ++i) a[i] = score(query.q, query.k[i], query.v, query.units);
  softmax(a, query.keys);
  weighted_sum(query.h, a, query.keys, query.width, c);
}

/// Through v . tanh(q + k_i), by the scores' gradients de [S].
inline void scores_backward(const AttentionQuery& query, const float* de, const AttentionQueryGradients& gradients) {
  for_each_vector(query.units, [&](Index at, Index lanes) {
    const Floats q = load_some(query.q + at, lanes), v = load_some(query.v + at, lanes);
    Floats dq = {}, dv = load_some(gradients.dv + at, lanes);
    for (Index i = 0; i < query.keys; ++i) {
      const Floats y = tanh(q + load_some(query.k[i] + at, lanes)), d = broadcast(de[i]);
      const Floats through = d * v * tanh_slope(y);
      dv = fma(d, y, dv);
      dq += through;
      float* const dk = gradients.dk[i] + at;
      store_some(dk, load_some(dk, lanes) + through, lanes);
    }
    store_some(gradients.dq + at, dq, lanes);
    store_some(gradients.dv + at, dv, lanes);
  });
}

void attend_backward(const AttentionQuery& query, const AttentionQueryGradients& gradients) {
  float* const da = gradients.da;
  float mean = 0;
  for (Index i = 0; i < query.keys; ++i) {
    da[i] += product_of_rows(gradients.dc, query.h[i], query.width);
    mean += gradients.a[i] * da[i];
    const Floats a = broadcast(gradients.a[i]);
    float* const dh = gradients.dh[i];
    for_each_vector(query.width, [&](Index at, Index lanes) {
      store_some(dh + at, fma(a, load_some(gradients.dc + at, lanes), load_some(dh + at, lanes)), lanes);
    });
  }
  for (Index i = 0; i < query.keys; ++i) da[i] = gradients.a[i] * (da[i] - mean);
  scores_backward(query, da, gradients);
}

}  // namespace
}  // namespace recura::kernel::simd
