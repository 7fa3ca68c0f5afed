#include "kernel/loss.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "kernel/activation.h"
#include "kernel/level.h"
#include "kernel/parts.h"

namespace recura::kernel {

void softmax_rows(ConstTensorView x, TensorView p) {
  const auto columns = static_cast<std::size_t>(x.shape.columns());
  for (Index row = 0; row < x.shape.rows(); ++row) level().softmax({x.row(row), columns}, {p.row(row), columns});
}

namespace {

real weight_at(std::span<const real> weights, std::size_t at) { return weights.empty() ? real{1} : weights[at]; }

/// A certain error has probability 0 in the number type: its loss is large, not infinite. A NaN stays one.
void log_likelihood(std::span<real> p) {
  for (real& value : p) value = value < std::numeric_limits<real>::min() ? std::numeric_limits<real>::min() : value;
  log(p, p);
}

/// Of each row the sum over all classes of ln p.
std::vector<double> log_sums(ConstTensorView p) {
  std::vector<real> logs(p.values().begin(), p.values().end());
  log_likelihood(logs);
  const auto columns = static_cast<std::size_t>(p.shape.columns());
  std::vector<double> sums(static_cast<std::size_t>(p.shape.rows()));
  for (std::size_t i = 0; i < logs.size(); ++i) sums[i / columns] += logs[i];
  return sums;
}

}  // namespace

real softmax_cross_entropy(ConstTensorView x, const ClassTargets& targets, TensorView p, Executor& executor) {
  const Index columns = x.shape.columns();
  for_pieces(x.shape.rows(), columns, executor, [&](const Range& some) {
    softmax_rows({x.row(some.begin), {some.size(), columns}}, {p.row(some.begin), {some.size(), columns}});
  });
  const std::size_t rows = targets.classes.size();
  std::vector<real> likelihood(rows);
  for (std::size_t b = 0; b < rows; ++b) likelihood[b] = p.row(static_cast<Index>(b))[targets.classes[b]];
  log_likelihood(likelihood);
  const double smoothing = targets.smoothing;
  const auto spread = smoothing > 0 ? log_sums(p) : std::vector<double>(rows);
  const double share = smoothing / static_cast<double>(std::max<Index>(columns, 1));
  double sum = 0;
  for (std::size_t b = 0; b < rows; ++b)
    sum -= static_cast<double>(weight_at(targets.weights, b)) * ((1 - smoothing) * likelihood[b] + share * spread[b]);
  return static_cast<real>(sum / static_cast<double>(std::max<std::size_t>(rows, 1)));
}

void softmax_cross_entropy_backward(ConstTensorView p, const ClassTargets& targets, real dloss, TensorView dx,
                                    Executor& executor) {
  const std::size_t rows = targets.classes.size();
  const Index columns = p.shape.columns();
  const real scale = dloss / static_cast<real>(std::max<std::size_t>(rows, 1));
  const real share = targets.smoothing / static_cast<real>(std::max<Index>(columns, 1));
  for_pieces(static_cast<Index>(rows), columns, executor, [&](const Range& some) {
    for (Index row = some.begin; row < some.end; ++row) {
      const auto b = static_cast<std::size_t>(row);
      const real weight = scale * weight_at(targets.weights, b);
      const real* const from = p.row(row);
      real* const to = dx.row(row);
      for (Index k = 0; k < columns; ++k) to[k] = (from[k] - share) * weight;
      to[targets.classes[b]] -= (1 - targets.smoothing) * weight;
    }
  });
}

real softmax_divergence(ConstTensorView x, ConstTensorView y, TensorView p) {
  softmax_rows(x, p);
  std::vector<real> log_p(p.values().begin(), p.values().end()), log_y(y.values().begin(), y.values().end());
  log_likelihood(log_p);
  log_likelihood(log_y);
  double sum = 0;
  for (std::size_t i = 0; i < log_p.size(); ++i) sum += y.data[i] * (static_cast<double>(log_y[i]) - log_p[i]);
  return static_cast<real>(sum / static_cast<double>(std::max<Index>(x.shape.rows(), 1)));
}

void softmax_divergence_backward(ConstTensorView p, ConstTensorView y, real dloss, TensorView dx) {
  const real scale = dloss / static_cast<real>(std::max<Index>(p.shape.rows(), 1));
  for (Index i = 0; i < p.shape.size(); ++i) dx.data[i] = (p.data[i] - y.data[i]) * scale;
}

real sigmoid_cross_entropy(ConstTensorView x, const BinaryTargets& targets, TensorView p) {
  const std::size_t count = targets.values.size();
  std::vector<real> tail(count);
  for (std::size_t i = 0; i < count; ++i) tail[i] = -std::abs(x.data[i]);
  exp(tail, tail);
  for (real& value : tail) value += 1;
  log(tail, tail);
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double loss = static_cast<double>(std::max(x.data[i], real{0}) - x.data[i] * targets.values[i]) + tail[i];
    sum += static_cast<double>(weight_at(targets.weights, i)) * loss;
  }
  activate(Activation::sigmoid, x.values(), p.values());
  return static_cast<real>(sum / static_cast<double>(std::max<std::size_t>(count, 1)));
}

void sigmoid_cross_entropy_backward(ConstTensorView p, const BinaryTargets& targets, real dloss, TensorView dx) {
  const std::size_t count = targets.values.size();
  const real scale = dloss / static_cast<real>(std::max<std::size_t>(count, 1));
  for (std::size_t i = 0; i < count; ++i)
    dx.data[i] = (p.data[i] - targets.values[i]) * scale * weight_at(targets.weights, i);
}

}  // namespace recura::kernel
