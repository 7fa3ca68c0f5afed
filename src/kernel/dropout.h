#pragma once

#include <cstdint>
#include <span>

#include "tensor/real.h"

namespace recura::kernel {

/// y = x / (1 - rate) where the random numbers of `key` keep an element, else 0 (Srivastava et al. 2014). `y` may be
/// `x`.
///
/// Which elements are kept is a pure function of `key` and their position, so the way back asks again instead of
/// keeping a mask.
void dropout(std::span<const real> x, std::uint64_t key, double rate, std::span<real> y);

}  // namespace recura::kernel
