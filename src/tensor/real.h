#pragma once

#include <cstdint>

namespace recura {

/// The number type of every value, gradient and weight: float, but double in the build that checks gradients.
#ifdef RECURA_DOUBLE
using real = double;
#else
using real = float;
#endif

/// Counts and positions of elements and rows.
using Index = std::int64_t;

}  // namespace recura
