#include "task/language/objective.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "data/batches.h"
#include "grad/ops.h"
#include "task/language/likelihood.h"

namespace recura {

void add_pieces(std::span<const std::int32_t> ids, std::int32_t boundary, std::int64_t most, Pieces& pieces) {
  pieces.push_back({boundary});
  const auto add = [&](std::int32_t id) {
    if (std::ssize(pieces.back()) > most) pieces.push_back({pieces.back().back()});
    pieces.back().push_back(id);
  };
  for (const std::int32_t id : ids) add(id);
  add(boundary);
}

LanguageBatch make_batch(std::span<const std::vector<std::int32_t>> pieces, std::span<const Index> rows) {
  PackedIds packed = pack(pieces, rows);
  const std::vector<std::int32_t> nothing(packed.ids.size(), AdaptiveSoftmax::kNoClass);
  LanguageBatch batch{std::move(packed.packing), std::move(packed.ids), nothing, nothing};
  for (Index text = 0; text < batch.packing->texts(); ++text) {
    for (Index step = 1; step < batch.packing->length(text); ++step) {
      const auto before = static_cast<std::size_t>(batch.packing->row(text, step - 1)),
                 here = static_cast<std::size_t>(batch.packing->row(text, step));
      batch.next[before] = batch.ids[here];
      batch.before[here] = batch.ids[before];
    }
  }
  return batch;
}

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
