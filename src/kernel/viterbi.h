#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernel/crf.h"

namespace recura::kernel {

/// The legal sequence of the highest score of each text (Viterbi 1967): emissions [N, K], tags [N] in the rows' order.
/// Of equal scores the one with the lower tag, from the end on. All -1 in a text where no legal sequence has a finite
/// score. Sums in double; reads the legal transitions only.
void viterbi(const TagGraph& graph, const CrfWeights& weights, ConstTensorView emissions, const Packing& packing,
             std::span<std::int32_t> tags, Executor& executor);

/// A sequence of tags and its score.
struct ScoredTags {
  std::vector<std::int32_t> tags;
  double score = 0;
};

/// So many steps whose tag `counts` [K].
struct CountedSteps {
  std::span<const std::uint8_t> counts;
  Index steps = 0;
};

/// The `count` legal sequences of the highest scores of one text, the best first, or all there are: emissions [T, K].
/// Costs `count` T times the legal pairs of tags. With `only`, of the sequences that have so many such steps; this
/// costs min(n, T - n) + 1 times as much, in memory too.
std::vector<ScoredTags> best_paths(const TagGraph& graph, const CrfWeights& weights, ConstTensorView emissions,
                                   std::size_t count, const CountedSteps* only = nullptr);

/// Of one text, emissions [T, K], for each number n = 0 … T of steps whose tag `counts` [K] the legal sequence of the
/// highest score: T + 1 of them, without tags and of score -infinity where there is none. Of equal scores the one with
/// the lower tag, from the end on. Costs T² times the legal pairs of tags, and 4 T² K bytes.
std::vector<ScoredTags> best_by_count(const TagGraph& graph, const CrfWeights& weights, ConstTensorView emissions,
                                      std::span<const std::uint8_t> counts);

}  // namespace recura::kernel
