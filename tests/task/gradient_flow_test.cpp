#include "task/classify/gradient_flow.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "grad/ops.h"

namespace recura {
namespace {

const std::vector<std::vector<std::int32_t>> kSmallTexts{{3, 5, 3, 2, 7, 1}, {4, 6, 2}, {}};

std::unique_ptr<Network> network_with(const RecurrentLayerSpec& layer) {
  RecurrentLayerSpec last = layer;
  last.sequences = false;
  Rng rng(7);
  return std::make_unique<Network>(
      std::vector<LayerSpec>{EmbeddingSpec{8, 4}, DropoutSpec{0.5}, layer, last, DenseSpec{1}}, &rng);
}

Var mean_loss(Var logits) {
  return sigmoid_cross_entropy(logits, std::vector<real>(static_cast<std::size_t>(logits.shape().rows()), 1), {});
}

PackedIds packed(std::initializer_list<Index> rows) { return pack(kSmallTexts, std::vector<Index>(rows)); }

/// The norm of the gradient of one text's loss by the embedding of one step, by central differences.
double numeric_norm(const Network& network, const PackedIds& text, Index step) {
  constexpr real kMove = sizeof(real) == 8 ? real{1e-5} : real{1e-2};
  Tape start(Mode::infer);
  const ConstTensorView words = network.embedding()(start, text.ids).value();
  double squares = 0;
  for (Index j = 0; j < words.shape.columns(); ++j) {
    std::array<double, 2> losses{};
    for (const int side : {0, 1}) {
      Tensor moved(words.shape);
      std::ranges::copy(words.values(), moved.data());
      moved.row(step)[j] += side == 0 ? -kMove : kMove;
      Tape tape(Mode::infer);
      TextReading reading{.ids = text.ids, .packing = text.packing, .words = tape.constant(moved)};
      losses[static_cast<std::size_t>(side)] =
          static_cast<double>(mean_loss(network.forward(tape, reading)).value().data[0]);
    }
    squares += std::pow((losses[1] - losses[0]) / (2 * static_cast<double>(kMove)), 2);
  }
  return std::sqrt(squares);
}

class GradientFlowTest : public testing::Test {
 protected:
  Executor executor_{2};
};

TEST_F(GradientFlowTest, EqualsDifferencesOfTheLoss) {
  for (const kernel::Cell cell : {kernel::Cell::rnn, kernel::Cell::lstm, kernel::Cell::gru, kernel::Cell::sru}) {
    const auto network = network_with({.cell = cell, .hidden = 4, .activation = kernel::Activation::tanh});
    const PackedIds text = packed({0});
    const GradientFlow flow = gradient_flow(*network, text, mean_loss, executor_);
    ASSERT_EQ(flow.size(), 2U);
    ASSERT_EQ(flow[0].size(), 6U);
    for (Index distance = 0; distance < 6; ++distance) {
      const double expected = numeric_norm(*network, text, 5 - distance);
      const double tolerance = sizeof(real) == 8 ? 1e-7 : 2e-3 * expected + 1e-5;
      EXPECT_NEAR(flow[0][static_cast<std::size_t>(distance)], expected, tolerance);
    }
  }
}

TEST_F(GradientFlowTest, IsTheRootMeanSquareOverTheTextsThatAreSoLong) {
  const auto network = network_with({.hidden = 4});
  const auto of = [&](std::initializer_list<Index> rows) {
    return gradient_flow(*network, packed(rows), mean_loss, executor_).at(1);
  };
  const auto both = of({0, 1}), first = of({0}), second = of({1});
  ASSERT_EQ(both.size(), 6U);
  for (std::size_t d = 0; d < 6; ++d) {
    const double expected = d < 3 ? std::hypot(first[d], second[d]) / std::sqrt(2.0) : first[d];
    EXPECT_NEAR(both[d], expected, 1e-6) << d;
  }
  EXPECT_TRUE(of({2}).empty());
  EXPECT_EQ(of({0, 1, 2}).size(), 6U);
}

/// With a recurrent matrix of c times the identity and states near 0 each step back multiplies the gradient by c.
TEST_F(GradientFlowTest, VanishesAndExplodesWithTheRecurrentWeights) {
  for (const double c : {0.25, 2.0}) {
    const auto network = network_with({.cell = kernel::Cell::rnn, .hidden = 4, .activation = kernel::Activation::tanh});
    for (Parameter* parameter : network->parameters()) {
      Tensor& value = parameter->change();
      if (parameter->name() == "embedding.table")
        for (real& x : value.values()) x *= real{1e-4};
      if (parameter->name() != "rnn1.u") continue;
      for (Index i = 0; i < 4; ++i) {
        for (Index j = 0; j < 4; ++j) value.row(i)[j] = i == j ? static_cast<real>(c) : real{0};
      }
    }
    const auto flow = gradient_flow(*network, packed({0}), mean_loss, executor_).at(1);
    for (std::size_t d = 1; d < 6; ++d) EXPECT_NEAR(flow[d] / flow[d - 1], c, 0.02 * c) << d;
  }
}

}  // namespace
}  // namespace recura
