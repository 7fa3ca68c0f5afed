#pragma once

#include <cstdint>
#include <span>

#include "grad/ops.h"
#include "grad/sequence_ops.h"
#include "layer/module.h"

namespace recura {

/// A table of vectors, one for each id. "table" [V, D], uniform in [-0.05, 0.05] as in Keras.
class Embedding : public Module {
 public:
  /// @throws ArgumentError  if an extent is not positive.
  Embedding(Index vocabulary, Index dimensions, Rng* rng);

  /// ids [N] to rows [N, D].
  Var operator()(Tape& tape, std::span<const std::int32_t> ids) const;
  /// For `embed_columns`.
  Var table(Tape& tape) const { return tape.parameter(*table_); }
  Index vocabulary() const { return table_->value().shape()[0]; }
  Index dimensions() const { return table_->value().shape()[1]; }

 private:
  Parameter* table_;
};

/// y = f(x W + b): "w" [K, M] (Glorot uniform), "b" [M] (zero).
class Dense : public Module {
 public:
  /// @throws ArgumentError  if an extent is not positive.
  Dense(Index input, Index units, kernel::Activation activation, Rng* rng);

  /// x [N, K] to [N, M].
  Var operator()(Var x) const;

 private:
  kernel::Activation activation_;
  Parameter *w_, *b_;
};

/// Attention over a text's states (Yang et al. 2016): "hidden.w" [D, A], "hidden.b" [A] as in `Dense`, "v" [A, 1]
/// (Glorot uniform).
///
///     score = tanh(x W + b) v      y = sum over the steps of softmax(score) x
class AttentionPool : public Module {
 public:
  /// @throws ArgumentError  if an extent is not positive.
  AttentionPool(Index input, Index units, Rng* rng);

  /// x [N, D] to its scores, [N, 1].
  Var scores(Var x) const;
  /// x [N, D] to [B, D]; `weights`, if it is given, is told each step's share of its text, [N, 1].
  Var operator()(const Sequence& x, ConstTensorView* weights = nullptr) const;

 private:
  Dense hidden_;
  Parameter* v_;
};

}  // namespace recura
