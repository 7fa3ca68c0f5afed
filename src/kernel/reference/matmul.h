#pragma once

#include "kernel/matmul.h"

// The twins of kernel/matmul.h, on one thread.
namespace recura::kernel::reference {

void matmul(ConstTensorView a, ConstTensorView b, const real* bias, TensorView c);
void matmul(ConstTensorView a, const ColumnBlocks& b, const real* bias, TensorView c);
void matmul_transposed_right(ConstTensorView a, ConstTensorView b, TensorView c);
void matmul_transposed_left(ConstTensorView a, ConstTensorView b, TensorView c);

}  // namespace recura::kernel::reference
