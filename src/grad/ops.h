#pragma once

#include <cstdint>
#include <span>

#include "grad/tape.h"
#include "kernel/activation.h"
#include "kernel/matmul.h"

namespace recura {

// Ops on dense values. Each checks its shapes (@throws ArgumentError), calls one kernel and records one node.

/// x w + b: x [N, K], w [K, M], b [M] or absent; gives [N, M]. Keeps nothing.
Var linear(Var x, Var w, Var b);

/// The same of weights that are laid out for many products. @throws ArgumentError  on a tape that records, too.
Var linear(Var x, const kernel::ColumnBlocks& w, Var b);

/// f(x), element by element. Keeps nothing but its result.
Var activate(kernel::Activation activation, Var x);

/// What is dropped as one: single values; rows, which of embeddings are words; columns of a text, over all its steps
/// (Gal & Ghahramani 2016).
enum class DropoutUnit { value, row, column };

/// When training, drops each unit with probability `rate` and scales the others by 1 / (1 - rate); else x itself.
/// @throws ArgumentError  if the rate is not in [0, 1), or the unit is a column: that is `locked_dropout`.
Var dropout(Var x, double rate, DropoutUnit unit = DropoutUnit::value);

/// Columns side by side: [N, D1], [N, D2], … to [N, D1 + D2 + …].
Var concat_columns(std::span<const Var> parts);

/// Some of the columns: x [N, D] to [N, count], from column `begin` on.
Var take_columns(Var x, Index begin, Index count);

/// x + y of equal shapes.
Var add(Var x, Var y);

/// The sum of all elements times a weight each: [] from any shape. What a gradient check needs as its loss.
Var weighted_sum(Var x, std::span<const real> weights);

/// Mean categorical cross-entropy of logits [B, K] with classes in 0 … K-1, [B], which may count more or less by their
/// weights [B], and be smoothed: a single number. Keeps B K reals.
Var softmax_cross_entropy(Var logits, std::span<const std::int32_t> classes, std::span<const real> weights = {},
                          real smoothing = 0);

/// Mean divergence of softmax(logits), [B, K], from given probabilities [B, K], rows of the sum 1: a single number.
/// Keeps 2 B K reals.
Var softmax_divergence(Var logits, ConstTensorView probabilities);

/// Mean binary cross-entropy of logits [B, K] with targets in [0, 1], B K of them, and as many weights or none: a
/// single number. Keeps B K reals.
Var sigmoid_cross_entropy(Var logits, std::span<const real> targets, std::span<const real> weights = {});

}  // namespace recura
