#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "kernel/level.h"

namespace recura::kernel {

/// Runs a test once for each level that this processor has.
class EachLevelTest : public testing::TestWithParam<const Level*> {
 protected:
  const Level& level() const { return *GetParam(); }
  /// What the level is compared with.
  const Level& twin() const { return *available_levels().front(); }
};

inline std::string level_name(const testing::TestParamInfo<const Level*>& info) {
  std::string name(info.param->name());
  std::ranges::replace(name, '-', '_');  // all that a test's name may hold
  return name;
}

inline auto every_level() {
  const auto levels = available_levels();
  return testing::ValuesIn(std::vector<const Level*>(levels.begin(), levels.end()));
}

using Values = std::vector<real>;

inline const real* pointer(const Values& values) { return values.empty() ? nullptr : values.data(); }

inline Values random_values(std::mt19937& random, Index count, double scale = 1) {
  std::uniform_real_distribution<double> between(-scale, scale);
  Values values(static_cast<std::size_t>(count));
  for (real& value : values) value = static_cast<real>(between(random));
  return values;
}

inline Index random_size(std::mt19937& random, Index least, Index most) {
  return std::uniform_int_distribution<Index>(least, most)(random);
}

/// Part of an array that begins and ends anywhere in it, as a view of some rows does.
inline std::span<real> random_part(std::mt19937& random, Values& values, Index count) {
  return std::span(values).subspan(static_cast<std::size_t>(random_size(random, 0, std::ssize(values) - count)),
                                   static_cast<std::size_t>(count));
}

/// How many random cases a comparison with the twin draws: `usual`, or the number in RECURA_CASES for a long run.
inline int random_cases(int usual) {
  const char* wanted = std::getenv("RECURA_CASES");
  return wanted != nullptr ? std::atoi(wanted) : usual;
}

inline bool same_bits(const Values& a, const Values& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(real)) == 0);
}

/// Whether all values are alike up to the rounding of sums: `tolerance` of the larger of 1 and the value.
inline testing::AssertionResult alike(const Values& values, const Values& expected, double tolerance) {
  if (values.size() != expected.size()) return testing::AssertionFailure() << "sizes differ";
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double limit = tolerance * std::max(1.0, std::abs(static_cast<double>(expected[i])));
    if (std::abs(static_cast<double>(values[i]) - expected[i]) <= limit || values[i] == expected[i]) continue;
    if (std::isnan(values[i]) && std::isnan(expected[i])) continue;
    return testing::AssertionFailure() << "element " << i << " is " << values[i] << ", expected " << expected[i];
  }
  return testing::AssertionSuccess();
}

}  // namespace recura::kernel
