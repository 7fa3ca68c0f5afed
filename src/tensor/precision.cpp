#include "tensor/precision.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <string_view>

#include "base/error.h"

namespace recura {
namespace {

constexpr std::array<std::pair<Precision, std::string_view>, 3> kNames = {
    {{Precision::float32, "float32"}, {Precision::bf16, "bf16"}, {Precision::int8, "int8"}}};

}  // namespace

std::string name(Precision precision) {
  return std::string(std::ranges::find(kNames, precision, &decltype(kNames)::value_type::first)->second);
}

Precision precision_of(const std::string& name) {
  for (const auto& [precision, known] : kNames) {
    if (name == known) return precision;
  }
  throw DataError("precision: expected float32, bf16 or int8, got {:?}", name);
}

Bf16 to_bf16(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  if (std::isnan(x)) return static_cast<Bf16>(bits >> 16 | 0x40);  // its bits might all be in the lower half
  const std::uint32_t half = 0x7FFF + (bits >> 16 & 1);
  return static_cast<Bf16>((bits + half) >> 16);
}

float from_bf16(Bf16 x) { return std::bit_cast<float>(static_cast<std::uint32_t>(x) << 16); }

float int8_scale(float largest) {
  int exponent = 0;
  const float fraction = std::frexp(largest / 127, &exponent);
  return std::ldexp(std::ceil(std::ldexp(fraction, 17)), exponent - 17);
}

std::int8_t to_int8(float x, float scale) {
  if (scale == 0) return 0;
  const float q = std::nearbyint(x / scale);
  return static_cast<std::int8_t>(std::abs(q) <= 127 ? q : std::copysign(127.0f, q));  // NaN too
}

std::vector<float> int8_scales(ConstTensorView matrix, Channel channel) {
  const Index rows = matrix.shape.rows(), columns = matrix.shape.columns();
  std::vector<float> scales(static_cast<std::size_t>(channel == Channel::row ? rows : columns));
  for (Index row = 0; row < rows; ++row) {
    for (Index column = 0; column < columns; ++column) {
      float& largest = scales[static_cast<std::size_t>(channel == Channel::row ? row : column)];
      largest = std::max<float>(largest, std::abs(matrix.row(row)[column]));
    }
  }
  std::ranges::transform(scales, scales.begin(), int8_scale);
  return scales;
}

void round_to(Precision precision, Channel channel, TensorView matrix) {
  if (precision == Precision::float32) return;
  const auto scales = precision == Precision::int8 ? int8_scales(matrix, channel) : std::vector<float>{};
  for (Index row = 0; row < matrix.shape.rows(); ++row) {
    for (Index column = 0; column < matrix.shape.columns(); ++column) {
      real& x = matrix.row(row)[column];
      if (precision == Precision::bf16) {
        x = from_bf16(to_bf16(static_cast<float>(x)));
      } else {
        const float scale = scales[static_cast<std::size_t>(channel == Channel::row ? row : column)];
        x = static_cast<float>(to_int8(static_cast<float>(x), scale)) * scale;
      }
    }
  }
}

}  // namespace recura
