#pragma once

#include "kernel/activation.h"
#include "kernel/attention_query.h"
#include "kernel/dropout.h"
#include "kernel/optimise.h"
#include "kernel/skip_gram.h"
#include "tensor/precision.h"
#include "tensor/real.h"

namespace recura::kernel::simd {

/// Columns of weights and gates lie in blocks of 16 on every level: one vector of AVX-512, two of AVX2.
constexpr Index kBlock = 16;

constexpr Index blocks_of(Index columns) { return (columns + kBlock - 1) / kBlock; }
constexpr Index padded(Index columns) { return blocks_of(columns) * kBlock; }

/// Rows of a left operand that stay in the second cache while all of the right one passes by.
constexpr Index kRowsAtOnce = 96;

/// c = start + a b. Every element is one sum in the order of k, fused where the level has it, whatever the shape.
///
/// a [rows, depth]: A(i, k) = a[i a_stride + k], or a[k a_stride + i] if transposed. It may lie in chunks along k, as a
/// gate buffer does in panels. The columns of c and start lie in panels of `c_blocks` blocks, those of b in panels of
/// `b_blocks`, the last block of b padded; b [depth, columns]: B(k, j) = b[k b_row + place of j]. start may be c; with
/// stride 0 it is one row for all; null: zeros.
///
/// Narrow weights lie in b in groups of neighbours along k that fill the place of a float: two of bf16, four of int8;
/// `depth` and the strides of b then count groups. A level that multiplies such numbers (`Code`) has groups in a, too,
/// and counts groups there; others widen bf16 weights as they are read, and take floats from a, two for each group.
/// c = start + scale_j (offset_j + a b), where AMX's tiles add up a b in an order of their own. Such products are of
/// one chunk; a transposed a can be read in whole blocks of 16 rows.
struct Product {
  Index rows = 0;
  Index columns = 0;
  const float* a = nullptr;
  Index a_stride = 0;
  bool a_transposed = false;
  Index depth = 0;  // of one chunk
  Index chunks = 1;
  Index a_chunk = 0;
  Index a_ahead = 0;  // how far behind each part of a lies what is read next, to fetch it meanwhile; 0: not known
  Precision precision = Precision::float32;  // of b
  const float* b = nullptr;
  Index b_row = kBlock;
  const float* start = nullptr;
  Index start_stride = 0;
  float* c = nullptr;
  Index c_stride = 0;
  Index b_blocks = 1;
  Index b_panel = 0;  // from panel to panel of b
  Index c_blocks = 1;
  Index c_panel = kBlock;           // of c and start
  const Index* c_places = nullptr;  // where each block of theirs begins instead
  const float* scale = nullptr;     // of each column, with narrow weights or their numbers as floats
  const float* offset = nullptr;    // the bits of an int32 for each column; where int8 numbers are multiplied
};

/// Where a block of columns begins that lie in such panels.
constexpr Index place(Index block, Index blocks, Index panel) {
  return block / blocks * panel + block % blocks * kBlock;
}

/// The rows of one panel of units on which a cell's functions run. In a row of gates lie, in blocks of 16 columns:
///
///     rnn    [z z]      of 32 units
///     lstm   [i f g o]  of 16 units
///     gru    [n r z q]  of 16 units, q = h_{t-1} U_n + d: the first three meet x, the last three h
///
/// Forward they hold z, the argument of each gate's function (of n without r * q), and get its value; backward they
/// hold the values and get the gradients by z and q.
struct CellRows {
  Activation activation = Activation::sigmoid;  // rnn
  Index rows = 0;
  Index units = 0;  // of the panel, without padding
  float* gates = nullptr;
  const float* c_before = nullptr;  // [rows, 16]
  float* c = nullptr;               // [rows, 16]
  const float* h_before = nullptr;  // null: zeros
  Index h_before_stride = 0;
  float* h = nullptr;  // backward: only read
  Index h_stride = 0;
  float* dh = nullptr;  // backward: becomes the part of the earlier state's gradient that does not go through gates
  Index dh_stride = 0;
  float* dc = nullptr;  // [rows, 16], backward: becomes that of the earlier state
};

/// The rows of some panels of 16 units on which the SRU's functions run; panels lie `*_panel` floats apart, those of s,
/// h and dh 16. In a row of gates lie, in blocks of 16 columns:
///
///     [c f r q]    where D = H, s being x
///     [c f r s q]  else
///
/// Forward c, f, r hold what x gives and f, r get their values; q gets c_{t-1}. Backward the first four get the
/// gradients by the sums of c, f, r and by s.
struct SruRows {
  Index rows = 0;
  Index units = 0;  // of all panels, without padding
  Index width = 0;  // of a row of gates
  float* gates = nullptr;
  Index gates_panel = 0;
  const float* v = nullptr;  // [panels][2][16]: v_f, v_r
  float scale = 1;           // of s
  const float* s = nullptr;  // x where D = H, else null: it is among the gates
  Index s_stride = 0;
  float* h = nullptr;  // forward
  Index h_stride = 0;
  float* c = nullptr;         // [panels][rows, 16], c_{t-1} becomes c_t
  const float* dh = nullptr;  // backward; null: zeros
  Index dh_stride = 0;
  float* dlast = nullptr;  // [panels][rows, 16], backward: added to dh and set to zero
  float* dc = nullptr;     // [panels][rows, 16], backward: becomes that of the earlier state
  Index state_panel = 0;   // of c, dlast and dc
  float* sums = nullptr;   // [panels][4][16], backward: the gradients by v_f, v_r, b_f, b_r are added
};

/// The code of one instruction set: all that is compiled for it.
///
/// Plain pointers only: an inline function of the standard library, compiled here with wider instructions, could be the
/// copy that the linker keeps for everybody.
struct Code {
  const char* name;
  void (*product)(const Product& product);
  /// Blocks of columns that a tile of many rows has: right operands that lie in panels of so many are read from end to
  /// end.
  Index tile_blocks;
  /// Whether products of narrow weights multiply narrow numbers; else they widen bf16 weights, and have none of int8.
  bool multiplies_narrow;
  /// Whether it multiplies them in tiles of AMX, which take so long to set up that one product for all panels is faster
  /// than one for each.
  bool has_amx_tiles;
  /// A row of a left operand as such a product takes it, the last group filled up with zeros: floats, if weights are
  /// widened; bf16; or int8 of numbers in [-1, 1], as 128 + 127 x rounded to nearest.
  void (*narrow)(Precision precision, const float* x, Index count, float* groups);
  /// Two rows of any operand as pairs of bf16, one of each row; null: zeros.
  void (*narrow_pairs)(const float* even, const float* odd, Index count, float* pairs);

