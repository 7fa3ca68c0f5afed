#include "data/batches.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace recura {
namespace {

TEST(BatchesTest, EveryRowStandsInOneBatch) {
  std::vector<Index> lengths(1003);
  for (std::size_t i = 0; i < lengths.size(); ++i) lengths[i] = static_cast<Index>(i * 7 % 50);
  for (const bool grouped : {false, true}) {
    std::vector<Index> rows;
    for (const auto& batch : make_batches(lengths, 32, grouped, true, Rng(4)))
      rows.insert(rows.end(), batch.begin(), batch.end());
    std::ranges::sort(rows);
    std::vector<Index> all(lengths.size());
    std::iota(all.begin(), all.end(), Index{0});
    EXPECT_EQ(rows, all);
  }
}

TEST(BatchesTest, GroupingPutsLikeLengthsTogether) {
  std::vector<Index> lengths(3200);
  Rng rng(2);
  for (Index& length : lengths) length = static_cast<Index>(rng.below(100));
  Index spread = 0;
  for (const auto& batch : make_batches(lengths, 32, true, true, Rng(4))) {
    const auto [least, most] =
        std::ranges::minmax_element(batch, {}, [&](Index row) { return lengths[static_cast<std::size_t>(row)]; });
    spread = std::max(spread, lengths[static_cast<std::size_t>(*most)] - lengths[static_cast<std::size_t>(*least)]);
  }
  EXPECT_LT(spread, 10);
}

TEST(BatchesTest, ASeedGivesOneOrderAndAnotherSeedAnother) {
  const std::vector<Index> lengths(100, 5);
  EXPECT_EQ(make_batches(lengths, 8, true, true, Rng(1)), make_batches(lengths, 8, true, true, Rng(1)));
  EXPECT_NE(make_batches(lengths, 8, true, true, Rng(1)), make_batches(lengths, 8, true, true, Rng(2)));
}

TEST(BatchesTest, ABatchHasSoManyStepsAtMostUnlessOneRowHasMore) {
  const std::vector<Index> lengths{5, 5, 1, 40, 2, 3, 9, 0, 1, 1};
  const std::vector<std::vector<Index>> expected{{0, 1}, {2}, {3}, {4, 3 + 2}, {6, 7, 8}, {9}};
  EXPECT_EQ(make_batches(lengths, 3, false, false, Rng(1), 10), expected);
}

TEST(SplitDevTest, EveryLabelGivesItsShareAndKeepsARow) {
  std::vector<std::int32_t> labels(100, 0);
  labels.resize(150, 1);
  labels.push_back(2);
  const DevSplit split = split_dev(labels, 0.1, Rng(1));
  EXPECT_EQ(split.dev.size(), 15u);
  EXPECT_EQ(split.train.size(), 136u);
  EXPECT_EQ(split.train.back(), 150);
}

}  // namespace
}  // namespace recura
