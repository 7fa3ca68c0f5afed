#include "base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace recura {
namespace {

using Words = std::array<std::uint32_t, 4>;

TEST(PhiloxTest, GivesThePublishedKnownAnswers) {
  EXPECT_EQ(philox(0, 0, 0), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr std::uint64_t kOnes = ~std::uint64_t{0};
  EXPECT_EQ(philox(kOnes, kOnes, kOnes), (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  // The digits of pi.
  EXPECT_EQ(philox(0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RngTest, ReadsTheWordsOfCountersInOrder) {
  Rng rng(42);
  for (std::uint64_t counter = 0; counter < 3; ++counter) {
    for (const std::uint32_t word : philox(42, 0, counter)) ASSERT_EQ(rng.next(), word);
  }
}

TEST(RngTest, StreamsDifferByPurposeNumberAndSeedAndLeaveTheirSourceAlone) {
  const Rng rng(1);
  std::vector<std::uint64_t> keys = {rng.key()};
  for (const char* purpose : {"dropout", "shuffle", ""}) {
    for (const std::uint64_t number : {0, 1, 2}) keys.push_back(rng.stream(purpose, number).key());
  }
  keys.push_back(Rng(2).stream("dropout", 0).key());
  std::ranges::sort(keys);
  EXPECT_EQ(std::ranges::adjacent_find(keys), keys.end());
  EXPECT_EQ(rng.stream("dropout", 1).key(), Rng(1).stream("dropout", 1).key());
}

TEST(RngTest, UniformNumbersFillTheirRangeEvenly) {
  Rng rng(7);
  constexpr int kCount = 100'000, kBins = 10;
  std::array<int, kBins> bins{};
  for (int i = 0; i < kCount; ++i) {
    const double value = rng.uniform(-2, 3);
    ASSERT_GE(value, -2);
    ASSERT_LT(value, 3);
    ++bins[static_cast<std::size_t>((value + 2) / 5 * kBins)];
  }
  // Five deviations of a bin's count.
  for (const int count : bins) EXPECT_NEAR(count, kCount / kBins, 5 * std::sqrt(kCount / kBins));
}

TEST(RngTest, NormalNumbersHaveTheMomentsOfTheNormalDistribution) {
  Rng rng(7);
  constexpr int kCount = 200'000;
  double sum = 0, squares = 0, fourth = 0;
  for (int i = 0; i < kCount; ++i) {
    const double value = rng.normal();
    ASSERT_TRUE(std::isfinite(value));
    sum += value, squares += value * value, fourth += std::pow(value, 4);
  }
  EXPECT_NEAR(sum / kCount, 0, 0.012);  // five deviations each
  EXPECT_NEAR(squares / kCount, 1, 0.016);
  EXPECT_NEAR(fourth / kCount, 3, 0.11);
}

TEST(RngTest, NumbersBelowABoundReachAllOfThemEvenly) {
  Rng rng(7);
  std::array<int, 6> faces{};
  for (int i = 0; i < 60'000; ++i) ++faces.at(rng.below(6));
  for (const int count : faces) EXPECT_NEAR(count, 10'000, 5 * 100);
  EXPECT_EQ(rng.below(1), 0u);
  // A bound whose multiples leave most of 2^64 unused: a plain remainder would prefer small numbers by half.
  constexpr std::uint64_t kBound = (std::uint64_t{1} << 63) + 1;
  int upper = 0;
  for (int i = 0; i < 10'000; ++i) upper += rng.below(kBound) >= kBound / 2;
  EXPECT_NEAR(upper, 5'000, 5 * 50);
}

}  // namespace
}  // namespace recura
