#include "task/classify/adversarial.h"

#include <cmath>
#include <vector>

#include "grad/tape.h"

namespace recura {
namespace {

/// Of each text the norm over all its rows.
std::vector<double> text_norms(ConstTensorView rows, const Packing& packing) {
  std::vector<double> norms(static_cast<std::size_t>(packing.texts()));
  for (Index text = 0; text < packing.texts(); ++text) {
    double sum = 0;
    for (Index step = 0; step < packing.length(text); ++step) {
      const real* const row = rows.row(packing.row(text, step));
      for (Index j = 0; j < rows.shape.columns(); ++j) sum += static_cast<double>(row[j]) * row[j];
    }
    norms[static_cast<std::size_t>(text)] = std::sqrt(sum);
  }
  return norms;
}

}  // namespace

Tensor adversarial_step(const Network& network, const PackedIds& batch, const std::function<Var(Var)>& loss,
                        double size, Executor& executor) {
  Tape tape(Mode::trace, Rng(0), &executor);
  const Var given = network.embedding()(tape, batch.ids);
  TextReading reading{.ids = batch.ids, .packing = batch.packing, .words = tape.constant(given.value(), true)};
  const Gradients gradients = tape.backward(loss(network.forward(tape, reading)));
  Tensor step(given.shape());
  const Gradient slope = gradients.of(reading.words);
  if (!slope) return step;
  const Packing& packing = *batch.packing;
  const std::vector<double> norms = text_norms(given.value(), packing), slopes = text_norms(slope.values, packing);
  for (Index text = 0; text < packing.texts(); ++text) {
    const auto at = static_cast<std::size_t>(text);
    if (!(slopes[at] > 0)) continue;
    const auto factor = static_cast<real>(size * norms[at] / slopes[at]);
    for (Index i = 0; i < packing.length(text); ++i) {
      const Index row = packing.row(text, i);
      for (Index j = 0; j < step.shape().columns(); ++j) step.row(row)[j] = factor * slope.values.row(row)[j];
    }
  }
  return step;
}

}  // namespace recura
