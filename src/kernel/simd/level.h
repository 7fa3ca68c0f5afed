#pragma once

#include <memory>
#include <vector>

#include "kernel/level.h"

namespace recura::kernel::simd {

/// A vectorised level of this build, and whether this processor can run it.
struct Candidate {
  std::unique_ptr<const Level> level;
  bool supported;
};

/// From the slowest to the fastest.
std::vector<Candidate> levels();

}  // namespace recura::kernel::simd
