#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "grad/ops.h"

namespace recura {

/// Compares every gradient of `loss` by `parameters` with central differences: within 1e-6 of the larger of 1 and its
/// size in double. In float, where differences of a loss are mostly rounding, only the coarse shape (2e-2) is checked.
inline void check_gradients(const std::vector<Parameter*>& parameters, const std::function<Var(Tape&)>& loss) {
  const bool is_double = sizeof(real) == 8;
  const double step = is_double ? 1e-5 : 1e-2, tolerance = is_double ? 1e-6 : 2e-2;
  const auto evaluate = [&] {
    Tape tape(Mode::train, Rng(7));
    return static_cast<double>(loss(tape).value().data[0]);
  };
  Tape tape(Mode::train, Rng(7));
  const Gradients gradients = tape.backward(loss(tape));
  for (Parameter* parameter : parameters) {
    Tensor expected(parameter->value().shape());
    const Gradient gradient = gradients.of(*parameter);
    const Index columns = expected.shape().columns();
    for (Index i = 0; gradient && i < gradient.values.shape.size(); ++i) {
      const Index row = gradient.sparse() ? gradient.rows[static_cast<std::size_t>(i / columns)] : i / columns;
      expected.data()[row * columns + i % columns] = gradient.values.data[i];
    }
    for (Index i = 0; i < expected.size(); ++i) {
      const real kept = parameter->value().data()[i];
      parameter->change().data()[i] = static_cast<real>(kept + step);
      const double above = evaluate();
      parameter->change().data()[i] = static_cast<real>(kept - step);
      const double below = evaluate();
      parameter->change().data()[i] = kept;
      const double difference = (above - below) / (2 * step);
      const double got = expected.data()[i];
      EXPECT_NEAR(got, difference, tolerance * std::max(1.0, std::abs(difference)))
          << parameter->name() << " element " << i;
    }
  }
}

inline Tensor random_tensor(Shape shape, Rng& rng, double scale = 1) {
  Tensor tensor = Tensor::uninitialised(shape);
  for (real& value : tensor.values()) value = static_cast<real>(scale * rng.normal());
  return tensor;
}

inline std::vector<real> random_weights(Index count, Rng& rng) {
  std::vector<real> weights(static_cast<std::size_t>(count));
  for (real& value : weights) value = static_cast<real>(rng.normal());
  return weights;
}

}  // namespace recura
