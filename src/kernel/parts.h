#pragma once

#include "tensor/real.h"

namespace recura::kernel {

/// Half-open range of indices.
struct Range {
  Index begin = 0;
  Index end = 0;

  Index size() const { return end - begin; }
};

/// Share `part` of `parts` of 0 … count-1.
constexpr Range share(Index count, int part, int parts) { return {count * part / parts, count * (part + 1) / parts}; }

}  // namespace recura::kernel
