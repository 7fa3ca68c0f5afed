#include "kernel/activation.h"

#include <limits>
#include <numeric>

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

/// Arguments of a size that is random too: from those that hardly move a function to those that saturate it.
Values arguments(std::mt19937& random, Index count) {
  return random_values(random, count, std::pow(10, std::uniform_real_distribution<double>(-6, 2)(random)));
}

TEST_P(ActivationTest, EqualsItsReadableTwin) {
  std::mt19937 random(2);
  for (int round = 0, cases = random_cases(300); round < cases && !HasFailure(); ++round) {
    const Activation activation = kAll[round % 4];
    const Values x = arguments(random, random_size(random, 0, 200)), dy = random_values(random, std::ssize(x));
    const Values y = values(activation, x);
    Values dx(x.size()), twins_y(x.size()), twins_dx(x.size());
    twin().activate(activation, x, twins_y);
    EXPECT_TRUE(alike(y, twins_y, 1e-6)) << "case " << round;
    level().activate_backward(activation, y, dy, dx);
    twin().activate_backward(activation, y, dy, twins_dx);
    EXPECT_TRUE(alike(dx, twins_dx, 1e-6)) << "case " << round;
  }
}

TEST_P(ActivationTest, ExpAndLogEqualTheirReadableTwin) {
  std::mt19937 random(4);
  for (int round = 0, cases = random_cases(300); round < cases && !HasFailure(); ++round) {
    const Values x = arguments(random, random_size(random, 0, 200));
    Values y(x.size()), twins(x.size());
    level().exp(x, y);
    twin().exp(x, twins);
    for (std::size_t i = 0; i < x.size(); ++i) {  // relative to small values too, as far as they are normal numbers
      if (x[i] < -87) continue;
      EXPECT_TRUE(alike({y[i] / twins[i]}, {twins[i] / twins[i]}, 1e-6)) << x[i];
    }
    level().log(x, y);
    twin().log(x, twins);
    EXPECT_TRUE(alike(y, twins, 1e-6)) << "case " << round;
  }
}

TEST_P(ActivationTest, SoftmaxEqualsItsReadableTwinAndSumsToOne) {
  std::mt19937 random(4);
  for (Index count = 0; count < 150; ++count) {
    Values x = random_values(random, count);
    for (real& value : x) value *= random() % 4 == 0 ? real{100} : real{3};
    if (count > 2) x[random() % x.size()] = -std::numeric_limits<real>::infinity();
    Values p(x.size()), expected(x.size());
    level().softmax(x, p);
    twin().softmax(x, expected);
    ASSERT_TRUE(alike(p, expected, 1e-6)) << count;
    if (count > 0) {
      ASSERT_NEAR(std::accumulate(p.begin(), p.end(), 0.0), 1, 1e-5);
    }
    level().softmax(x, x);
    ASSERT_TRUE(same_bits(x, p)) << count;
  }
}

TEST_P(ActivationTest, SoftmaxKeepsNotANumber) {
  for (const std::size_t at : {0, 5, 20}) {
    Values x(21, real{1});
    x[at] = std::numeric_limits<real>::quiet_NaN();
    level().softmax(x, x);
    for (const real value : x) ASSERT_TRUE(std::isnan(value));
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
