#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "grad/tape.h"
#include "kernel/recurrent.h"

namespace recura {

/// Rows of a table: table [V, D], ids [N]; gives [N, D]. Its gradient holds the touched rows only.
/// @throws ArgumentError  if an id is not in 0 … V-1.
Var embed(Var table, std::span<const std::int32_t> ids);

/// N bags of ids, one after the other, bag n ending before ids[ends[n]]: y row n = the mean of the table's rows of bag
/// n, zeros if it is empty. table [V, D]; gives [N, D]. Its gradient holds the touched rows only.
/// @throws ArgumentError  if an id is not in 0 … V-1, or the ends fall, or the last one is not the number of ids.
Var embed_bags(Var table, std::span<const std::int32_t> ids, std::span<const std::int32_t> ends);

/// Vectors of one table, `slots` of them side by side in each row.
struct Lookup {
  Var table;                                // [V, D]
  std::span<const std::int32_t> ids;        // [N slots]; with `ends` those of N slots bags, each of them a mean
  std::span<const std::int32_t> ends = {};  // [N slots], or empty
  Index slots = 1;
  double dropout = 0;  // share of vectors that training drops whole
};

/// Several lookups side by side: [N, the sum of their slots times D], as one node without copies between.
/// @throws ArgumentError  as `embed` and `embed_bags`, or if they differ in N.
Var embed_columns(std::span<const Lookup> lookups);

/// Some rows of a dense value, in any order, as often as one likes: x [M, D], rows [N]; gives [N, D].
/// @throws ArgumentError  if a row is not in 0 … M-1.
Var take_rows(Var x, std::span<const std::int32_t> rows);

/// When training, drops each column of each text with probability `rate`, the same ones at all its steps, and scales
/// the others by 1 / (1 - rate) (Gal & Ghahramani 2016); else x itself. Keeps nothing.
Sequence locked_dropout(const Sequence& x, double rate);

/// Each text's last state, the mean or the maximum over its states: [B, D], zeros for a text of length 0.
Var last_over_time(const Sequence& x);
Var mean_over_time(const Sequence& x);
Var max_over_time(const Sequence& x);

/// Each text's mean over its states, weighted by a softmax over its scores [N, 1]: [B, D], zeros for a text of length
/// 0. Keeps N reals, which `weights`, if it is given, is told.
Var attention_over_time(const Sequence& x, Var scores, ConstTensorView* weights = nullptr);

/// States between two pieces of a text, [B, H] in the order of the texts; absent ones are zero. `c` is the LSTM's and
/// the SRU's.
struct RecurrentState {
  Var h;
  Var c;
};

/// One direction of a recurrent layer: what it computes, with which weights, from which state.
struct Direction {
  kernel::RecurrentSpec spec;
  Var w, u, b, d;
  RecurrentState initial;
  /// The packed weights if somebody keeps them; else the op packs them.
  std::shared_ptr<const kernel::RecurrentKernel> kernel;
};

struct RecurrentOutput {
  /// [N, H], or [N, 2H] with the directions side by side.
  Sequence states;
  /// The last state of each direction, in its own order of reading; the initial one for a text of length 0.
  std::vector<RecurrentState> last;
};

/// A recurrent layer of one or two directions, [N, D] to [N, H] or [N, 2H], as one node. Keeps (G + 2) N H reals a
/// direction.
/// @throws ArgumentError  if a shape does not fit.
RecurrentOutput recurrent(const Sequence& x, std::vector<Direction> directions);

/// Layers of one direction, each of which reads the states of the one before, for a lone text on a tape that infers: a
/// layer works on a piece of the text while the next one, on another thread, works on the piece before. To the bit what
/// one layer after the other gives.
/// @throws ArgumentError  if a shape does not fit, the tape records, there is more than one text, or one is read
/// backward.
std::vector<RecurrentOutput> recurrent_in_turn(const Sequence& x, std::vector<Direction> layers);

}  // namespace recura
