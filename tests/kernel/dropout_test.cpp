#include "kernel/dropout.h"

#include <algorithm>

#include "kernel/levels.h"
#include "kernel/reference/level.h"

namespace recura::kernel {
namespace {

class DropoutTest : public EachLevelTest {
 protected:
  Values dropped(const Values& x, const DropoutMask& mask, Index first = 0) const {
    Values y(x.size());
    level().dropout(x, mask, first, y);
    return y;
  }
};
INSTANTIATE_TEST_SUITE_P(EveryLevel, DropoutTest, every_level(), level_name);

constexpr std::uint64_t kKey = 0x0123456789ABCDEF;

TEST_P(DropoutTest, GivesTheBitsOfItsTwinAlsoWherePositionsPass32Bits) {
  std::mt19937 random(1);
  for (const Index first : {Index{0}, Index{5}, (Index{1} << 32) - 20, (Index{3} << 40) + 1}) {
    for (const double rate : {0.0, 0.1, 0.5, 0.999, 1 - 1e-12}) {
      const Values x = random_values(random, 101);
      Values expected(x.size());
      reference::level().dropout(x, {kKey, rate}, first, expected);
      ASSERT_TRUE(same_bits(dropped(x, {kKey, rate}, first), expected)) << "first " << first << ", rate " << rate;
    }
  }
}

TEST_P(DropoutTest, EqualsItsReadableTwin) {
  std::mt19937 random(3);
  for (int round = 0, cases = random_cases(300); round < cases && !HasFailure(); ++round) {
    const std::uint64_t key = random() * (std::uint64_t{1} << 32) + random();
    const DropoutMask mask{key, std::uniform_real_distribution<double>(0, 1)(random)};
    const Index first = random_size(random, 0, round % 2 ? 1000 : Index{1} << 50);
    const Values x = random_values(random, random_size(random, 0, 200));
    Values expected(x.size());
    twin().dropout(x, mask, first, expected);
    EXPECT_TRUE(same_bits(dropped(x, mask, first), expected)) << "case " << round;
  }
}

TEST_P(DropoutTest, PiecesGiveTheBitsOfTheWhole) {
  std::mt19937 random(2);
  const Values x = random_values(random, 300), whole = dropped(x, {kKey, 0.3});
  for (std::size_t cut = 0; cut < x.size(); cut += 7) {
    const Values tail(x.begin() + static_cast<std::ptrdiff_t>(cut), x.end());
    ASSERT_TRUE(same_bits(dropped(tail, {kKey, 0.3}, static_cast<Index>(cut)),
                          Values(whole.begin() + static_cast<std::ptrdiff_t>(cut), whole.end())));
  }
}

TEST_P(DropoutTest, DropsTheShareAskedForWhateverTheKey) {
  const Values ones(1 << 16, real{1});
  for (std::uint64_t key = 1; key < 20; ++key) {
    for (const double rate : {0.1, 0.5, 0.9}) {
      const Values y = dropped(ones, {key, rate});
      const auto share = static_cast<double>(std::ranges::count(y, real{0})) / static_cast<double>(y.size());
      ASSERT_NEAR(share, rate, 5 * std::sqrt(rate * (1 - rate) / static_cast<double>(y.size()))) << "key " << key;
    }
  }
}

/// Neighbours in a row, in a column of 128, and the same element under the next key agree by chance alone.
TEST_P(DropoutTest, ElementsAreIndependentOfEachOtherAndOfTheNextKey) {
  const Values ones(1 << 16, real{1}), y = dropped(ones, {kKey, 0.5}), next = dropped(ones, {kKey + 1, 0.5});
  const auto share_of_equals = [&](const Values& other, std::size_t distance) {
    std::size_t equal = 0;
    for (std::size_t i = 0; i + distance < y.size(); ++i) equal += (y[i] == 0) == (other[i + distance] == 0);
    return static_cast<double>(equal) / static_cast<double>(y.size() - distance);
  };
  for (const std::size_t distance : {1, 2, 16, 128, 1024})
    EXPECT_NEAR(share_of_equals(y, distance), 0.5, 0.01) << distance;
  EXPECT_NEAR(share_of_equals(next, 0), 0.5, 0.01);
}

TEST(DropoutRowsTest, ARowStaysOrGoesAsOne) {
  Executor executor(3);
  const Tensor x({2000, 30}, Values(60000, real{1}));
  Tensor y(x.shape());
  dropout_rows(x, {kKey, 0.25}, y, executor);
  int gone = 0;
  for (Index row = 0; row < 2000; ++row) {
    for (Index j = 1; j < 30; ++j) ASSERT_EQ(y.row(row)[j], y.row(row)[0]);
    gone += y.row(row)[0] == 0;
  }
  EXPECT_NEAR(gone / 2000.0, 0.25, 0.05);
}

}  // namespace
}  // namespace recura::kernel