  void (*rnn_forward)(const CellRows& rows);
  void (*lstm_forward)(const CellRows& rows);
  void (*gru_forward)(const CellRows& rows);
  void (*rnn_backward)(const CellRows& rows);
  void (*lstm_backward)(const CellRows& rows);
  void (*gru_backward)(const CellRows& rows);
  void (*sru_forward)(const SruRows& rows);
  void (*sru_backward)(const SruRows& rows);

  void (*activate)(Activation activation, const float* x, float* y, Index count);
  void (*activate_backward)(Activation activation, const float* y, const float* dy, float* dx, Index count);
  void (*exp)(const float* x, float* y, Index count);
  void (*log)(const float* x, float* y, Index count);

  void (*softmax)(const float* x, float* p, Index count);

  void (*dropout)(const float* x, float* y, Index count, const DropoutMask& mask, Index first);

  /// v null: no momentum.
  void (*sgd_step)(float* p, const float* g, float* v, Index count, float rate, float momentum);
  /// g null: zeros.
  void (*adam_step)(float* p, const float* g, float* m, float* v, Index count, const AdamStep& step);
  void (*move_average)(float* mean, const float* x, Index count, float share);
  double (*sum_of_squares)(const float* x, Index count);

  void (*skip_gram_step)(const float* x, Index width, const SkipGramRows& rows, float rate, float* dx);

  void (*attend)(const AttentionQuery& query, float* a, float* c);
  void (*attend_backward)(const AttentionQuery& query, const AttentionQueryGradients& gradients);
};

/// What this build holds; whether the processor can run it is another question.
extern const Code kBaseline;
#ifdef __x86_64__
extern const Code kV3;
extern const Code kV4;
extern const Code kV4Bf16;
/// The product of v4-amx, whose other code is that of v4-bf16.
extern void (*const kAmxProduct)(const Product& product);
#elif defined(__aarch64__)
extern const Code kNeon;
#endif

}  // namespace recura::kernel::simd
