#pragma once

#include <span>

#include "tensor/real.h"

namespace recura::kernel {

enum class Activation { linear, sigmoid, tanh, relu };

/// y = f(x), element by element. `y` may be `x`.
///
///     sigmoid(x) = 1 / (1 + e^-x)      relu(x) = max(x, 0)
void activate(Activation activation, std::span<const real> x, std::span<real> y);

/// dx = dy * f'(x), written with the value y = f(x) alone. `dx` may be `dy`.
void activate_backward(Activation activation, std::span<const real> y, std::span<const real> dy, std::span<real> dx);

/// y = e^x and y = ln x, element by element; the same bits on every machine of one level. `y` may be `x`.
void exp(std::span<const real> x, std::span<real> y);
void log(std::span<const real> x, std::span<real> y);

}  // namespace recura::kernel
