#include "kernel/simd/packed_weights.h"

#include <bit>
#include <cmath>
#include <cstring>

namespace recura::kernel::simd {
namespace {

/// Numbers that lie in the place of a float.
Index group_of(Precision precision) {
  return precision == Precision::float32 ? 1 : precision == Precision::bf16 ? 2 : 4;
}

template <typename Number>
void put(Number number, float* groups, Index at) {
  std::memcpy(reinterpret_cast<char*>(groups) + at * static_cast<Index>(sizeof number), &number, sizeof number);
}

}  // namespace

void PackedWeights::pack(const Code& code, const Layout& layout, const float* weights, Index depth, Window window,
                         Precision precision, bool in_unit) {
  precision_ = precision;
  groups_ = left_size_ = depth;
  width_ = window.width;
  if (precision == Precision::float32) return layout.pack(weights, depth, window, values_);
  if (precision == Precision::int8 && !(code.multiplies_narrow && in_unit)) precision_ = Precision::bf16;
  const Index group = group_of(precision_);
  groups_ = (depth + group - 1) / group;
  left_size_ = code.multiplies_narrow ? groups_ : groups_ * group;
  narrows_left_ = code.multiplies_narrow || left_size_ != depth;
  Tensor panels;
  layout.pack(weights, depth, window, panels);
  encode(panels, depth, precision);
}

void PackedWeights::pack_widened(const Layout& layout, const float* weights, Index depth, Window window,
                                 Precision precision) {
  groups_ = left_size_ = depth;
  width_ = window.width;
  Tensor panels;
  layout.pack(weights, depth, window, panels);
  encode(panels, depth, precision);
}

/// Fills `values_` with the numbers of panels of floats.
void PackedWeights::encode(const Tensor& panels, Index depth, Precision precision) {
  const bool with_offset = precision_ == Precision::int8;
  const Index columns = panels.size() / depth, group = group_of(precision_);
  values_ = Tensor({columns * groups_});
  scale_ = Tensor({columns});
  if (with_offset) offset_ = Tensor({columns});
  for (Index column = 0; column < columns; ++column) {
    const Index panel = column / width_, in_panel = column % width_;
    const float* from = panels.data() + panel * depth * width_ + in_panel;
    float largest = 0;
    for (Index k = 0; k < depth; ++k) largest = std::max(largest, std::abs(from[k * width_]));
    const bool is_int8 = precision == Precision::int8;
    const float scale = is_int8 ? int8_scale(largest) : 1;
    int sum = 0;
    for (Index k = 0; k < depth; ++k) {
      const Index place = ((panel * groups_ + k / group) * width_ + in_panel) * group + k % group;
      const std::int8_t q = to_int8(from[k * width_], scale);
      const float number = is_int8 ? static_cast<float>(q) : from[k * width_];
      if (precision_ == Precision::int8) put(q, values_.data(), place);
      if (precision_ == Precision::bf16) put(to_bf16(number), values_.data(), place);
      if (precision_ == Precision::float32) put(number, values_.data(), place);
      sum += q;
    }
    // The left operand is 128 + 127 h.
    scale_.data()[column] = with_offset ? scale / 127 : scale;
    if (with_offset) offset_.data()[column] = std::bit_cast<float>(-128 * sum);
  }
}

void PackedWeights::set_right(Product& product, Index panel) const {
  const Index stride = groups_ * width_;
  product.precision = precision_;
  product.depth = groups_;
  product.b = values_.data() + panel * stride;
  product.b_row = width_;
  product.panel_blocks = width_ / kBlock;
  product.b_panel = stride;
  if (scale_.data()) product.scale = scale_.data() + panel * width_;
  if (offset_.data()) product.offset = offset_.data() + panel * width_;
}

}  // namespace recura::kernel::simd
