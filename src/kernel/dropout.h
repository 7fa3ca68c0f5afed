#pragma once

#include <cstdint>
#include <span>

#include "base/executor.h"
#include "tensor/packing.h"
#include "tensor/tensor.h"

namespace recura::kernel {

/// Which elements of a tensor stay: a pure function of the key and an element's position, so that the way back asks
/// again instead of keeping a mask, and any thread may ask for any element.
///
///     stays(i) = mix(mix(i ^ key_low) ^ key_high) / 2^32 >= rate      mix: lowbias32 (Wellons 2018)
struct DropoutMask {
  std::uint64_t key = 0;
  double rate = 0;
};

/// y = x / (1 - rate) where an element stays, else 0 (Srivastava et al. 2014). `y` may be `x`; `first` is the position
/// of its first element in the whole tensor.
void dropout(std::span<const real> x, const DropoutMask& mask, Index first, std::span<real> y);

/// The same for a whole tensor, spread over the executor's threads.
void dropout(ConstTensorView x, const DropoutMask& mask, TensorView y, Executor& executor);

/// The same for rows, which stay or go as one: x [N, D], y [N, D].
void dropout_rows(ConstTensorView x, const DropoutMask& mask, TensorView y, Executor& executor);

/// The same for the columns of a text, which stay or go as one over all its steps: x [N, D] packed, y [N, D]. The
/// position of a column is text * D + column.
void dropout_columns_of_texts(ConstTensorView x, const Packing& packing, const DropoutMask& mask, TensorView y,
                              Executor& executor);

}  // namespace recura::kernel
