#include "kernel/activation.h"

#include <limits>

#include "kernel/levels.h"

namespace recura::kernel {
namespace {

constexpr double kError = sizeof(real) == 4 ? 4e-7 : 1e-15;
constexpr Activation kAll[] = {Activation::linear, Activation::sigmoid, Activation::tanh, Activation::relu};

class ActivationTest : public EachLevelTest {
 protected:
  Values values(Activation activation, const Values& x) const {
    Values y(x.size());
    level().activate(activation, x, y);
    return y;
  }
};
INSTANTIATE_TEST_SUITE_P(EveryLevel, ActivationTest, every_level(), level_name);

/// Numbers of every size, both signs, zero among them.
Values numbers(double least, double most) {
  Values x{0};
  for (double size = least; size < most; size *= 1.01) {
    x.push_back(static_cast<real>(size));
    x.push_back(static_cast<real>(-size));
  }
  return x;
}

TEST_P(ActivationTest, SigmoidIsAccurateEverywhere) {
  const Values x = numbers(1e-9, 1e9), y = values(Activation::sigmoid, x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    ASSERT_NEAR(y[i], 1 / (1 + std::exp(-static_cast<double>(x[i]))), kError) << x[i];
  }
}

TEST_P(ActivationTest, TanhIsAccurateAlsoRelativeToSmallValues) {
  const Values x = numbers(1e-9, 1e9), y = values(Activation::tanh, x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double expected = std::tanh(static_cast<double>(x[i]));
    ASSERT_NEAR(y[i], expected, kError * std::abs(expected)) << x[i];
  }
}

TEST_P(ActivationTest, ExpIsAccurateRelativeToItsValue) {
  const Values x = numbers(1e-9, 87);
  Values y(x.size());
  level().exp(x, y);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double expected = std::exp(static_cast<double>(x[i]));
    ASSERT_NEAR(y[i], expected, kError * expected) << x[i];
  }
}

TEST_P(ActivationTest, LogIsAccurateRelativeToItsValue) {
  Values x;
  for (double value = 1e-37; value < 1e38; value *= 1.001) x.push_back(static_cast<real>(value));
  for (double step = 1e-6; step < 0.5; step *= 1.01) {
    x.push_back(static_cast<real>(1 + step));
    x.push_back(static_cast<real>(1 - step));
  }
  Values y(x.size());
  level().log(x, y);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double expected = std::log(static_cast<double>(x[i]));
    ASSERT_NEAR(y[i], expected, kError * std::abs(expected)) << x[i];
  }
}

TEST_P(ActivationTest, ExpAndLogKnowTheEdgesOfNumbers) {
  const real infinity = std::numeric_limits<real>::infinity(), nan = std::numeric_limits<real>::quiet_NaN();
  const real tiny = std::numeric_limits<real>::denorm_min();
  Values y(4);
  level().exp(Values{infinity, -infinity, nan, 1000}, y);
  EXPECT_EQ(y[0], infinity);
  EXPECT_EQ(y[1], 0);
  EXPECT_TRUE(std::isnan(y[2]));
  EXPECT_EQ(y[3], infinity);
  y.resize(5);
  level().log(Values{0, -1, infinity, nan, tiny}, y);
  EXPECT_EQ(y[0], -infinity);
  EXPECT_TRUE(std::isnan(y[1]));
  EXPECT_EQ(y[2], infinity);
  EXPECT_TRUE(std::isnan(y[3]));
  EXPECT_NEAR(y[4], std::log(static_cast<double>(tiny)), 1e-3);
}

TEST_P(ActivationTest, SaturatedArgumentsStayFiniteAndNotANumberStays) {
  const real infinity = std::numeric_limits<real>::infinity(), nan = std::numeric_limits<real>::quiet_NaN();
  const Values sigmoid = values(Activation::sigmoid, {infinity, -infinity, nan});
  EXPECT_EQ(sigmoid[0], 1);
  EXPECT_NEAR(sigmoid[1], 0, 1e-37);
  EXPECT_TRUE(std::isnan(sigmoid[2]));
  const Values tanh = values(Activation::tanh, {infinity, -infinity, nan});
  EXPECT_EQ(tanh[0], 1);
  EXPECT_EQ(tanh[1], -1);
  EXPECT_TRUE(std::isnan(tanh[2]));
  EXPECT_TRUE(std::isnan(values(Activation::relu, {nan})[0]));
}

TEST_P(ActivationTest, AnElementDoesNotDependOnItsPlace) {
  std::mt19937 random(1);
  for (const Activation activation : kAll) {
    for (Index count = 1; count < 70; ++count) {
      const Values x = random_values(random, count, 5), y = values(activation, x);
      for (std::size_t i = 0; i < x.size(); ++i) ASSERT_EQ(values(activation, {x[i]})[0], y[i]) << "count " << count;
    }
  }
}

TEST_P(ActivationTest, BackwardEqualsItsReadableTwin) {
  std::mt19937 random(2);
  const Level& twin = *available_levels().front();
  for (const Activation activation : kAll) {
    for (Index count = 0; count < 70; ++count) {
      const Values y = values(activation, random_values(random, count, 3)), dy = random_values(random, count);
      Values dx(dy.size()), expected(dy.size());
      level().activate_backward(activation, y, dy, dx);
      twin.activate_backward(activation, y, dy, expected);
      ASSERT_TRUE(alike(dx, expected, 1e-6));
    }
  }
}

TEST_P(ActivationTest, WorksInPlace) {
  std::mt19937 random(3);
  for (const Activation activation : kAll) {
    Values x = random_values(random, 37);
    const Values expected = values(activation, x);
    level().activate(activation, x, x);
    EXPECT_TRUE(same_bits(x, expected));
  }
}

}  // namespace
}  // namespace recura::kernel
