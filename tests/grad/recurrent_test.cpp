#include "base/error.h"
#include "grad/gradient_check.h"
#include "grad/sequence_ops.h"

namespace recura {
namespace {

using kernel::Activation;
using kernel::Cell;

struct Layer {
  const char* name;
  Cell cell;
  Activation activation;
  bool reset_after;
  bool bidirectional;
};

void PrintTo(const Layer& layer, std::ostream* out) { *out << layer.name; }

class RecurrentOpTest : public testing::TestWithParam<Layer> {
 protected:
  static constexpr Index kInput = 3, kHidden = 4;

  RecurrentOpTest() {
    const kernel::RecurrentShapes shapes =
        kernel::weight_shapes({.cell = GetParam().cell, .input = kInput, .hidden = kHidden});
    for (int direction = 0; direction < (GetParam().bidirectional ? 2 : 1); ++direction) {
      for (const Shape& shape : {shapes.w, shapes.u, shapes.b, Shape{kHidden}, Shape{4, kHidden}, Shape{4, kHidden}}) {
        weights_.emplace_back("weight" + std::to_string(weights_.size()), random_tensor(shape, rng_, 0.5));
      }
    }
  }

  /// All states and all last states, weighed at random.
  Var loss(Tape& tape) {
    std::vector<Direction> directions;
    for (std::size_t first = 0; first < weights_.size(); first += 6) {
      const auto var = [&](std::size_t i) { return tape.parameter(weights_[first + i]); };
      const Layer& layer = GetParam();
      const bool has_c = kernel::has_c(layer.cell), has_d = layer.cell == Cell::gru && layer.reset_after;
      directions.push_back({.spec = {layer.cell, layer.activation, layer.reset_after, first > 0, kInput, kHidden, 0},
                            .w = var(0),
                            .u = var(1),
                            .b = var(2),
                            .d = has_d ? var(3) : Var{},
                            .initial = {var(4), has_c ? var(5) : Var{}},
                            .kernel = nullptr});
    }
    const RecurrentOutput output = recurrent({tape.parameter(x_), packing_}, directions);
    Rng rng(5);
    const auto weigh = [&](Var v) { return weighted_sum(v, random_weights(v.shape().size(), rng)); };
    Var sum = weigh(output.states.rows);
    for (const RecurrentState& state : output.last) {
      sum = add(sum, weigh(state.h));
      if (state.c) sum = add(sum, weigh(state.c));
    }
    return sum;
  }

  Rng rng_{9};
  PackingPtr packing_ = std::make_shared<const Packing>(std::vector<Index>{3, 0, 5, 1});
  Parameter x_{"x", random_tensor({9, kInput}, rng_)};
  std::deque<Parameter> weights_;
};

TEST_P(RecurrentOpTest, HasItsGradients) {
  if (sizeof(real) == 4 && GetParam().activation == Activation::relu)
    GTEST_SKIP() << "a float's step crosses ReLU's kinks";
  std::vector<Parameter*> parameters{&x_};
  for (Parameter& weight : weights_) parameters.push_back(&weight);
  check_gradients(parameters, [this](Tape& tape) { return loss(tape); });
}

TEST_P(RecurrentOpTest, GivesTheSameBitsForAnyNumberOfThreads) {
  std::vector<real> expected;
  for (const int threads : {1, 2, 3, 4, 8}) {
    Executor executor(threads);
    Tape tape(Mode::train, Rng(1), &executor);
    const Gradients gradients = tape.backward(loss(tape));
    std::vector<real> got;
    for (const Gradient& gradient : gradients.of_parameters()) {
      got.insert(got.end(), gradient.values.values().begin(), gradient.values.values().end());
    }
    if (threads == 1) expected = got;
    EXPECT_EQ(got, expected) << threads << " threads";
  }
}

INSTANTIATE_TEST_SUITE_P(Cells, RecurrentOpTest,
                         testing::Values(Layer{"RnnSigmoid", Cell::rnn, Activation::sigmoid, true, false},
                                         Layer{"RnnTanh", Cell::rnn, Activation::tanh, true, true},
                                         Layer{"RnnRelu", Cell::rnn, Activation::relu, true, false},
                                         Layer{"Lstm", Cell::lstm, Activation::sigmoid, true, false},
                                         Layer{"BiLstm", Cell::lstm, Activation::sigmoid, true, true},
                                         Layer{"GruResetAfter", Cell::gru, Activation::sigmoid, true, true},
                                         Layer{"GruResetBefore", Cell::gru, Activation::sigmoid, false, true},
                                         Layer{"BiSru", Cell::sru, Activation::sigmoid, true, true}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace recura
