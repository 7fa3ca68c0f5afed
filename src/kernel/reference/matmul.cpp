#include "kernel/reference/matmul.h"

#include <algorithm>

namespace recura::kernel::reference {

void matmul(ConstTensorView a, ConstTensorView b, const real* bias, TensorView c) {
  const Index depth = a.shape.columns(), columns = b.shape.columns();
  for (Index row = 0; row < a.shape.rows(); ++row) {
    real* out = c.data + row * columns;
    for (Index column = 0; column < columns; ++column) out[column] = bias ? bias[column] : 0;
    for (Index k = 0; k < depth; ++k) {
      for (Index column = 0; column < columns; ++column) out[column] += a.row(row)[k] * b.row(k)[column];
    }
  }
}

void matmul(ConstTensorView a, const ColumnBlocks& b, const real* bias, TensorView c) {
  constexpr Index kWidth = ColumnBlocks::kWidth;
  for (Index row = 0; row < a.shape.rows(); ++row) {
    for (Index column = 0; column < b.columns; ++column) {
      const real* weights = b.values.data() + column / kWidth * b.depth * kWidth + column % kWidth;
      real sum = bias ? bias[column] : 0;
      for (Index k = 0; k < b.depth; ++k) sum += a.row(row)[k] * weights[k * kWidth];
      c.row(row)[column] = sum;
    }
  }
}

void matmul_transposed_right(ConstTensorView a, ConstTensorView b, TensorView c) {
  const Index depth = a.shape.columns(), columns = b.shape.rows();
  for (Index row = 0; row < a.shape.rows(); ++row) {
    for (Index column = 0; column < columns; ++column) {
      real sum = 0;
      for (Index k = 0; k < depth; ++k) sum += a.row(row)[k] * b.row(column)[k];
      c.data[row * columns + column] = sum;
    }
  }
}

void matmul_transposed_left(ConstTensorView a, ConstTensorView b, TensorView c) {
  const Index rows = a.shape.columns(), columns = b.shape.columns();
  std::fill_n(c.data, rows * columns, real(0));
  for (Index k = 0; k < a.shape.rows(); ++k) {
    for (Index row = 0; row < rows; ++row) {
      for (Index column = 0; column < columns; ++column) {
        c.data[row * columns + column] += a.row(k)[row] * b.row(k)[column];
      }
    }
  }
}

}  // namespace recura::kernel::reference
