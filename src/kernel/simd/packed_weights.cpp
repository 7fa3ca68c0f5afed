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

/// As many products of 255 and 127, and the offset, fit an int32.
constexpr Index kDeepestInt8 = 65'536;

}  // namespace

void PackedWeights::pack(const Layout& layout, const float* weights, Index depth, Window window, Precision precision,
                         bool in_unit) {
  depth_ = groups_ = left_size_ = depth;
  set_window(window);
  layout.pack(weights, depth, window, width_ / kBlock, panels_);
  precision_ = precision;
  const bool multiplies_int8 = code_.multiplies_narrow && in_unit && depth <= kDeepestInt8;
  if (precision == Precision::int8 && !multiplies_int8) precision_ = Precision::bf16;
  if (precision != Precision::float32) encode(precision);
}

void PackedWeights::pack_widened(const Layout& layout, const float* weights, Index depth, Window window,
                                 Precision precision) {
  depth_ = groups_ = left_size_ = depth;
  set_window(window);
  layout.pack(weights, depth, window, width_ / kBlock, panels_);
  precision_ = Precision::float32;
  scale_ = Tensor({panels_.size() / depth});
  std::ranges::fill(scale_.values(), 1.0f);
  if (precision == Precision::int8) round_to_int8();
}

void PackedWeights::pack_transposed(const Layout& layout, const float* weights, Index depth, Window window,
                                    Precision precision) {
  depth_ = groups_ = left_size_ = layout.panels * window.width;
  width_ = panel_width_ = kBlock;
  layout.pack_transposed(weights, depth, window, panels_);
  precision_ = precision;
  if (precision != Precision::float32) encode(precision);
}

/// Makes narrow numbers of the floats: of `precision_`, after rounding to `rounded`; int8 numbers may be held as bf16.
void PackedWeights::encode(Precision rounded) {
  const Index group = group_of(precision_), columns = panels_.size() / depth_, panels = columns / width_;
  groups_ = (depth_ + group - 1) / group;
  left_size_ = code_.multiplies_narrow ? groups_ : groups_ * group;
  narrows_left_ = code_.multiplies_narrow || left_size_ != depth_;
  if (!values_.data()) {
    values_ = Tensor({columns * groups_});
    scale_ = Tensor({columns});
    std::ranges::fill(scale_.values(), 1.0f);
  }
  if (rounded == Precision::int8) round_to_int8();
  for (Index row = 0; row < panels * groups_; ++row) {
    const Index k = row % groups_ * group;
    const float* from = panels_.data() + (row / groups_ * depth_ + k) * width_;
    float* to = values_.data() + row * width_;
    if (precision_ == Precision::bf16) {
      code_.narrow_pairs(from, k + 1 < depth_ ? from + width_ : nullptr, width_, to);
      continue;
    }
    auto* bytes = reinterpret_cast<char*>(to);
    for (Index at = 0; at < width_ * std::min(group, depth_ - k); ++at) {
      const auto number = static_cast<std::int8_t>(from[at]);
      std::memcpy(bytes + at % width_ * group + at / width_, &number, 1);
    }
  }
}

/// Makes whole numbers of the floats, with a scale for each column; and an offset where int8 numbers are on the left,
/// which are 128 + 127 h.
void PackedWeights::round_to_int8() {
  const bool with_offset = precision_ == Precision::int8;
  const Index columns = panels_.size() / depth_;
  if (with_offset) offset_ = Tensor({columns});
  for (Index column = 0; column < columns; ++column) {
    float* first = panels_.data() + column / width_ * depth_ * width_ + column % width_;
    float largest = 0;
    for (Index k = 0; k < depth_; ++k) largest = std::max(largest, std::abs(first[k * width_]));
    const float scale = int8_scale(largest);
    std::int64_t sum = 0;
    for (Index k = 0; k < depth_; ++k) {
      const std::int8_t q = to_int8(first[k * width_], scale);
      first[k * width_] = q;
      sum += q;
    }
    scale_.data()[column] = with_offset ? scale / 127 : scale;
    if (with_offset) offset_.data()[column] = std::bit_cast<float>(static_cast<std::int32_t>(-128 * sum));
  }
}

/// The numbers lie as tiles read them: so that those of a narrow tile stay in the first cache, which they would only
/// share a few places of if wider rows lay between them.
void PackedWeights::set_window(Window window) {
  panel_width_ = window.width;
  width_ = std::min(code_.tile_blocks * kBlock, window.width);
}

void PackedWeights::set_right(Product& product, Index panel) const {
  product.precision = precision_;
  product.depth = groups_;
  product.b = (values_.data() ? values_ : panels_).data() + panel * groups_ * panel_width_;
  product.b_row = width_;
  product.b_blocks = width_ / kBlock;
  product.b_panel = groups_ * width_;
  product.c_blocks = panel_width_ / kBlock;
  if (scale_.data()) product.scale = scale_.data() + panel * panel_width_;
  if (offset_.data()) product.offset = offset_.data() + panel * panel_width_;
}

}  // namespace recura::kernel::simd
