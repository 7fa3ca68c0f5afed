#include "grad/ops.h"

#include <array>
#include <cmath>

#include "base/error.h"
#include "grad/gradient_check.h"
#include "grad/sequence_ops.h"

namespace recura {
namespace {

class OpsTest : public testing::Test {
 protected:
  Parameter parameter(const char* name, Shape shape) { return {name, random_tensor(shape, rng_)}; }
  Var weigh(Var x) {
    Rng rng(11);
    return weighted_sum(x, random_weights(x.shape().size(), rng));
  }
  Rng rng_{3};
};

TEST_F(OpsTest, LinearHasItsGradients) {
  Parameter x = parameter("x", {5, 3}), w = parameter("w", {3, 4}), b = parameter("b", {4});
  check_gradients({&x, &w, &b}, [&](Tape& t) { return weigh(linear(t.parameter(x), t.parameter(w), t.parameter(b))); });
}

TEST_F(OpsTest, ActivationsHaveTheirGradients) {
  using kernel::Activation;
  Parameter x("x", Tensor({2, 3}, std::vector<real>{-2, -1, real(-0.3), real(0.4), 1, 2}));  // away from ReLU's kink
  for (const Activation f : {Activation::linear, Activation::sigmoid, Activation::tanh, Activation::relu}) {
    check_gradients({&x}, [&](Tape& t) { return weigh(activate(f, t.parameter(x))); });
  }
}

TEST_F(OpsTest, DropoutHasItsGradientAndKeepsTheMean) {
  Parameter x = parameter("x", {4, 9});
  for (const DropoutUnit unit : {DropoutUnit::value, DropoutUnit::row}) {
    check_gradients({&x}, [&](Tape& t) { return weigh(dropout(t.parameter(x), 0.4, unit)); });
  }
  const Tensor ones({1000, 20}, std::vector<real>(20000, real{1}));
  Tape tape(Mode::train, Rng(1));
  double sum = 0;
  for (const real value : dropout(tape.constant(ones), 0.4).value().values()) sum += value;
  EXPECT_NEAR(sum / 20000, 1, 0.03);
}

TEST_F(OpsTest, DropoutLeavesAnInferringTapeAlone) {
  Tape tape(Mode::infer);
  const Tensor ones({2}, std::vector<real>{1, 1});
  const Var x = tape.constant(ones);
  EXPECT_EQ(dropout(x, 0.5).index(), x.index());
}

TEST_F(OpsTest, ConcatAndAddHaveTheirGradients) {
  Parameter x = parameter("x", {3, 2}), y = parameter("y", {3, 4}), z = parameter("z", {3, 2});
  check_gradients({&x, &y, &z}, [&](Tape& t) {
    const Var parts[] = {add(t.parameter(x), t.parameter(z)), t.parameter(y), t.parameter(x)};
    return weigh(concat_columns(parts));
  });
}

TEST_F(OpsTest, TakenColumnsHaveTheirGradients) {
  Parameter x = parameter("x", {3, 4});
  check_gradients({&x}, [&](Tape& t) {
    const Var parts[] = {take_columns(t.parameter(x), 1, 2), take_columns(t.parameter(x), 0, 4)};
    return weigh(concat_columns(parts));
  });
  Tape tape(Mode::train);
  EXPECT_THROW(take_columns(tape.parameter(x), 3, 2), ArgumentError);
  EXPECT_THROW(take_columns(tape.parameter(x), 0, 0), ArgumentError);
}

TEST_F(OpsTest, LossesHaveTheirGradients) {
  Parameter x = parameter("x", {4, 3});
  const std::vector<std::int32_t> classes{2, 0, 1, 1};
  const std::vector<real> targets{0, 1, 1, 0, real(0.5), 1, 0, 0, 1, 1, 0, real(0.2)};
  check_gradients({&x}, [&](Tape& t) { return softmax_cross_entropy(t.parameter(x), classes); });
  check_gradients({&x}, [&](Tape& t) { return sigmoid_cross_entropy(t.parameter(x), targets); });
}

TEST_F(OpsTest, WeightedAndSmoothedLossesHaveTheirGradients) {
  Parameter x = parameter("x", {4, 3});
  const std::vector<std::int32_t> classes{2, 0, 1, 1};
  const std::vector<real> weights{2, 0, real(0.5), 1}, each{1, 2, 0, 1, 3, 1, real(0.5), 1, 1, 4, 1, 0};
  const std::vector<real> targets{0, 1, 1, 0, real(0.5), 1, 0, 0, 1, 1, 0, real(0.2)};
  check_gradients({&x}, [&](Tape& t) { return softmax_cross_entropy(t.parameter(x), classes, weights); });
  check_gradients({&x}, [&](Tape& t) { return softmax_cross_entropy(t.parameter(x), classes, {}, real(0.3)); });
  check_gradients({&x}, [&](Tape& t) { return softmax_cross_entropy(t.parameter(x), classes, weights, real(0.1)); });
  check_gradients({&x}, [&](Tape& t) { return sigmoid_cross_entropy(t.parameter(x), targets, each); });
  Tape tape(Mode::infer);
  EXPECT_THROW(softmax_cross_entropy(tape.parameter(x), classes, each), ArgumentError);
  EXPECT_THROW(sigmoid_cross_entropy(tape.parameter(x), targets, weights), ArgumentError);
}

TEST_F(OpsTest, DivergenceHasItsGradientAndIsZeroAtItsOwnAnswers) {
  Parameter x = parameter("x", {2, 3});
  const Tensor wanted({2, 3}, std::vector<real>{real(0.5), real(0.25), real(0.25), 1, 0, 0});
  check_gradients({&x}, [&](Tape& t) { return softmax_divergence(t.parameter(x), wanted); });
  Tape tape(Mode::infer);
  const Tensor logits({1, 2}, std::vector<real>{1, 0});
  const auto high = static_cast<real>(std::exp(1.0) / (1 + std::exp(1.0)));
  const Tensor own({1, 2}, std::vector<real>{high, 1 - high});
  EXPECT_NEAR(softmax_divergence(tape.constant(logits), own).value().data[0], 0, 1e-6);
  EXPECT_THROW(softmax_divergence(tape.parameter(x), own), ArgumentError);
}

TEST_F(OpsTest, LossesOfCertainErrorsAreFinite) {
  Tape tape(Mode::infer);
  const Tensor x({1, 2}, std::vector<real>{900, -900});
  EXPECT_TRUE(std::isfinite(softmax_cross_entropy(tape.constant(x), std::vector<std::int32_t>{1}).value().data[0]));
  EXPECT_TRUE(std::isfinite(sigmoid_cross_entropy(tape.constant(x), std::vector<real>{0, 1}).value().data[0]));
}

TEST_F(OpsTest, EmbeddingGradientHoldsTheTouchedRowsOnly) {
  Parameter table = parameter("table", {6, 2});
  const std::vector<std::int32_t> ids{4, 1, 4};
  check_gradients({&table}, [&](Tape& t) { return weigh(embed(t.parameter(table), ids)); });
  Tape tape(Mode::train);
  const Gradients gradients = tape.backward(weigh(embed(tape.parameter(table), ids)));
  const Gradient gradient = gradients.of(table);
  EXPECT_EQ(std::vector<Index>(gradient.rows.begin(), gradient.rows.end()), (std::vector<Index>{1, 4}));
}

TEST_F(OpsTest, ATableUsedTwiceAddsBothGradients) {
  Parameter table = parameter("table", {4, 2});
  check_gradients({&table}, [&](Tape& t) {
    const Var v = t.parameter(table);
    const std::vector<std::int32_t> first{3, 1}, second{1, 0};
    return weigh(add(embed(v, first), embed(v, second)));
  });
}

TEST_F(OpsTest, BagsAreMeansWithTheGradientOfTheirRows) {
  Parameter table = parameter("table", {6, 3});
  const std::vector<std::int32_t> ids{4, 1, 4, 4, 0}, ends{3, 3, 5};
  check_gradients({&table}, [&](Tape& t) { return weigh(embed_bags(t.parameter(table), ids, ends)); });
  Tape tape(Mode::train);
  const Var y = embed_bags(tape.parameter(table), ids, ends);
  const Tensor& v = table.value();
  EXPECT_NEAR(y.value().row(0)[2], (2 * v.row(4)[2] + v.row(1)[2]) / 3, 1e-6);
  EXPECT_EQ(y.value().row(1)[2], 0);
  const Gradients gradients = tape.backward(weigh(y));
  const std::span<const Index> rows = gradients.of(table).rows;
  EXPECT_EQ(std::vector<Index>(rows.begin(), rows.end()), (std::vector<Index>{0, 1, 4}));
}

TEST_F(OpsTest, BagsThatDoNotEndAtTheLastIdAreRefused) {
  Parameter table = parameter("table", {6, 3});
  Tape tape(Mode::infer);
  using Ends = std::vector<std::int32_t>;
  for (const Ends& ends : {Ends{}, Ends{1}, Ends{2, 1, 2}, Ends{-1, 2}, Ends{3}}) {
    EXPECT_THROW(embed_bags(tape.parameter(table), Ends{0, 1}, ends), ArgumentError);
  }
}

TEST_F(OpsTest, LookupsSideBySideAreWhatEachGivesAlone) {
  Parameter words = parameter("words", {6, 3}), pairs = parameter("pairs", {5, 2}), x = parameter("x", {4, 2});
  const std::vector<std::int32_t> ids{5, 0, 5}, slots{1, 4, 4, 4, 0, 1}, bags{2, 2, 1}, ends{0, 2, 3}, rows{3, 3, 0};
  const auto look_up = [&](Tape& t, double rate) {
    const Var dense = activate(kernel::Activation::tanh, t.parameter(x));  // reads a dense gradient
    return embed_columns(std::array{Lookup{.table = t.parameter(words), .ids = ids, .dropout = rate},
                                    Lookup{.table = t.parameter(pairs), .ids = slots, .slots = 2, .dropout = rate},
                                    Lookup{.table = t.parameter(words), .ids = bags, .ends = ends},
                                    Lookup{.table = dense, .ids = rows}});
  };
  for (const double rate : {0.0, 0.4})
    check_gradients({&words, &pairs, &x}, [&](Tape& t) { return weigh(look_up(t, rate)); });
  Tape tape(Mode::infer);
  const Var y = look_up(tape, 0.4);
  ASSERT_EQ(y.shape(), (Shape{3, 3 + 2 * 2 + 3 + 2}));
  const Var alone[] = {embed(tape.parameter(words), ids), embed_bags(tape.parameter(words), bags, ends)};
  for (Index row = 0; row < 3; ++row) {
    EXPECT_TRUE(std::equal(y.value().row(row), y.value().row(row) + 3, alone[0].value().row(row)));
    EXPECT_EQ(y.value().row(row)[6], pairs.value().row(slots[static_cast<std::size_t>(2 * row + 1)])[1]);
    EXPECT_TRUE(std::equal(y.value().row(row) + 7, y.value().row(row) + 10, alone[1].value().row(row)));
  }
}

TEST_F(OpsTest, LookupsOfOtherRowsAreRefused) {
  Parameter table = parameter("table", {6, 3});
  Tape tape(Mode::infer);
  const Var v = tape.parameter(table);
  const std::vector<std::int32_t> two{1, 2}, three{1, 2, 3};
  EXPECT_THROW(embed_columns(std::array{Lookup{v, two}, Lookup{v, three}}), ArgumentError);
  EXPECT_THROW(embed_columns(std::array{Lookup{.table = v, .ids = three, .slots = 2}}), ArgumentError);
  EXPECT_THROW(embed_columns({}), ArgumentError);
}

TEST_F(OpsTest, RowsTakenTwiceAddBothGradients) {
  Parameter x = parameter("x", {4, 3});
  const std::vector<std::int32_t> rows{2, 0, 2, 3, 2};
  check_gradients({&x}, [&](Tape& t) {
    const Var y = activate(kernel::Activation::tanh, t.parameter(x));  // reads a dense gradient
    return weigh(take_rows(y, rows));
  });
  Tape tape(Mode::infer);
  const Var y = take_rows(tape.parameter(x), rows);
  EXPECT_EQ(y.shape(), (Shape{5, 3}));
  EXPECT_EQ(y.value().row(3)[1], x.value().row(3)[1]);
  EXPECT_THROW(take_rows(tape.parameter(x), std::vector<std::int32_t>{4}), ArgumentError);
  EXPECT_THROW(take_rows(tape.parameter(x), std::vector<std::int32_t>{-1}), ArgumentError);
}

TEST_F(OpsTest, LockedDropoutDropsTheSameColumnsAtAllStepsOfAText) {
  const auto packing = std::make_shared<const Packing>(std::vector<Index>{2, 0, 4, 1});
  Parameter x = parameter("x", {7, 30});
  check_gradients({&x}, [&](Tape& t) { return weigh(locked_dropout({t.parameter(x), packing}, 0.4).rows); });
  Tape tape(Mode::train, Rng(1));
  const Tensor ones({7, 30}, std::vector<real>(210, real{1}));
  const Var y = locked_dropout({tape.constant(ones), packing}, 0.5).rows;
  const auto row = [&](Index text, Index step) {
    const real* values = y.value().row(packing->row(text, step));
    return std::vector<real>(values, values + 30);
  };
  for (Index step = 1; step < 4; ++step) EXPECT_EQ(row(2, step), row(2, 0));
  EXPECT_EQ(row(0, 1), row(0, 0));
  EXPECT_NE(row(0, 0), row(2, 0));
  EXPECT_NE(row(3, 0), row(2, 0));
  EXPECT_EQ(std::ranges::count(row(2, 0), real{0}) + std::ranges::count(row(2, 0), real{2}), 30);
}

TEST_F(OpsTest, LockedDropoutLeavesAnInferringTapeAlone) {
  const auto packing = std::make_shared<const Packing>(std::vector<Index>{2});
  Parameter x = parameter("x", {2, 3});
  Tape tape(Mode::infer);
  const Var v = tape.parameter(x);
  EXPECT_EQ(locked_dropout({v, packing}, 0.5).rows.index(), v.index());
  Tape training(Mode::train);
  EXPECT_THROW(locked_dropout({training.parameter(x), packing}, 1), ArgumentError);
  EXPECT_THROW(dropout(training.parameter(x), 0.5, DropoutUnit::column), ArgumentError);
}

TEST_F(OpsTest, PoolingHasItsGradientsAlsoForEmptyTexts) {
  const auto packing = std::make_shared<const Packing>(std::vector<Index>{2, 0, 4, 1});
  Parameter x = parameter("x", {7, 3});
  for (const auto pool : {last_over_time, mean_over_time, max_over_time}) {
    check_gradients({&x}, [&](Tape& t) { return weigh(pool({t.parameter(x), packing})); });
    Tape tape(Mode::infer);
    const Var y = pool({tape.parameter(x), packing});
    EXPECT_EQ(y.value().row(1)[0], 0);
  }
}

TEST_F(OpsTest, AttentionHasItsGradientsAlsoForEmptyTexts) {
  const auto packing = std::make_shared<const Packing>(std::vector<Index>{2, 0, 4, 1});
  Parameter x = parameter("x", {7, 3}), scores = parameter("scores", {7, 1});
  check_gradients({&x, &scores},
                  [&](Tape& t) { return weigh(attention_over_time({t.parameter(x), packing}, t.parameter(scores))); });
}

TEST_F(OpsTest, AttentionWeighsByASoftmaxOverEachText) {
  const auto packing = std::make_shared<const Packing>(std::vector<Index>{2, 0});
  Tape tape(Mode::infer);
  const Var x = tape.constant(Tensor({2, 1}, std::vector<real>{3, 7}));
  const Var scores = tape.constant(Tensor({2, 1}, std::vector<real>{0, std::log(real{3})}));
  ConstTensorView weights;
  const Var y = attention_over_time({x, packing}, scores, &weights);
  EXPECT_NEAR(y.value().data[0], 3 * 0.25 + 7 * 0.75, 1e-6);
  EXPECT_EQ(y.value().data[1], 0);
  EXPECT_NEAR(weights.data[packing->row(0, 1)], 0.75, 1e-6);
}

TEST_F(OpsTest, ATracingTapeFollowsWatchedValuesAloneAndDropsNothing) {
  Parameter w = parameter("w", {3, 2});
  Tape tape(Mode::trace);
  const Var x = tape.constant(Tensor({1, 3}, std::vector<real>{1, 2, 3}), true);
  const Var y = linear(dropout(x, 0.9), tape.parameter(w), {});
  const Gradients gradients = tape.backward(weighted_sum(y, std::vector<real>{1, 0}));
  EXPECT_EQ(gradients.of(x).values.data[2], w.value().row(2)[0]);
  EXPECT_FALSE(static_cast<bool>(gradients.of(tape.parameter(w))));
}

TEST_F(OpsTest, ShapesThatDoNotFitAreNamed) {
  Parameter x = parameter("x", {5, 3}), w = parameter("w", {4, 2});
  Tape tape(Mode::infer);
  try {
    linear(tape.parameter(x), tape.parameter(w), {});
    FAIL();
  } catch (const ArgumentError& error) {
    EXPECT_NE(std::string(error.what()).find("[5, 3]"), std::string::npos) << error.what();
  }
}

TEST_F(OpsTest, TheGradientOfAnyValueCanBeRead) {
  Tape tape(Mode::train);
  const Tensor value({2}, std::vector<real>{1, 2});
  const Var x = tape.constant(value, true);
  const Var y = activate(kernel::Activation::tanh, x);
  const Gradients gradients = tape.backward(weighted_sum(y, std::vector<real>{3, 4}));
  EXPECT_EQ(gradients.of(y).values.data[1], 4);
  EXPECT_TRUE(static_cast<bool>(gradients.of(x)));
}

}  // namespace
}  // namespace recura
