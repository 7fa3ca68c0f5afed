#pragma once

#include "base/executor.h"
#include "tensor/tensor.h"

namespace recura::kernel {

// Every element is one sum in the order of the summed index, whatever the number of rows or threads: a row's result
// never depends on its neighbours. Shapes are the caller's duty; the ops above check them.

/// c = a b + bias: a [N, K], b [K, M], bias [M] or null, c [N, M].
void matmul(ConstTensorView a, ConstTensorView b, const real* bias, TensorView c, Executor& executor);

/// A right operand for many products, laid out so that each reads it from end to end: in blocks of 16 columns,
/// [ceil(M / 16)][K][16], the last one filled up with zeros.
struct ColumnBlocks {
  static constexpr Index kWidth = 16;

  Index depth = 0, columns = 0;  // K, M
  Tensor values;
};

/// Those of b^T: b [M, K].
ColumnBlocks blocks_of_transposed(ConstTensorView b);

/// c = a b + bias, with the bits of `matmul`.
void matmul(ConstTensorView a, const ColumnBlocks& b, const real* bias, TensorView c, Executor& executor);

/// c = a b^T: a [N, M], b [K, M], c [N, K]. The gradient of `matmul` by a.
void matmul_transposed_right(ConstTensorView a, ConstTensorView b, TensorView c, Executor& executor);

/// c = a^T b: a [N, K], b [N, M], c [K, M]. The gradient of `matmul` by b.
void matmul_transposed_left(ConstTensorView a, ConstTensorView b, TensorView c, Executor& executor);

/// sum = column sums of a [N, M], sum [M]. The gradient of `matmul` by the bias.
void sum_rows(ConstTensorView a, std::span<real> sum);

}  // namespace recura::kernel
