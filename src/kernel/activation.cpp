#include "kernel/activation.h"

#include "kernel/level.h"

namespace recura::kernel {

void activate(Activation activation, std::span<const real> x, std::span<real> y) { level().activate(activation, x, y); }

void activate_backward(Activation activation, std::span<const real> y, std::span<const real> dy, std::span<real> dx) {
  level().activate_backward(activation, y, dy, dx);
}

void exp(std::span<const real> x, std::span<real> y) { level().exp(x, y); }

void log(std::span<const real> x, std::span<real> y) { level().log(x, y); }

}  // namespace recura::kernel
