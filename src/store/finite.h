#pragma once

#include <cstddef>
#include <span>

#include "store/format.h"

namespace recura {

/// True if no element of the F32, F64 or BF16 tensor is a NaN or infinite; true for every other type.
bool all_finite(std::span<const std::byte> elements, Dtype dtype);

}  // namespace recura
