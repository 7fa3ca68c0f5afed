#include "kernel/loss.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "kernel/activation.h"

namespace recura::kernel {

void softmax_rows(ConstTensorView x, TensorView p) {
  const Index columns = x.shape.columns();
  for (Index row = 0; row < x.shape.rows(); ++row) {
    const real* from = x.row(row);
    real* to = p.row(row);
    const real largest = columns == 0 ? 0 : *std::max_element(from, from + columns);
    for (Index j = 0; j < columns; ++j) to[j] = from[j] - largest;
    const std::span<real> values(to, static_cast<std::size_t>(columns));
    exp(values, values);
    double sum = 0;
    for (const real value : values) sum += value;
    for (real& value : values) value = static_cast<real>(value / sum);
  }
}

real softmax_cross_entropy(ConstTensorView x, std::span<const std::int32_t> classes, TensorView p) {
  softmax_rows(x, p);
  std::vector<real> likelihood(classes.size());
  for (std::size_t b = 0; b < classes.size(); ++b) {
    // A certain error has probability 0 in the number type: its loss is large, not infinite. A NaN stays one.
    const real value = p.row(static_cast<Index>(b))[classes[b]];
    likelihood[b] = value < std::numeric_limits<real>::min() ? std::numeric_limits<real>::min() : value;
  }
  log(likelihood, likelihood);
  double sum = 0;
  for (const real value : likelihood) sum -= value;
  return static_cast<real>(sum / static_cast<double>(std::max<std::size_t>(classes.size(), 1)));
}

void softmax_cross_entropy_backward(ConstTensorView p, std::span<const std::int32_t> classes, real dloss,
                                    TensorView dx) {
  const real scale = dloss / static_cast<real>(std::max<std::size_t>(classes.size(), 1));
  for (std::size_t i = 0; i < dx.values().size(); ++i) dx.data[i] = p.data[i] * scale;
  for (std::size_t b = 0; b < classes.size(); ++b) dx.row(static_cast<Index>(b))[classes[b]] -= scale;
}

real sigmoid_cross_entropy(ConstTensorView x, std::span<const real> targets, TensorView p) {
  const std::size_t count = targets.size();
  std::vector<real> tail(count);
  for (std::size_t i = 0; i < count; ++i) tail[i] = -std::abs(x.data[i]);
  exp(tail, tail);
  for (real& value : tail) value += 1;
  log(tail, tail);
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    sum += static_cast<double>(std::max(x.data[i], real{0}) - x.data[i] * targets[i]) + tail[i];
  }
  activate(Activation::sigmoid, x.values(), p.values());
  return static_cast<real>(sum / static_cast<double>(std::max<std::size_t>(count, 1)));
}

void sigmoid_cross_entropy_backward(ConstTensorView p, std::span<const real> targets, real dloss, TensorView dx) {
  const real scale = dloss / static_cast<real>(std::max<std::size_t>(targets.size(), 1));
  for (std::size_t i = 0; i < targets.size(); ++i) dx.data[i] = (p.data[i] - targets[i]) * scale;
}

}  // namespace recura::kernel
