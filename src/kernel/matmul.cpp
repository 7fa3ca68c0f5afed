#include "kernel/matmul.h"

#include <algorithm>

#include "kernel/level.h"

namespace recura::kernel {

void matmul(ConstTensorView a, ConstTensorView b, const real* bias, TensorView c, Executor& executor) {
  level().matmul(a, b, bias, c, executor);
}

ColumnBlocks blocks_of_transposed(ConstTensorView b) {
  constexpr Index kWidth = ColumnBlocks::kWidth;
  const Index columns = b.shape.rows(), depth = b.shape.columns();
  ColumnBlocks blocks{depth, columns, Tensor({(columns + kWidth - 1) / kWidth * depth * kWidth})};
  for (Index column = 0; column < columns; ++column) {
    real* const to = blocks.values.data() + column / kWidth * depth * kWidth + column % kWidth;
    for (Index k = 0; k < depth; ++k) to[k * kWidth] = b.row(column)[k];
  }
  return blocks;
}

void matmul(ConstTensorView a, const ColumnBlocks& b, const real* bias, TensorView c, Executor& executor) {
  level().matmul(a, b, bias, c, executor);
}

void matmul_transposed_right(ConstTensorView a, ConstTensorView b, TensorView c, Executor& executor) {
  level().matmul_transposed_right(a, b, c, executor);
}

void matmul_transposed_left(ConstTensorView a, ConstTensorView b, TensorView c, Executor& executor) {
  level().matmul_transposed_left(a, b, c, executor);
}

void sum_rows(ConstTensorView a, std::span<real> sum) {
  std::fill(sum.begin(), sum.end(), real(0));
  for (Index row = 0; row < a.shape.rows(); ++row) {
    const real* values = a.row(row);
    for (std::size_t column = 0; column < sum.size(); ++column) sum[column] += values[column];
  }
}

}  // namespace recura::kernel
