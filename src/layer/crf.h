#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/arena.h"
#include "grad/crf_op.h"
#include "kernel/viterbi.h"
#include "layer/module.h"

namespace recura {

using TagRules = kernel::TagRules;

/// All sequences of a batch at once, from which probabilities are read. Valid while its `Crf` lives and keeps its
/// weights.
class CrfLattice {
 public:
  /// ln Z of each text, [B]; 0 for a text of length 0.
  std::span<const double> log_partition() const { return rows_.log_partition; }
  /// p(tag of this row | text): [N, K] in the rows' order.
  ConstTensorView marginals() const { return rows_.marginals; }
  /// The probability that the tokens of a text from `begin` on have exactly these tags: all sequences that agree there
  /// summed (Culotta & McCallum 2004). 1 for no tags.
  /// @throws ArgumentError  if there are no such tokens or tags.
  double probability(Index text, Index begin, std::span<const std::int32_t> tags) const;

 private:
  friend class Crf;
  CrfLattice(std::shared_ptr<const kernel::TagGraph> graph, const kernel::CrfWeights& weights,
             ConstTensorView emissions, const Packing& packing, Executor& executor);

  Arena arena_;
  std::shared_ptr<const kernel::TagGraph> graph_;
  Packing packing_;
  kernel::CrfTables tables_;
  TensorView emissions_;
  kernel::CrfRows rows_;
};

/// A sequence of tags and the logarithm of its probability.
struct TagPath {
  std::vector<std::int32_t> tags;
  double log_probability = 0;
};

/// A linear-chain CRF (Lafferty et al. 2001) on emissions that a network gives; see `kernel::CrfWeights`. "transitions"
/// [K, K] from a row's tag to a column's, "begin" [K], "end" [K], all zero at the start. What the rules forbid has
/// probability zero, and its weights get no gradient.
///
/// Emissions are packed rows [N, K], tags [N] in the rows' order. Every function but `loss` on a training tape only
/// reads, and throws ArgumentError if a shape does not fit or a text has no legal sequence with a finite score.
class Crf : public Module {
 public:
  /// Weights start at zero; those that are read from a file have no `rng`, as in other layers.
  /// @throws ArgumentError  if the rules are not of one size.
  Crf(TagRules rules, const Rng* rng);

  /// Mean over the texts of -ln p(tags | emissions); what is not known is summed over. See `crf_loss`.
  Var loss(const Sequence& emissions, const kernel::KnownTags& tags) const;
  /// The likeliest sequence of each text.
  std::vector<std::int32_t> decode(ConstTensorView emissions, const Packing& packing, Executor& executor) const;
  CrfLattice lattice(ConstTensorView emissions, const Packing& packing, Executor& executor) const;
  /// The `count` likeliest sequences of one text, [T, K], the best first; all if there are fewer.
  std::vector<TagPath> best(ConstTensorView emissions, std::size_t count) const;

  /// For each number of steps whose tag `counts` [K] the likeliest sequence of one text, [T, K], with its score: the
  /// logarithm of its probability up to a number of the text. See `kernel::best_by_count`.
  std::vector<kernel::ScoredTags> best_by_count(ConstTensorView emissions, std::span<const std::uint8_t> counts) const;
  /// The `count` likeliest sequences that have so many such steps, the best first, with the same scores.
  std::vector<kernel::ScoredTags> best(ConstTensorView emissions, std::size_t count,
                                       const kernel::CountedSteps& only) const;

  const kernel::TagGraph& graph() const { return *graph_; }

 private:
  kernel::CrfWeights weights() const;
  void check_counts(ConstTensorView emissions, std::span<const std::uint8_t> counts) const;

  std::shared_ptr<const kernel::TagGraph> graph_;
  Parameter *transitions_, *begin_, *end_;
};

}  // namespace recura
