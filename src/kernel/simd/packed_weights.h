#pragma once

#include "kernel/simd/layout.h"

namespace recura::kernel::simd {

/// A matrix of weights as the right operand of products, in panels: [panels][parts][groups][width], in the numbers that
/// the level multiplies. Packing anew reuses the memory: the layout must be the same.
class PackedWeights {
 public:
  explicit PackedWeights(const Code& code) : code_(code) {}

  /// Takes canonical weights [depth, G H]; for int8 they are rounded already, as `round_to` does. int8 weights are
  /// multiplied as bf16, in which they lose nothing, unless the level multiplies int8 numbers and all on the left are
  /// `in_unit`, [-1, 1].
  void pack(const Layout& layout, const float* weights, Index depth, Window window, Precision precision, bool in_unit);
  /// The same numbers as floats, which give the same bits where the level widens: faster for more than a few rows.
  void pack_widened(const Layout& layout, const float* weights, Index depth, Window window, Precision precision);
  /// The transpose, which multiplies gates [panels * window.width] to [depth].
  void pack_transposed(const Layout& layout, const float* weights, Index depth, Window window, Precision precision);

  /// Sets all of a product that belongs to the right operand, from a panel on.
  void set_right(Product& product, Index panel) const;

  /// Whether rows on the left must first pass `Code::narrow`, and the floats that such a row then fills.
  bool narrows_left() const { return narrows_left_; }
  Index left_size() const { return left_size_; }
  Precision precision() const { return precision_; }

 private:
  void set_window(Window window);
  void encode(Precision rounded);
  void round_to_int8();

  const Code& code_;
  Precision precision_ = Precision::float32;  // of the numbers in `values_`
  Index depth_ = 0, panel_width_ = 0;
  Index width_ = 0;  // of what a tile reads: a part of a panel, or all of it
  Index groups_ = 0, left_size_ = 0;
  bool narrows_left_ = false;
  Tensor panels_;          // floats
  Tensor values_;          // narrow numbers; empty: the floats
  Tensor scale_, offset_;  // as in `Product`; empty: none
};

}  // namespace recura::kernel::simd
