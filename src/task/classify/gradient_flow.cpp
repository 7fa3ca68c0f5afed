#include "task/classify/gradient_flow.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace recura {
namespace {

constexpr Index kDistances = 200;

/// Of each distance from a text's end, the root mean square over the texts that are so long. The gradient is that of
/// the mean loss: of a text's own loss it is as many times larger as there are texts.
std::vector<double> norms_by_distance(ConstTensorView gradient, const Packing& packing) {
  const auto distances = static_cast<std::size_t>(std::min(packing.steps(), kDistances));
  std::vector<double> squares(distances), counts(distances);
  for (Index text = 0; text < packing.texts(); ++text) {
    const Index length = packing.length(text);
    for (Index distance = 0; distance < std::min(length, static_cast<Index>(distances)); ++distance) {
      const real* const row = gradient.row(packing.row(text, length - 1 - distance));
      const auto d = static_cast<std::size_t>(distance);
      squares[d] += std::inner_product(row, row + gradient.shape.columns(), row, 0.0);
      ++counts[d];
    }
  }
  std::vector<double> norms;
  for (std::size_t d = 0; d < distances; ++d)
    norms.push_back(static_cast<double>(packing.texts()) * std::sqrt(squares[d] / std::max(counts[d], 1.0)));
  return norms;
}

}  // namespace

GradientFlow gradient_flow(const Network& network, const PackedIds& texts, const std::function<Var(Var logits)>& loss,
                           Executor& executor) {
  Tape tape(Mode::trace, Rng(0), &executor);
  TextReading reading{.ids = texts.ids, .packing = texts.packing};
  reading.words = tape.constant(network.embedding()(tape, texts.ids).value(), true);
  const Gradients gradients = tape.backward(loss(network.forward(tape, reading)));
  GradientFlow flow;
  for (const Var& input : reading.inputs) {
    const Gradient gradient = gradients.of(input);
    flow.push_back(gradient ? norms_by_distance(gradient.values, *texts.packing) : std::vector<double>());
  }
  return flow;
}

}  // namespace recura
