#include "kernel/optimise.h"

#include "kernel/level.h"

namespace recura::kernel {

void sgd_step(std::span<real> p, std::span<const real> g, std::span<real> v, real rate, real momentum) {
  level().sgd_step(p, g, v, rate, momentum);
}

void adam_step(std::span<real> p, std::span<const real> g, std::span<real> m, std::span<real> v, const AdamStep& step) {
  level().adam_step(p, g, m, v, step);
}

void adam_step_without_gradient(std::span<real> p, std::span<real> m, std::span<real> v, const AdamStep& step) {
  level().adam_step_without_gradient(p, m, v, step);
}

void move_average(std::span<real> mean, std::span<const real> x, real share) { level().move_average(mean, x, share); }

double sum_of_squares(std::span<const real> x) { return level().sum_of_squares(x); }

}  // namespace recura::kernel
