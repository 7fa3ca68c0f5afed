#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "grad/gradient_check.h"
#include "task/classify/answer/predict.h"
#include "task/classify/division.h"
#include "task/classify/objective.h"

namespace recura {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(LabelWeightsTest, BalancedOnesMakeRareLabelsCountAsMuchAsOthers) {
  const std::vector<std::string> names{"a", "b"};
  const std::vector<std::int64_t> rows{10, 30};
  EXPECT_THAT(label_weights({.balanced = true, .given = {}}, names, rows, 40, false),
              ElementsAre(2, DoubleEq(40.0 / 60)));
  EXPECT_THAT(label_weights({.balanced = true, .given = {}}, names, rows, 50, true),
              ElementsAre(4, DoubleEq(20.0 / 30)));
  EXPECT_THAT(label_weights({}, names, rows, 40, false), IsEmpty());
}

TEST(LabelWeightsTest, GivenOnesAreForLabelsThatExist) {
  const std::vector<std::string> names{"a", "b"};
  EXPECT_THAT(label_weights({.balanced = false, .given = {{"b", 3}}}, names, {{1, 1}}, 2, false), ElementsAre(1, 3));
  EXPECT_THROW(label_weights({.balanced = false, .given = {{"c", 3}}}, names, {{1, 1}}, 2, false), DataError);
}

/// The loss of three texts under a network of random weights, one row after the other and together.
class WeightedObjectiveTest : public testing::Test {
 protected:
  static Network network(Index outputs, bool sigmoid) {
    Rng rng(3);
    return Network({EmbeddingSpec{5, 3}, PoolSpec{.mean = true},
                    DenseSpec{outputs, sigmoid ? kernel::Activation::sigmoid : kernel::Activation::linear}},
                   &rng);
  }

  static double loss(Network& network, const LabelledIds& train, const ClassificationLoss& settings,
                     bool several = false, const std::vector<Index>& rows = {0, 1, 2}) {
    const ClassificationObjective objective(network, train, {}, several, settings);
    Tape tape(Mode::infer);
    return static_cast<double>(objective.loss(tape, rows).value().data[0]);
  }

  const std::vector<std::vector<std::int32_t>> ids_{{1, 2}, {3}, {4, 4, 1}};
};

TEST_F(WeightedObjectiveTest, ARowThatCountsTwiceIsLikeTwoRows) {
  for (const Index outputs : {1, 3}) {
    Network some = network(outputs, outputs == 1);
    const double each[] = {loss(some, {ids_, {{1}, {0}, {1}}}, {}, false, {0}),
                           loss(some, {ids_, {{1}, {0}, {1}}}, {}, false, {1}),
                           loss(some, {ids_, {{1}, {0}, {1}}}, {}, false, {2})};
    const LabelledIds weighted{ids_, {{1}, {0}, {1}}, {2, 1, 0}};
    EXPECT_NEAR(loss(some, weighted, {}), (2 * each[0] + each[1]) / 3, 1e-6);
    // By labels 4 and 1, of mean (4 + 1 + 4) / 3.
    EXPECT_NEAR(loss(some, {ids_, {{1}, {0}, {1}}},
                     {.label_weights = outputs == 1 ? std::vector<double>{1, 4} : std::vector<double>{1, 4, 1}}),
                (4 * each[0] + each[1] + 4 * each[2]) / 9, 1e-6);
  }
}

TEST_F(WeightedObjectiveTest, OfSeveralLabelsAWeightIsForTheTextsThatHaveIt) {
  Network some = network(2, true);
  Executor executor(1);
  const auto p = predict(some, ids_, 2, executor, {.several = true});
  const double expected = -(5 * std::log(p[0]) + std::log(1 - p[1]) + std::log(1 - p[2]) + std::log(p[3]) +
                            std::log(1 - p[4]) + std::log(1 - p[5])) /
                          3;
  EXPECT_NEAR(loss(some, {ids_, {{0}, {1}, {}}}, {.label_weights = {5, 1}}, true), expected, 1e-6);
}

TEST_F(WeightedObjectiveTest, SmoothingSpreadsAShareOfTheTarget) {
  Network two = network(1, true);
  const double right = loss(two, {ids_, {{1}, {0}, {1}}}, {}), wrong = loss(two, {ids_, {{0}, {1}, {0}}}, {});
  EXPECT_NEAR(loss(two, {ids_, {{1}, {0}, {1}}}, {.smoothing = 0.2}), 0.9 * right + 0.1 * wrong, 1e-6);
}

TEST_F(WeightedObjectiveTest, ItsGradientsAreThoseOfTheLoss) {
  for (const bool several : {false, true}) {
    Network some = network(3, several);
    const LabelledIds train{
        ids_, several ? std::vector<LabelSet>{{0, 2}, {}, {1}} : std::vector<LabelSet>{{0}, {2}, {1}}, {1, 3, 0.5}};
    const LabelledIds none;
    const ClassificationObjective objective(some, train, none, several,
                                            {.label_weights = {1, 2, 0.5}, .smoothing = 0.1});
    const std::vector<Index> rows{2, 0, 1};
    check_gradients(some.parameters(), [&](Tape& tape) { return objective.loss(tape, rows); });
  }
}

TEST_F(WeightedObjectiveTest, WeightsWithoutSenseAreRefused) {
  Network some = network(3, false);
  EXPECT_THROW(loss(some, {ids_, {{1}, {0}, {1}}, {0, 0, 0}}, {}), DataError);
  EXPECT_THROW(loss(some, {ids_, {{1}, {0}, {1}}, {1}}, {}), ArgumentError);
  EXPECT_THROW(loss(some, {ids_, {{1}, {0}, {1}}}, {.label_weights = {1}}), ArgumentError);
}

TEST(TemperatureTest, ItIsTheOneOfTheLeastLogLoss) {
  // Answers of 0.9 that are right in 6 of 10 cases: 0.6 is honest. ln(.9/.1) / ln(.6/.4)
  std::vector<double> p;
  std::vector<std::int32_t> gold;
  for (int row = 0; row < 100; ++row) {
    p.insert(p.end(), {.1, .9});
    gold.push_back(row % 10 < 6 ? 1 : 0);
  }
  EXPECT_NEAR(choose_temperature(gold, p, 2), std::log(9) / std::log(1.5), 1e-6);
  gold.assign(100, 1);
  EXPECT_NEAR(choose_temperature(gold, p, 2), 0.05, 1e-3) << "always right: as cold as allowed";
  gold.assign(100, kUnseenLabel);
  EXPECT_EQ(choose_temperature(gold, p, 2), 1);
}

TEST(TemperatureTest, LogitsAreDividedByIt) {
  Rng rng(3);
  Executor executor(1);
  const std::vector<std::vector<std::int32_t>> ids{{1, 2}};
  for (const Index outputs : {1, 3}) {
    const Network network({EmbeddingSpec{5, 3}, PoolSpec{.mean = true}, DenseSpec{outputs}}, &rng);
    const std::size_t labels = outputs == 1 ? 2 : 3;
    const auto p = predict(network, ids, labels, executor),
               q = predict(network, ids, labels, executor, {.temperature = 2});
    EXPECT_NEAR(std::log(q[1] / q[0]), std::log(p[1] / p[0]) / 2, 1e-9);
  }
}

}  // namespace
}  // namespace recura
