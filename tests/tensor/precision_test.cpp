#include "tensor/precision.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace recura {
namespace {

TEST(Bf16Test, RoundsToNearestTiesToEven) {
  const auto bits = [](float x) { return static_cast<int>(to_bf16(x)); };
  EXPECT_EQ(bits(1.0f), 0x3F80);
  EXPECT_EQ(from_bf16(Bf16{0x3F81}), 1.0078125f);
  EXPECT_EQ(bits(1.00390625f), 0x3F80) << "half way: to the even one";
  EXPECT_EQ(bits(1.01171875f), 0x3F82) << "half way: to the even one";
  EXPECT_EQ(bits(1.0039064f), 0x3F81);
  EXPECT_EQ(bits(-1.0039064f), 0xBF81);
  EXPECT_EQ(bits(0.0f), 0);
}

TEST(Bf16Test, KeepsWhatIsNoNumber) {
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(from_bf16(to_bf16(infinity)), infinity);
  EXPECT_EQ(from_bf16(to_bf16(std::numeric_limits<float>::max())), infinity);
  EXPECT_TRUE(std::isnan(from_bf16(to_bf16(std::numeric_limits<float>::quiet_NaN()))));
  EXPECT_TRUE(std::isnan(from_bf16(to_bf16(-std::numeric_limits<float>::signaling_NaN()))));
}

Tensor random_matrix(std::mt19937& random, Index rows, Index columns) {
  Tensor matrix({rows, columns});
  std::normal_distribution<double> normal;
  for (real& x : matrix.values()) x = static_cast<real>(normal(random));
  return matrix;
}

TEST(PrecisionTest, EveryNumberIsNear) {
  std::mt19937 random(1);
  for (const Channel channel : {Channel::row, Channel::column}) {
    const Tensor matrix = random_matrix(random, 40, 30);
    const auto scales = int8_scales(matrix, channel);
    for (const Precision precision : {Precision::float32, Precision::bf16, Precision::int8}) {
      Tensor rounded = matrix;
      round_to(precision, channel, rounded);
      for (Index at = 0; at < matrix.size(); ++at) {
        const auto scale = scales[static_cast<std::size_t>(channel == Channel::row ? at / 30 : at % 30)];
        const double x = matrix.data()[at], most = precision == Precision::float32 ? 0
                                                   : precision == Precision::bf16  ? std::abs(x) / 256
                                                                                   : scale * 0.50001;
        EXPECT_NEAR(rounded.data()[at], x, most);
      }
    }
  }
}

TEST(PrecisionTest, RoundingTwiceIsRoundingOnce) {
  std::mt19937 random(2);
  for (int round = 0; round < 300; ++round) {
    Tensor once = random_matrix(random, 20, 10);
    for (real& x : once.values()) x *= static_cast<real>(std::ldexp(1.0, round % 60 - 30));
    const Channel channel = round % 2 == 0 ? Channel::row : Channel::column;
    const Precision precision = round % 3 == 0 ? Precision::bf16 : Precision::int8;
    round_to(precision, channel, once);
    Tensor twice = once;
    round_to(precision, channel, twice);
    EXPECT_TRUE(std::ranges::equal(once.values(), twice.values()));
  }
}

TEST(PrecisionTest, ZerosStayZeros) {
  Tensor zeros({3, 4});
  round_to(Precision::int8, Channel::column, zeros);
  for (const real x : zeros.values()) EXPECT_EQ(x, 0);
}

}  // namespace
}  // namespace recura
