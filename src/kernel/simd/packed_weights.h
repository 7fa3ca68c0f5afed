#pragma once

#include "kernel/simd/layout.h"

namespace recura::kernel::simd {

/// A matrix of weights as the right operand of products, in panels: [panels][groups][window.width], in the numbers that
/// the level multiplies.
class PackedWeights {
 public:
  /// Takes canonical weights [depth, G H], rounded to `precision` as `round_to` does; floats in the memory of those
  /// before, which came from the same layout. int8 weights are multiplied as bf16, in which they lose nothing, unless
  /// the level multiplies int8 numbers and all on the left are `in_unit`, [-1, 1].
  void pack(const Code& code, const Layout& layout, const float* weights, Index depth, Window window,
            Precision precision, bool in_unit);
  /// The same numbers as floats, which give the same bits where the level widens: faster for more than a few rows.
  void pack_widened(const Layout& layout, const float* weights, Index depth, Window window, Precision precision);

  /// Sets all of a product that belongs to the right operand, from a panel on.
  void set_right(Product& product, Index panel) const;

  /// Whether rows on the left must first pass `Code::narrow`, and the floats that such a row then fills.
  bool narrows_left() const { return narrows_left_; }
  Index left_size() const { return left_size_; }
  Precision precision() const { return precision_; }

 private:
  void encode(const Tensor& panels, Index depth, Precision precision);

  Precision precision_ = Precision::float32;  // of the numbers in `values_`
  Index groups_ = 0, width_ = 0, left_size_ = 0;
  bool narrows_left_ = false;
  Tensor values_;
  Tensor scale_, offset_;  // as in `Product`; empty: none
};

}  // namespace recura::kernel::simd
