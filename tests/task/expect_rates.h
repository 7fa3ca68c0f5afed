#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "task/precision_recall.h"

namespace recura {

constexpr double kNear = 1e-9;

inline void expect_rates(const PrecisionRecall& rates, const nlohmann::json& expected) {
  EXPECT_NEAR(rates.precision, expected.at("precision").get<double>(), kNear);
  EXPECT_NEAR(rates.recall, expected.at("recall").get<double>(), kNear);
  EXPECT_NEAR(rates.f1, expected.at("f1").get<double>(), kNear);
}

}  // namespace recura
