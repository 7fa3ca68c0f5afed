#include "layer/layers.h"

#include "base/error.h"
#include "grad/ops.h"
#include "layer/initialise.h"

namespace recura {

Embedding::Embedding(Index vocabulary, Index dimensions, Rng* rng) {
  if (vocabulary < 1 || dimensions < 1) {
    throw ArgumentError("embedding: vocabulary and dimensions must be positive, got {} and {}", vocabulary, dimensions);
  }
  table_ = &add_parameter("table", uniform_matrix({vocabulary, dimensions}, 0.05, rng), Channel::row);
}

Var Embedding::operator()(Tape& tape, std::span<const std::int32_t> ids) const { return embed(table(tape), ids); }

Dense::Dense(Index input, Index units, kernel::Activation activation, Rng* rng) : activation_(activation) {
  if (input < 1 || units < 1)
    throw ArgumentError("dense: input and units must be positive, got {} and {}", input, units);
  w_ = &add_parameter("w", glorot_matrix({input, units}, rng));
  b_ = &add_parameter("b", zeros({units}, rng));
}

Var Dense::operator()(Var x) const {
  Tape& tape = x.tape();
  return activate(activation_, linear(x, tape.parameter(*w_), tape.parameter(*b_)));
}

AttentionPool::AttentionPool(Index input, Index units, Rng* rng)
    : hidden_(input, units, kernel::Activation::tanh, rng) {
  add_part("hidden", hidden_);
  v_ = &add_parameter("v", glorot_matrix({units, 1}, rng));
}

Var AttentionPool::scores(Var x) const { return linear(hidden_(x), x.tape().parameter(*v_), {}); }

Var AttentionPool::operator()(const Sequence& x, ConstTensorView* weights) const {
  return attention_over_time(x, scores(x.rows), weights);
}

}  // namespace recura
