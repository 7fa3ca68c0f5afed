#pragma once

#include <span>

#include "tensor/real.h"

namespace recura::kernel {

/// One step of stochastic gradient descent with momentum (Polyak 1964), as Keras and PyTorch count it:
///
///     v = momentum v + g;   p = p - rate v
///
/// `v` may be empty if `momentum` is 0.
void sgd_step(std::span<real> p, std::span<const real> g, std::span<real> v, real rate, real momentum);

/// What one Adam step needs besides the tensors. `rate` and `epsilon` come with the bias correction of step t folded
/// in:
///
///     rate = learning_rate sqrt(1 - beta2^t) / (1 - beta1^t);   epsilon = eps sqrt(1 - beta2^t)   (PyTorch's form)
struct AdamStep {
  real rate;
  real beta1;
  real beta2;
  real epsilon;
};

/// One step of Adam (Kingma & Ba 2015):
///
///     m = beta1 m + (1 - beta1) g;   v = beta2 v + (1 - beta2) g^2;   p = p - rate m / (sqrt(v) + epsilon)
void adam_step(std::span<real> p, std::span<const real> g, std::span<real> m, std::span<real> v, const AdamStep& step);

/// The same for a gradient that is zero everywhere.
void adam_step_without_gradient(std::span<real> p, std::span<real> m, std::span<real> v, const AdamStep& step);

/// mean = mean + share (x - mean), a step of an exponential moving average.
void move_average(std::span<real> mean, std::span<const real> x, real share);

/// Sum of x^2 in double, over blocks of fixed size, so that it depends on the values alone.
double sum_of_squares(std::span<const real> x);

}  // namespace recura::kernel
