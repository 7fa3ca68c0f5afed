#pragma once

#include <cstdint>
#include <span>

#include "tensor/tensor.h"

namespace recura::kernel {

/// p = softmax of each row: x [B, K], p [B, K]. `p` may be `x`.
void softmax_rows(ConstTensorView x, TensorView p);

/// Categorical cross-entropy on logits x [B, K] with classes [B], the mean over the rows:
///
///     loss = -1/B sum_b ln softmax(x_b)[class_b];   dx = (softmax(x) - onehot) / B
///
/// Writes softmax(x) to `p` [B, K] for the way back. Rows are added up in their order, in double.
real softmax_cross_entropy(ConstTensorView x, std::span<const std::int32_t> classes, TensorView p);
void softmax_cross_entropy_backward(ConstTensorView p, std::span<const std::int32_t> classes, real dloss,
                                    TensorView dx);

/// Binary cross-entropy on logits x [B, K] with targets y in [0, 1], the mean over all elements, in the form that
/// cannot overflow:
///
///     loss = mean(max(x, 0) - x y + ln(1 + e^-|x|));   dx = (sigmoid(x) - y) / (B K)
///
/// Writes sigmoid(x) to `p`.
real sigmoid_cross_entropy(ConstTensorView x, std::span<const real> targets, TensorView p);
void sigmoid_cross_entropy_backward(ConstTensorView p, std::span<const real> targets, real dloss, TensorView dx);

}  // namespace recura::kernel
