#include "tensor/packing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/error.h"

namespace recura {
namespace {

using Numbers = std::vector<Index>;

Numbers copy(std::span<const Index> numbers) { return {numbers.begin(), numbers.end()}; }

TEST(PackingTest, LiesAsTheDocumentedExample) {
  const Packing packing(Numbers{2, 3, 0});
  EXPECT_EQ(packing.texts(), 3);
  EXPECT_EQ(packing.rows(), 5);
  EXPECT_EQ(packing.steps(), 3);
  EXPECT_EQ(copy(packing.order()), (Numbers{1, 0, 2}));
  EXPECT_EQ(copy(packing.ranks()), (Numbers{1, 0, 2}));
  EXPECT_EQ(copy(packing.lengths()), (Numbers{2, 3, 0}));
  EXPECT_EQ((Numbers{packing.active(0), packing.active(1), packing.active(2)}), (Numbers{2, 2, 1}));
  EXPECT_EQ((Numbers{packing.row(1, 0), packing.row(0, 0), packing.row(1, 1), packing.row(0, 1), packing.row(1, 2)}),
            (Numbers{0, 1, 2, 3, 4}));
}

TEST(PackingTest, EveryStepOfEveryTextHasARowOfItsOwn) {
  const std::vector<Numbers> batches = {{}, {0}, {0, 0}, {1}, {1, 1, 1}, {5, 1, 5, 0, 2, 3, 3}, {1, 2, 3, 4, 5, 6, 7}};
  for (const Numbers& lengths : batches) {
    const Packing packing(lengths);
    Numbers rows;
    for (Index text = 0; text < packing.texts(); ++text) {
      for (Index step = 0; step < packing.length(text); ++step) rows.push_back(packing.row(text, step));
    }
    std::ranges::sort(rows);
    ASSERT_EQ(static_cast<Index>(rows.size()), packing.rows());
    for (std::size_t row = 0; row < rows.size(); ++row) EXPECT_EQ(rows[row], static_cast<Index>(row));
  }
}

TEST(PackingTest, TheTextsThatRunAtAStepAreTheFirstRanks) {
  const Packing packing(Numbers{5, 1, 5, 0, 2, 3, 3});
  for (Index step = 0; step < packing.steps(); ++step) {
    for (Index text = 0; text < packing.texts(); ++text) {
      const bool runs = packing.length(text) > step;
      EXPECT_EQ(packing.ranks()[static_cast<std::size_t>(text)] < packing.active(step), runs) << text << " " << step;
    }
  }
}

TEST(PackingTest, TextsOfOneLengthKeepTheirOrder) {
  EXPECT_EQ(copy(Packing(Numbers{2, 7, 2, 7, 2}).order()), (Numbers{1, 3, 0, 2, 4}));
}

TEST(PackingTest, NoTextsHaveNoRowsAndNoSteps) {
  const Packing packing(Numbers{});
  EXPECT_EQ(packing.texts(), 0);
  EXPECT_EQ(packing.rows(), 0);
  EXPECT_EQ(packing.steps(), 0);
}

TEST(PackingTest, RefusesANegativeLength) { EXPECT_THROW(Packing(Numbers{1, -1}), ArgumentError); }

TEST(PackingTest, KnowsTheStepOfARow) {
  const Packing packing(std::vector<Index>{2, 3, 0, 1});
  for (Index step = 0; step < packing.steps(); ++step) {
    for (Index row = packing.offset(step); row < packing.offset(step + 1); ++row) EXPECT_EQ(packing.step_of(row), step);
  }
}

}  // namespace
}  // namespace recura
