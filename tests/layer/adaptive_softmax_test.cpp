#include "layer/adaptive_softmax.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/error.h"
#include "grad/gradient_check.h"

namespace recura {
namespace {

constexpr Index kInput = 9, kClasses = 13;
constexpr auto kNone = AdaptiveSoftmax::kNoClass;

/// Heads that leave two tails, one, and none.
class AdaptiveSoftmaxTest : public testing::TestWithParam<Index> {
 protected:
  /// Of all classes for one row each, all rows alike.
  std::vector<double> probabilities() const {
    Tensor x({kClasses, kInput});
    Rng rng(3);
    const Tensor row = random_tensor({1, kInput}, rng, 2);
    for (Index i = 0; i < kClasses; ++i) std::copy_n(row.data(), kInput, x.row(i));
    std::vector<std::int32_t> classes(kClasses);
    std::iota(classes.begin(), classes.end(), 0);
    Executor executor(2);
    Tape tape(Mode::infer, Rng(0), &executor);
    std::vector<double> p = softmax_.log_probabilities(tape.constant(x), classes);
    for (double& one : p) one = std::exp(one);
    return p;
  }

  Rng rng_{5};
  AdaptiveSoftmax softmax_{kInput, kClasses, GetParam(), &rng_};
};

TEST_P(AdaptiveSoftmaxTest, TheProbabilitiesOfAllClassesSumUpToOne) {
  const std::vector<double> p = probabilities();
  EXPECT_NEAR(std::accumulate(p.begin(), p.end(), 0.0), 1, 1e-5);
  for (const double one : p) EXPECT_GT(one, 0);
}

TEST_P(AdaptiveSoftmaxTest, TheLossIsTheMeanOfTheRowsThatCount) {
  Rng rng(4);
  const Tensor x = random_tensor({6, kInput}, rng);
  const std::vector<std::int32_t> classes{12, kNone, 0, 5, kNone, 3};
  Tape training(Mode::train), inferring(Mode::infer);
  const auto loss = static_cast<double>(softmax_.loss(training.constant(x), classes).value().data[0]);
  const std::vector<double> logs = softmax_.log_probabilities(inferring.constant(x), classes);
  EXPECT_EQ(logs[1], 0);
  EXPECT_NEAR(loss, -std::accumulate(logs.begin(), logs.end(), 0.0) / 4, 1e-5);
}

TEST_P(AdaptiveSoftmaxTest, GradientsAreThoseOfTheLoss) {
  Rng rng(6);
  Parameter x("x", random_tensor({5, kInput}, rng));
  std::vector<Parameter*> all = softmax_.parameters();
  all.push_back(&x);
  check_gradients(
      all, [&](Tape& tape) { return softmax_.loss(tape.parameter(x), std::vector<std::int32_t>{1, 12, kNone, 7, 4}); });
}

TEST_P(AdaptiveSoftmaxTest, ItsWeightsAreAsManyAsItSays) {
  double count = 0;
  for (const Parameter* parameter : softmax_.parameters()) count += static_cast<double>(parameter->value().size());
  EXPECT_EQ(AdaptiveSoftmax::weight_count(kInput, kClasses, static_cast<double>(GetParam())), count);
}

TEST_P(AdaptiveSoftmaxTest, RefusesAClassThatThereIsNotAndRowsOfNone) {
  Tape tape(Mode::train);
  const Var x = tape.constant(Tensor({1, kInput}));
  EXPECT_THROW(softmax_.loss(x, std::vector<std::int32_t>{kClasses}), ArgumentError);
  EXPECT_THROW(softmax_.loss(x, std::vector<std::int32_t>{kNone}), ArgumentError);
}

INSTANTIATE_TEST_SUITE_P(Heads, AdaptiveSoftmaxTest, testing::Values(2, 4, 13, 20));

TEST(AdaptiveSoftmaxTest, RefusesExtentsThatAreNotPositive) {
  EXPECT_THROW(AdaptiveSoftmax(0, 3, 1, nullptr), ArgumentError);
  EXPECT_THROW(AdaptiveSoftmax(3, 0, 1, nullptr), ArgumentError);
  EXPECT_THROW(AdaptiveSoftmax(3, 3, 0, nullptr), ArgumentError);
}

}  // namespace
}  // namespace recura
