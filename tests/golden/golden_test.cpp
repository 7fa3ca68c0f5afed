#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "golden/golden_numbers.h"
#include "layer/network.h"
#include "train/optimiser.h"

namespace recura {
namespace {

using golden::Golden;

constexpr bool kDouble = sizeof(real) == 8;

/// The other library's model, in ours.
class GoldenTest : public testing::TestWithParam<const char*> {
 protected:
  GoldenTest() {
    std::vector<Index> lengths;
    for (const auto& text : golden_.ids) lengths.push_back(static_cast<Index>(text.size()));
    packing_ = std::make_shared<const Packing>(lengths);
    ids_.resize(static_cast<std::size_t>(packing_->rows()));
    for (std::size_t text = 0; text < golden_.ids.size(); ++text) {
      for (std::size_t step = 0; step < golden_.ids[text].size(); ++step) {
        const Index row = packing_->row(static_cast<Index>(text), static_cast<Index>(step));
        ids_[static_cast<std::size_t>(row)] = static_cast<std::int32_t>(golden_.ids[text][step]);
      }
    }
    for (Parameter* parameter : network_.parameters())
      parameter->change() = golden_.weights.at(name(*parameter)).tensor();
  }

  static std::vector<LayerSpec> layers(const golden::Model& model) {
    std::vector<LayerSpec> layers{EmbeddingSpec{model.vocabulary, model.input}};
    for (std::size_t i = 0; i < model.hidden.size(); ++i) {
      RecurrentLayerSpec layer;
      layer.cell = model.cell == "lstm"  ? kernel::Cell::lstm
                   : model.cell == "gru" ? kernel::Cell::gru
                   : model.cell == "sru" ? kernel::Cell::sru
                                         : kernel::Cell::rnn;
      layer.activation = model.activation == "tanh" ? kernel::Activation::tanh : kernel::Activation::sigmoid;
      layer.hidden = model.hidden[i];
      layer.bidirectional = model.bidirectional;
      layer.sequences = i + 1 < model.hidden.size();
      layer.reset_after = model.reset_after;
      layers.push_back(layer);
    }
    layers.push_back(DenseSpec{model.outputs, kernel::Activation::linear});
    return layers;
  }

  /// The files call the one dense layer "dense".
  static std::string name(const Parameter& parameter) {
    const std::string& own = parameter.name();
    return own.starts_with("dense0.") ? "dense." + own.substr(7) : own;
  }

  Var loss(Tape& tape, Var* logits = nullptr) {
    const Var output = network_.forward(tape, ids_, packing_);
    if (logits != nullptr) *logits = output;
    if (golden_.model.outputs == 1) {
      return sigmoid_cross_entropy(output, std::vector<real>(golden_.labels.begin(), golden_.labels.end()));
    }
    return softmax_cross_entropy(output, std::vector<std::int32_t>(golden_.labels.begin(), golden_.labels.end()));
  }

  /// In double element by element; in float against the norm of all.
  static void expect_equal(const Tensor& got, const golden::Numbers& expected, const std::string& what,
                           double tolerance) {
    ASSERT_EQ(got.size(), static_cast<Index>(expected.values.size())) << what;
    double norm = 0, error = 0;
    for (std::size_t i = 0; i < expected.values.size(); ++i) {
      const double difference = static_cast<double>(got.data()[i]) - expected.values[i];
      norm += expected.values[i] * expected.values[i];
      error += difference * difference;
      if (!kDouble) continue;
      EXPECT_NEAR(difference, 0, tolerance) << what << " element " << i;
    }
    EXPECT_LE(std::sqrt(error), tolerance * std::max(kDouble ? 1.0 : 0.01, std::sqrt(norm))) << what;
  }

  static Tensor dense(const Gradients& gradients, const Parameter& parameter) {
    Tensor result(parameter.value().shape());
    const Gradient gradient = gradients.of(parameter);
    const Index columns = result.shape().columns();
    for (Index row = 0; row < gradient.values.shape.rows(); ++row) {
      const Index to = gradient.sparse() ? gradient.rows[static_cast<std::size_t>(row)] : row;
      std::copy_n(gradient.values.row(row), columns, result.row(to));
    }
    return result;
  }

  Golden golden_ = golden::read(GetParam());
  Rng rng_{1};
  Network network_{layers(golden_.model), &rng_};
  PackingPtr packing_;
  std::vector<std::int32_t> ids_;
};

TEST_P(GoldenTest, OutputsLossAndGradientsAreThoseOfTheOtherLibrary) {
  Tape tape(Mode::train);
  Var logits;
  const Var value = loss(tape, &logits);
  EXPECT_NEAR(static_cast<double>(value.value().data[0]), golden_.loss, kDouble ? 1e-7 : 1e-5);
  const bool probabilities = golden_.model.outputs == 1;  // the sigmoid belongs to the loss in ours
  const Var outputs = activate(probabilities ? kernel::Activation::sigmoid : kernel::Activation::linear, logits);
  expect_equal(Tensor(outputs.shape(), outputs.value().values()), golden_.outputs, "outputs", kDouble ? 1e-7 : 1e-4);
  const Gradients gradients = tape.backward(value);
  for (const Parameter* parameter : network_.parameters()) {
    expect_equal(dense(gradients, *parameter), golden_.gradients.at(name(*parameter)), name(*parameter),
                 kDouble ? 1e-7 : 1e-4);
  }
}

TEST_P(GoldenTest, TwentyAdamStepsEndInTheSameWeights) {
  const golden::AdamOptions& options = golden_.adam;
  Adam adam({options.beta1, options.beta2, options.epsilon, options.form == "keras"});
  Executor executor(1);
  const auto parameters = network_.parameters();
  for (int step = 0; step < options.steps; ++step) {
    Tape tape(Mode::train);
    adam.step(parameters, tape.backward(loss(tape)), options.learning_rate, executor);
  }
  for (const Parameter* parameter : parameters) {
    // In float a gradient near zero still moves a weight by the full rate: only the double build can tell every digit.
    expect_equal(parameter->value(), golden_.weights_after_20_adam_steps.at(name(*parameter)), name(*parameter),
                 kDouble ? 1e-7 : 2e-2);
  }
}

INSTANTIATE_TEST_SUITE_P(Files, GoldenTest,
                         testing::Values("torch_rnn_sigmoid", "torch_rnn_tanh", "torch_lstm", "torch_bilstm",
                                         "torch_gru_after", "torch_sru", "keras_rnn_sigmoid", "keras_rnn_tanh",
                                         "keras_lstm", "keras_gru_after", "keras_gru_before"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace recura
