#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "grad/tape.h"
#include "kernel/attention.h"
#include "kernel/copy_loss.h"

namespace recura {

using AttentionPairsPtr = std::shared_ptr<const kernel::AttentionPairs>;

struct Attended {
  Var weights;  // a [P], each query's sum to 1
  Var context;  // c [M, D]
};

/// Additive attention of all queries [M, A] over all keys [N, A] of their texts with the values [N, D], as one node; v
/// is [A] (`kernel::AttentionForward` has the equations). Keeps nothing but its results, P + M D reals.
/// @throws ArgumentError  if a shape does not fit.
Attended additive_attention(const AttentionPairsPtr& pairs, Var queries, Var keys, Var v, Var values);

/// The mean over `count` of the coverage loss of attention weights [P] (`kernel::coverage`), a single number.
Var coverage_loss(const AttentionPairsPtr& pairs, Var weights, std::int64_t count);

/// Loss of a pointer-generator from logits [M, O], gates [M, 1] and attention weights [P]: a single number
/// (`kernel::copy_cross_entropy` has the equations). Keeps M O reals. `told`, if not null, gets its parts.
/// @throws ArgumentError  if a shape, class or place does not fit.
Var copy_cross_entropy(Var logits, Var gates, Var weights, const kernel::CopyTargets& targets, real smoothing,
                       kernel::CopyLoss* told = nullptr);

/// x times the first rows of a table, as columns: x [M, D], table [V, D], bias [O], O <= V; gives [M, O]. For an
/// embedding that also says what comes next (Press & Wolf 2017); the table's gradient holds the first O rows.
Var tied_linear(Var x, Var table, Var bias);

}  // namespace recura
