#include "train/schedule.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/error.h"

namespace recura {
namespace {

double factor_of(const ScheduleOptions& options, double begin) {
  return rate_factor(options, begin, begin + 0.01, 1, 0);
}

TEST(ScheduleTest, SlantedTrianglesRiseToTheirPeakAndFallToAThirtySecond) {
  const ScheduleOptions usual{.kind = ScheduleKind::slanted};
  EXPECT_NEAR(factor_of(usual, 0), 1. / 32, 1e-12);
  EXPECT_NEAR(factor_of(usual, 0.05), (1 + 0.5 * 31) / 32, 1e-12);
  EXPECT_NEAR(factor_of(usual, 0.1), 1, 1e-12);
  EXPECT_NEAR(factor_of(usual, 0.55), (1 + 0.5 * 31) / 32, 1e-12);
  EXPECT_NEAR(factor_of({.kind = ScheduleKind::slanted, .warm_up = 0.5}, 0.25), (1 + 0.5 * 31) / 32, 1e-12);
}

TEST(ScheduleTest, APlateauIsLeftAfterSoManyEpochsInARow) {
  const std::vector<char> better{1, 0, 0, 1, 0, 0, 0, 0, 0};
  EXPECT_EQ(plateau_decays(better, 1), 7);
  EXPECT_EQ(plateau_decays(better, 2), 3);
  EXPECT_EQ(plateau_decays(better, 3), 1);
  EXPECT_EQ(plateau_decays({}, 1), 0);
  EXPECT_NEAR(rate_factor({.kind = ScheduleKind::plateau, .decay = 0.1}, 0.5, 0.6, 3, 2), 0.01, 1e-12);
}

TEST(ScheduleTest, WhatIsOutOfRangeIsRefused) {
  EXPECT_NO_THROW(check(ScheduleOptions()));
  EXPECT_THROW(check(ScheduleOptions{.warm_up = 1}), ArgumentError);
  EXPECT_THROW(check(ScheduleOptions{.decay = 0}), ArgumentError);
  EXPECT_THROW(check(ScheduleOptions{.decay_epochs = 0}), ArgumentError);
}

}  // namespace
}  // namespace recura
