#include "kernel/reference/elementwise.h"

#include <algorithm>
#include <cmath>

namespace recura::kernel::reference {

real value(Activation activation, real x) {
  switch (activation) {
    case Activation::sigmoid:
      return 1 / (1 + std::exp(-x));
    case Activation::tanh:
      return std::tanh(x);
    case Activation::relu:
      return x < 0 ? 0 : x;
    case Activation::linear:
      break;
  }
  return x;
}

real slope(Activation activation, real y) {
  switch (activation) {
    case Activation::sigmoid:
      return y * (1 - y);
    case Activation::tanh:
      return 1 - y * y;
    case Activation::relu:
      return y > 0 ? 1 : 0;
    case Activation::linear:
      break;
  }
  return 1;
}

void activate(Activation activation, std::span<const real> x, std::span<real> y) {
  for (std::size_t i = 0; i < x.size(); ++i) y[i] = value(activation, x[i]);
}

void activate_backward(Activation activation, std::span<const real> y, std::span<const real> dy, std::span<real> dx) {
  for (std::size_t i = 0; i < y.size(); ++i) dx[i] = dy[i] * slope(activation, y[i]);
}

void exp(std::span<const real> x, std::span<real> y) {
  for (std::size_t i = 0; i < x.size(); ++i) y[i] = std::exp(x[i]);
}

void log(std::span<const real> x, std::span<real> y) {
  for (std::size_t i = 0; i < x.size(); ++i) y[i] = std::log(x[i]);
}

namespace {

std::uint32_t mix(std::uint32_t x) {
  x = (x ^ x >> 16) * 0x7FEB352D;
  x = (x ^ x >> 15) * 0x846CA68B;
  return x ^ x >> 16;
}

}  // namespace

void dropout(std::span<const real> x, const DropoutMask& mask, Index first, std::span<real> y) {
  const auto low = static_cast<std::uint32_t>(mask.key), high = static_cast<std::uint32_t>(mask.key >> 32);
  const auto scale = static_cast<real>(1 / (1 - mask.rate));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto position = static_cast<std::uint64_t>(first) + i;
    const std::uint32_t random =
        mix(mix(static_cast<std::uint32_t>(position) ^ low) ^ (high + static_cast<std::uint32_t>(position >> 32)));
    y[i] = random * 0x1p-32 >= mask.rate ? x[i] * scale : real{0};
  }
}

void softmax(std::span<const real> x, std::span<real> p) {
  const real largest = x.empty() ? real{0} : *std::ranges::max_element(x);
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += p[i] = std::exp(x[i] - largest);
  for (real& value : p) value = static_cast<real>(value / sum);
}

void sgd_step(std::span<real> p, std::span<const real> g, std::span<real> v, real rate, real momentum) {
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (!v.empty()) v[i] = momentum * v[i] + g[i];
    p[i] -= rate * (v.empty() ? g[i] : v[i]);
  }
}

namespace {

void adam(real g, real& p, real& m, real& v, const AdamStep& step) {
  m = step.beta1 * m + (1 - step.beta1) * g;
  v = step.beta2 * v + (1 - step.beta2) * g * g;
  p -= step.rate * m / (std::sqrt(v) + step.epsilon);
}

}  // namespace

void adam_step(std::span<real> p, std::span<const real> g, std::span<real> m, std::span<real> v, const AdamStep& step) {
  for (std::size_t i = 0; i < p.size(); ++i) adam(g[i], p[i], m[i], v[i], step);
}

void adam_step_without_gradient(std::span<real> p, std::span<real> m, std::span<real> v, const AdamStep& step) {
  for (std::size_t i = 0; i < p.size(); ++i) adam(0, p[i], m[i], v[i], step);
}

void move_average(std::span<real> mean, std::span<const real> x, real share) {
  for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += share * (x[i] - mean[i]);
}

double sum_of_squares(std::span<const real> x) {
  double sum = 0;
  for (const real value : x) sum += static_cast<double>(value) * value;
  return sum;
}

void skip_gram_step(std::span<const real> x, const SkipGramRows& rows, real rate, std::span<real> dx) {
  for (Index i = 0; i < rows.count; ++i) {
    real* const row = rows.rows[i];
    real score = 0;
    for (std::size_t j = 0; j < x.size(); ++j) score += x[j] * row[j];
    const real target = i == 0 ? 1 : 0, g = rate * (target - value(Activation::sigmoid, score));
    for (std::size_t j = 0; j < x.size(); ++j) {
      dx[j] += g * row[j];
      row[j] += g * x[j];
    }
  }
}

}  // namespace recura::kernel::reference
