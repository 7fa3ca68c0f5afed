#pragma once

#include "kernel/matmul.h"
#include "kernel/simd/code.h"

// The functions of kernel/matmul.h with the tiles of one level.
namespace recura::kernel::simd {

void matmul(const Code& code, ConstTensorView a, ConstTensorView b, const float* bias, TensorView c,
            Executor& executor);
void matmul(const Code& code, ConstTensorView a, const ColumnBlocks& b, const float* bias, TensorView c,
            Executor& executor);
void matmul_transposed_right(const Code& code, ConstTensorView a, ConstTensorView b, TensorView c, Executor& executor);
void matmul_transposed_left(const Code& code, ConstTensorView a, ConstTensorView b, TensorView c, Executor& executor);

}  // namespace recura::kernel::simd
