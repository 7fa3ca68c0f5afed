#include "task/language/objective.h"

#include <array>
#include <cmath>

#include "grad/ops.h"
#include "task/language/likelihood.h"

namespace recura {

Var language_loss(Tape& tape, const LanguageNetwork& network, const LanguageBatch& batch) {
  const LanguageStates states = network.read(tape, batch.ids, batch.packing);
  const Var forward = network.output().loss(states.forward, batch.next);
  if (!states.backward) return forward;
  constexpr std::array kHalf{real{0.5}};
  return weighted_sum(add(forward, network.output().loss(states.backward, batch.before)), kHalf);
}

LanguageObjective::LanguageObjective(LanguageNetwork& network, const Pieces& train, const Pieces& dev)
    : network_(network), train_(train), dev_(dev) {
  for (const auto& piece : train) lengths_.push_back(std::ssize(piece));
}

Var LanguageObjective::loss(Tape& tape, std::span<const Index> rows) const {
  return language_loss(tape, network_, make_batch(train_, rows));
}

std::optional<Objective::DevScore> LanguageObjective::dev_score(Executor& executor) const {
  if (dev_.empty()) return std::nullopt;
  Likelihood all;
  for (const Likelihood& one : likelihoods(network_, dev_, executor)) all.add(one);
  const double loss = all.loss();
  return DevScore{std::isfinite(loss) ? std::exp(-loss) : 0, loss};
}

}  // namespace recura
