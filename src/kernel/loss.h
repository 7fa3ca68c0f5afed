#pragma once

#include <cstdint>
#include <span>

#include "base/executor.h"
#include "tensor/tensor.h"

namespace recura::kernel {

/// p = softmax of each row: x [B, K], p [B, K]. `p` may be `x`.
void softmax_rows(ConstTensorView x, TensorView p);

/// What is right of B rows: their classes; how much each row counts, none: 1 each; and the share e of the target that
/// is spread over all classes (label smoothing, Szegedy et al. 2016).
struct ClassTargets {
  std::span<const std::int32_t> classes;
  std::span<const real> weights = {};
  real smoothing = 0;
};

/// Categorical cross-entropy on logits x [B, K] with targets y = (1 - e) onehot(class) + e / K, the mean over the rows:
///
///     loss = -1/B sum_b weight_b sum_k y_k ln softmax(x_b)[k];   dx = weight (softmax(x) - y) / B
///
/// Writes softmax(x) to `p` [B, K] for the way back. Rows are spread over the threads, and added up in their order, in
/// double.
real softmax_cross_entropy(ConstTensorView x, const ClassTargets& targets, TensorView p, Executor& executor);
void softmax_cross_entropy_backward(ConstTensorView p, const ClassTargets& targets, real dloss, TensorView dx,
                                    Executor& executor);

/// Mean divergence of softmax(x), x [B, K], from given probabilities y [B, K] (Kullback & Leibler 1951), rows of the
/// sum 1:
///
///     loss = 1/B sum_b sum_k y_bk ln(y_bk / softmax(x_b)[k]);   dx = (softmax(x) - y) / B
///
/// Writes softmax(x) to `p` [B, K].
real softmax_divergence(ConstTensorView x, ConstTensorView y, TensorView p);
void softmax_divergence_backward(ConstTensorView p, ConstTensorView y, real dloss, TensorView dx);

/// What is right of B K elements: a number in 0 … 1 each; how much each counts, none: 1 each.
struct BinaryTargets {
  std::span<const real> values;
  std::span<const real> weights = {};
};

/// Binary cross-entropy on logits x [B, K] with targets y in [0, 1], the mean over all elements, in the form that
/// cannot overflow:
///
///     loss = mean(weight (max(x, 0) - x y + ln(1 + e^-|x|)));   dx = weight (sigmoid(x) - y) / (B K)
///
/// Writes sigmoid(x) to `p`.
real sigmoid_cross_entropy(ConstTensorView x, const BinaryTargets& targets, TensorView p);
void sigmoid_cross_entropy_backward(ConstTensorView p, const BinaryTargets& targets, real dloss, TensorView dx);

}  // namespace recura::kernel
