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
  explicit RecurrentOpTest(Index input = 3, Index hidden = 4, std::vector<Index> lengths = {3, 0, 5, 1})
      : input_(input), hidden_(hidden), packing_(std::make_shared<const Packing>(std::move(lengths))) {
    const kernel::RecurrentShapes shapes =
        kernel::weight_shapes({.cell = GetParam().cell, .input = input, .hidden = hidden});
    const Shape states{packing_->texts(), hidden};
    for (int direction = 0; direction < (GetParam().bidirectional ? 2 : 1); ++direction) {
      for (const Shape& shape : {shapes.w, shapes.u, shapes.b, Shape{hidden}, states, states}) {
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
      directions.push_back({.spec = {layer.cell, layer.activation, layer.reset_after, first > 0, input_, hidden_, 0},
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

  Index input_, hidden_;
  PackingPtr packing_;
  Rng rng_{9};
  Parameter x_{"x", random_tensor({packing_->rows(), input_}, rng_)};
  std::deque<Parameter> weights_;
};

TEST_P(RecurrentOpTest, HasItsGradients) {
  if (sizeof(real) == 4 && GetParam().activation == Activation::relu)
    GTEST_SKIP() << "a float's step crosses ReLU's kinks";
  std::vector<Parameter*> parameters{&x_};
  for (Parameter& weight : weights_) parameters.push_back(&weight);
  check_gradients(parameters, [this](Tape& tape) { return loss(tape); });
}

/// Large enough that every stage is cut into eight parts.
class LargeRecurrentOpTest : public RecurrentOpTest {
 protected:
  LargeRecurrentOpTest() : RecurrentOpTest(70, 60, {60, 0, 45, 1, 30, 28, 33, 25, 20, 22, 18, 18}) {}
};

TEST_P(LargeRecurrentOpTest, GivesTheSameBitsForAnyNumberOfThreads) {
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

const auto kLayers = testing::Values(Layer{"RnnSigmoid", Cell::rnn, Activation::sigmoid, true, false},
                                     Layer{"RnnTanh", Cell::rnn, Activation::tanh, true, true},
                                     Layer{"RnnRelu", Cell::rnn, Activation::relu, true, false},
                                     Layer{"Lstm", Cell::lstm, Activation::sigmoid, true, false},
                                     Layer{"BiLstm", Cell::lstm, Activation::sigmoid, true, true},
                                     Layer{"GruResetAfter", Cell::gru, Activation::sigmoid, true, true},
                                     Layer{"GruResetBefore", Cell::gru, Activation::sigmoid, false, true},
                                     Layer{"BiSru", Cell::sru, Activation::sigmoid, true, true});
const auto layer_name = [](const auto& info) { return info.param.name; };
INSTANTIATE_TEST_SUITE_P(Cells, RecurrentOpTest, kLayers, layer_name);
INSTANTIATE_TEST_SUITE_P(Cells, LargeRecurrentOpTest, kLayers, layer_name);

}  // namespace
}  // namespace recura
