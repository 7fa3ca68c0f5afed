#include <algorithm>
#include <vector>

#include "base/error.h"
#include "grad/ops.h"
#include "kernel/loss.h"

namespace recura {
namespace {

TensorView scratch(Tape& tape, const Shape& shape) {
  return {tape.allocate<real>(static_cast<std::size_t>(shape.size())), shape};
}

void check_weights(const char* op, std::span<const real> weights, std::size_t expected) {
  if (!weights.empty() && weights.size() != expected)
    throw ArgumentError("{}: expected {} weights, got {}", op, expected, weights.size());
}

}  // namespace

Var softmax_cross_entropy(Var logits, std::span<const std::int32_t> classes, std::span<const real> weights,
                          real smoothing) {
  const Index labels = logits.shape().columns();
  if (logits.shape().rank() != 2 || logits.shape()[0] != static_cast<Index>(classes.size())) {
    throw ArgumentError("softmax_cross_entropy: logits must be [{}, K], got {}", classes.size(),
                        to_string(logits.shape()));
  }
  const auto outside = std::ranges::find_if(classes, [labels](std::int32_t c) { return c < 0 || c >= labels; });
  if (outside != classes.end()) {
    throw ArgumentError("softmax_cross_entropy: a class must be in 0 … {}, got {}", labels - 1, *outside);
  }
  check_weights("softmax_cross_entropy", weights, classes.size());
  Tape& tape = logits.tape();
  const Var loss = tape.output({}, {logits});
  const TensorView p = scratch(tape, logits.shape());
  const kernel::ClassTargets targets{tape.keep(classes), tape.keep(weights), smoothing};
  loss.value().data[0] = kernel::softmax_cross_entropy(logits.value(), targets, p, tape.executor());
  tape.record({loss}, [&tape, logits, loss, p, targets](Gradients& gradients) {
    const TensorView dx = gradients.allocate(logits.shape());
    kernel::softmax_cross_entropy_backward(p, targets, gradients.of(loss).values.data[0], dx, tape.executor());
    gradients.add(logits, dx);
  });
  return loss;
}

Var softmax_divergence(Var logits, ConstTensorView probabilities) {
  if (logits.shape().rank() != 2 || logits.shape() != probabilities.shape) {
    throw ArgumentError("softmax_divergence: logits {} need as many probabilities, got {}", to_string(logits.shape()),
                        to_string(probabilities.shape));
  }
  Tape& tape = logits.tape();
  const Var loss = tape.output({}, {logits});
  const TensorView p = scratch(tape, logits.shape());
  const ConstTensorView y{tape.keep(probabilities.values()).data(), logits.shape()};
  loss.value().data[0] = kernel::softmax_divergence(logits.value(), y, p);
  tape.record({loss}, [logits, loss, p, y](Gradients& gradients) {
    const TensorView dx = gradients.allocate(logits.shape());
    kernel::softmax_divergence_backward(p, y, gradients.of(loss).values.data[0], dx);
    gradients.add(logits, dx);
  });
  return loss;
}

Var sigmoid_cross_entropy(Var logits, std::span<const real> targets, std::span<const real> weights) {
  if (logits.shape().size() != static_cast<Index>(targets.size())) {
    throw ArgumentError("sigmoid_cross_entropy: logits {} need {} targets, got {}", to_string(logits.shape()),
                        logits.shape().size(), targets.size());
  }
  check_weights("sigmoid_cross_entropy", weights, targets.size());
  Tape& tape = logits.tape();
  const Var loss = tape.output({}, {logits});
  const TensorView p = scratch(tape, logits.shape());
  const kernel::BinaryTargets wanted{tape.keep(targets), tape.keep(weights)};
  loss.value().data[0] = kernel::sigmoid_cross_entropy(logits.value(), wanted, p);
  tape.record({loss}, [logits, loss, p, wanted](Gradients& gradients) {
    const TensorView dx = gradients.allocate(logits.shape());
    kernel::sigmoid_cross_entropy_backward(p, wanted, gradients.of(loss).values.data[0], dx);
    gradients.add(logits, dx);
  });
  return loss;
}

}  // namespace recura
