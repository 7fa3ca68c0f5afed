#pragma once

#include <cstdint>

#include "base/executor.h"
#include "tensor/packing.h"
#include "tensor/tensor.h"

namespace recura::kernel {

// A text's states become one row: x [N, D] packed, y [B, D] in the order of the texts. A text of length 0 gives zeros.
// Threads share the columns, so that each sum has one owner.

/// y = the state of the last step.
void last_rows(ConstTensorView x, const Packing& packing, TensorView y);
void last_rows_backward(ConstTensorView dy, const Packing& packing, TensorView dx);

/// y = the mean over the steps.
void mean_rows(ConstTensorView x, const Packing& packing, TensorView y, Executor& executor);
void mean_rows_backward(ConstTensorView dy, const Packing& packing, TensorView dx, Executor& executor);

/// y = the largest value of each column over the steps; `source` [B, D] keeps the row it came from (the first of
/// equals), -1 for none.
void max_rows(ConstTensorView x, const Packing& packing, TensorView y, std::int32_t* source, Executor& executor);
void max_rows_backward(ConstTensorView dy, const std::int32_t* source, TensorView dx, Executor& executor);

/// y = the mean over the steps by weights that a softmax over each text's scores [N, 1] gives; `weights` [N, 1] keeps
/// them. Threads share the texts.
void attended_rows(ConstTensorView x, ConstTensorView scores, const Packing& packing, TensorView weights, TensorView y,
                   Executor& executor);
/// dx = weight dy;  dscore = weight (x . dy - the weighted mean of x . dy over the text)
void attended_rows_backward(ConstTensorView x, ConstTensorView weights, ConstTensorView dy, const Packing& packing,
                            TensorView dx, TensorView dscores, Executor& executor);

}  // namespace recura::kernel
