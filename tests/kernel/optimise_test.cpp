#include "kernel/optimise.h"

#include "kernel/levels.h"

namespace recura::kernel {
namespace {

class OptimiseTest : public EachLevelTest {};
INSTANTIATE_TEST_SUITE_P(EveryLevel, OptimiseTest, every_level(), level_name);

constexpr AdamStep kStep{real(0.01), real(0.9), real(0.999), real(1e-7)};

TEST_P(OptimiseTest, AdamFollowsItsFormula) {
  std::mt19937 random(1);
  for (Index count = 0; count < 70; ++count) {
    Values p = random_values(random, count), m = random_values(random, count), v = random_values(random, count);
    const Values g = random_values(random, count);
    for (real& value : v) value = std::abs(value);
    Values p_after, m_after, v_after;
    for (std::size_t i = 0; i < p.size(); ++i) {
      const double mean = 0.9 * m[i] + 0.1 * g[i], square = 0.999 * v[i] + 0.001 * g[i] * g[i];
      m_after.push_back(static_cast<real>(mean));
      v_after.push_back(static_cast<real>(square));
      p_after.push_back(static_cast<real>(p[i] - 0.01 * mean / (std::sqrt(square) + 1e-7)));
    }
    level().adam_step(p, g, m, v, kStep);
    ASSERT_TRUE(alike(m, m_after, 1e-6));
    ASSERT_TRUE(alike(v, v_after, 1e-6));
    ASSERT_TRUE(alike(p, p_after, 1e-6));
  }
}

/// Parameters, gradients and two running averages, all parts of longer arrays, and rates of any size.
struct OptimiserCase {
  explicit OptimiserCase(std::mt19937& random) : count(random_size(random, 0, 200)) {
    for (Values* values : {&p, &g, &m, &v}) *values = random_values(random, count + random_size(random, 0, 9));
    for (real& value : v) value = std::abs(value);
    std::uniform_real_distribution<real> share(0, 1);
    step = {share(random), share(random), share(random), real(1e-7)};
  }

  Index count;
  Values p, g, m, v;
  AdamStep step;
};

void expect_alike(const OptimiserCase& result, const OptimiserCase& expected, int round) {
  EXPECT_TRUE(alike(result.m, expected.m, 1e-6)) << "m of case " << round;
  EXPECT_TRUE(alike(result.v, expected.v, 1e-6)) << "v of case " << round;
  // Adam divides by the root of v, which may be small: the rounding of m counts as much as the quotient is larger.
  EXPECT_TRUE(alike(result.p, expected.p, 1e-5)) << "p of case " << round;
}

TEST_P(OptimiseTest, EqualsItsReadableTwin) {
  std::mt19937 random(5);
  for (int round = 0, cases = random_cases(300); round < cases && !HasFailure(); ++round) {
    OptimiserCase one(random), two = one;
    const unsigned kind = random() % 5;
    double squares = 0, twins_squares = 0;
    const auto run = [&, seed = random()](const Level& level, OptimiserCase& on, double& sum) {
      std::mt19937 places(seed);
      const auto p = random_part(places, on.p, on.count), g = random_part(places, on.g, on.count);
      const auto m = random_part(places, on.m, on.count), v = random_part(places, on.v, on.count);
      if (kind == 0) level.adam_step(p, g, m, v, on.step);
      if (kind == 1) level.adam_step_without_gradient(p, m, v, on.step);
      if (kind == 2) level.sgd_step(p, g, v, on.step.rate, on.step.beta1);
      if (kind == 3) level.move_average(m, p, on.step.rate);
      if (kind == 4) level.sgd_step(p, g, {}, on.step.rate, 0);
      sum = level.sum_of_squares(g);
    };
    run(level(), one, squares);
    run(twin(), two, twins_squares);
    expect_alike(one, two, round);
    EXPECT_NEAR(squares, twins_squares, 1e-12 * twins_squares);
  }
}

TEST_P(OptimiseTest, AdamWithoutAGradientGivesTheBitsOfZeros) {
  std::mt19937 random(2);
  Values p = random_values(random, 77), m = random_values(random, 77), v(77, real(0.5));
  Values p2 = p, m2 = m, v2 = v;
  level().adam_step(p, Values(77), m, v, kStep);
  level().adam_step_without_gradient(p2, m2, v2, kStep);
  EXPECT_TRUE(same_bits(p, p2) && same_bits(m, m2) && same_bits(v, v2));
}

TEST_P(OptimiseTest, SgdFollowsItsFormula) {
  std::mt19937 random(3);
  for (Index count = 0; count < 70; ++count) {
    Values p = random_values(random, count), v = random_values(random, count);
    const Values g = random_values(random, count);
    Values p_after, v_after;
    for (std::size_t i = 0; i < p.size(); ++i) {
      v_after.push_back(static_cast<real>(0.9 * v[i] + g[i]));
      p_after.push_back(static_cast<real>(p[i] - 0.1 * (0.9 * v[i] + g[i])));
    }
    level().sgd_step(p, g, v, real(0.1), real(0.9));
    ASSERT_TRUE(alike(v, v_after, 1e-6));
    ASSERT_TRUE(alike(p, p_after, 1e-6));
  }
}

TEST_P(OptimiseTest, SgdWithoutMomentumNeedsNoVelocity) {
  std::mt19937 random(6);
  for (Index count = 0; count < 70; ++count) {
    Values p = random_values(random, count), kept = p, velocity = random_values(random, count);
    const Values g = random_values(random, count);
    level().sgd_step(p, g, {}, real(0.1), 0);
    level().sgd_step(kept, g, velocity, real(0.1), 0);
    ASSERT_TRUE(same_bits(p, kept));
  }
}

TEST_P(OptimiseTest, AMovingAverageFollowsItsFormula) {
  std::mt19937 random(4);
  for (Index count = 0; count < 70; ++count) {
    Values mean = random_values(random, count);
    const Values x = random_values(random, count);
    Values after;
    for (std::size_t i = 0; i < x.size(); ++i) after.push_back(static_cast<real>(mean[i] + 0.3 * (x[i] - mean[i])));
    level().move_average(mean, x, real(0.3));
    ASSERT_TRUE(alike(mean, after, 1e-6));
  }
}

TEST_P(OptimiseTest, SumOfSquaresKeepsSmallNumbersBesideLargeOnes) {
  Values x(100001, real(1e-3));
  x[0] = 1000;
  EXPECT_NEAR(level().sum_of_squares(x), 1e6 + 0.1, 1e-6);
  EXPECT_EQ(level().sum_of_squares({}), 0);
}

}  // namespace
}  // namespace recura::kernel
