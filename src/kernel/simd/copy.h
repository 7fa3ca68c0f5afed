#pragma once

#include <algorithm>
#include <array>

#include "kernel/simd/code.h"

namespace recura::kernel::simd {

/// A block of up to 16 floats; a whole one needs no call.
inline void copy_block(const float* from, Index count, float* to) {
  if (count != kBlock) {
    for (Index i = 0; i < count; ++i) to[i] = from[i];
    return;
  }
  std::array<float, kBlock> block;
  std::copy_n(from, kBlock, block.data());
  std::ranges::copy(block, to);
}

}  // namespace recura::kernel::simd
