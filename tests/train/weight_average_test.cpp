#include "train/weight_average.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "grad/ops.h"
#include "grad/sequence_ops.h"
#include "train/optimiser.h"

namespace recura {
namespace {

/// Steps of lazy Adam on a table of which each touches two rows, and on a bias.
class WeightAverageTest : public testing::Test {
 protected:
  void step(int number) {
    Tape tape(Mode::train);
    const std::vector<std::int32_t> ids{number % 7, number * number % 7};
    const Var rows = embed(tape.parameter(table_), ids);
    const Var sum = linear(rows, tape.parameter(w_), tape.parameter(b_));
    const Gradients gradients = tape.backward(weighted_sum(sum, std::vector<real>{1, real(-0.5), 2, real(0.25)}));
    for (WeightAverage* average : {&lazy_, &dense_}) average->before_step(gradients, executor_);
    adam_.step(parameters_, gradients, 0.05, executor_);
    for (WeightAverage* average : {&lazy_, &dense_}) average->after_step(gradients, executor_);
  }

  Executor executor_{2};
  Parameter table_{"table", Tensor({7, 3}, std::vector<real>(21, real(0.5)))};
  Parameter w_{"w", Tensor({3, 2}, std::vector<real>{1, 2, 3, 4, 5, 6})}, b_{"b", Tensor({2})};
  std::vector<Parameter*> parameters_{&table_, &w_, &b_};
  Adam adam_{{.lazy = true}};
  WeightAverage lazy_{parameters_, 0.9, true}, dense_{parameters_, 0.9, false};
};

TEST_F(WeightAverageTest, LazilyItIsWhatItIsWhenEveryRowIsMovedInEveryStep) {
  for (int number = 0; number < 3000; ++number) {  // the product of decays passes its least value on the way
    step(number);
    if (number % 500 != 3) continue;
    const auto &lazy = lazy_.values(executor_), &dense = dense_.values(executor_);
    ASSERT_EQ(lazy.size(), 3U);
    for (std::size_t i = 0; i < lazy.size(); ++i) {
      for (Index k = 0; k < lazy[i].size(); ++k) ASSERT_NEAR(lazy[i].data()[k], dense[i].data()[k], 1e-4) << number;
    }
  }
}

TEST_F(WeightAverageTest, FollowsItsFormula) {
  EXPECT_TRUE(lazy_.values(executor_).empty());
  step(0);
  const double first = b_.value().data()[0];
  EXPECT_EQ(lazy_.values(executor_)[2].data()[0], b_.value().data()[0]);
  step(1);
  const double second = b_.value().data()[0];
  EXPECT_NEAR(lazy_.values(executor_)[2].data()[0], 0.25 * first + 0.75 * second, 1e-6);  // (1 + 2) / (10 + 2)
}

TEST_F(WeightAverageTest, TakesTheWeightsPlaceAndGivesItBack) {
  for (int number = 0; number < 5; ++number) step(number);
  const Tensor weight = table_.value(), mean = lazy_.values(executor_)[0];
  lazy_.swap(executor_);
  EXPECT_TRUE(std::ranges::equal(table_.value().values(), mean.values()));
  lazy_.swap(executor_);
  EXPECT_TRUE(std::ranges::equal(table_.value().values(), weight.values()));
  EXPECT_TRUE(std::ranges::equal(lazy_.values(executor_)[0].values(), mean.values()));
}

}  // namespace
}  // namespace recura
