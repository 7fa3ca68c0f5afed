#include "task/classify/adversarial.h"

#include <cmath>
#include <memory>
#include <vector>

#include "grad/ops.h"
#include "grad/tape.h"
#include "kernel/activation.h"
#include "kernel/loss.h"

namespace recura {
namespace {

Tensor words_of(const Network& network, const PackedIds& batch, Executor& executor) {
  Tape tape(Mode::infer, Rng(0), &executor);
  const Var words = network.embedding()(tape, batch.ids);
  return {words.shape(), words.value().values()};
}

/// The gradient of the loss by the embeddings, where these are `words`.
Tensor slope_at(const Tensor& words, const Network& network, const PackedIds& batch, const LogitLoss& loss,
                Executor& executor) {
  Tape tape(Mode::trace, Rng(0), &executor);
  TextReading reading{.ids = batch.ids, .packing = batch.packing, .words = tape.constant(words, true)};
  const Gradients gradients = tape.backward(loss(network.forward(tape, reading)));
  const Gradient slope = gradients.of(reading.words);
  return slope ? Tensor(words.shape(), slope.values.values()) : Tensor(words.shape());
}

/// Of a text the norm over all its rows.
double text_norm(const Tensor& rows, const Packing& packing, Index text) {
  double sum = 0;
  for (Index step = 0; step < packing.length(text); ++step) {
    const real* const row = rows.row(packing.row(text, step));
    for (Index j = 0; j < rows.shape().columns(); ++j) sum += static_cast<double>(row[j]) * row[j];
  }
  return std::sqrt(sum);
}

/// Gives each text's rows a share of the norm of its words.
Tensor with_size(double size, const Tensor& words, const Packing& packing, Tensor step) {
  for (Index text = 0; text < packing.texts(); ++text) {
    const double norm = text_norm(step, packing, text);
    constexpr double kNone = 1e-30;  // what is smaller has no direction in float
    const auto factor = static_cast<real>(norm > kNone ? size * text_norm(words, packing, text) / norm : 0);
    for (Index i = 0; i < packing.length(text); ++i) {
      real* const row = step.row(packing.row(text, i));
      for (Index j = 0; j < step.shape().columns(); ++j) row[j] *= factor;
    }
  }
  return step;
}

}  // namespace

Tensor adversarial_step(const Network& network, const PackedIds& batch, const LogitLoss& loss, double size,
                        Executor& executor) {
  const Tensor words = words_of(network, batch, executor);
  return with_size(size, words, *batch.packing, slope_at(words, network, batch, loss, executor));
}

LogitLoss divergence_from_now(const Network& network, const PackedIds& batch, bool softmax, Executor& executor) {
  Tape tape(Mode::infer, Rng(0), &executor);
  TextReading reading{.ids = batch.ids, .packing = batch.packing};
  const Var logits = network.forward(tape, reading);
  Tensor answers(logits.shape());
  if (softmax) {
    kernel::softmax_rows(logits.value(), answers);
    return [answers](Var moved) { return softmax_divergence(moved, answers); };
  }
  kernel::activate(kernel::Activation::sigmoid, logits.value().values(), answers.values());
  Tensor least{Shape{}};
  least.data()[0] = -sigmoid_cross_entropy(logits, answers.values()).value().data[0];
  return [answers, least](Var moved) {
    const Var mean = add(sigmoid_cross_entropy(moved, answers.values()), moved.tape().constant(least));
    const real of_a_row[] = {static_cast<real>(answers.shape().columns())};
    return weighted_sum(mean, of_a_row);
  };
}

Tensor virtual_step(const Network& network, const PackedIds& batch, const LogitLoss& divergence, double size,
                    Tensor direction, Executor& executor) {
  constexpr double kProbe = 0.01;
  const Tensor words = words_of(network, batch, executor);
  Tensor probe = with_size(kProbe, words, *batch.packing, std::move(direction));
  for (Index i = 0; i < probe.size(); ++i) probe.data()[i] += words.data()[i];
  return with_size(size, words, *batch.packing, slope_at(probe, network, batch, divergence, executor));
}

}  // namespace recura
