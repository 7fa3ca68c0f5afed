#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "golden/golden_numbers.h"
#include "layer/network.h"
#include "task/classify/adversarial.h"
#include "train/optimiser.h"

namespace recura {
namespace {

using golden::Golden;
using golden::kDouble;
using golden::Numbers;

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

/// What tools/golden_perturbations.py wrote; rows stand text by text.
struct GoldenSteps {
  Numbers adversarial, virtual_rows;
  double loss_behind = 0, divergence_behind = 0;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(GoldenSteps, adversarial, virtual_rows, loss_behind, divergence_behind)

struct GoldenPerturbations {
  double size = 0;
  Numbers direction;
  GoldenSteps one, several;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(GoldenPerturbations, size, direction, one, several)

class PerturbationTest : public GoldenTest {
 protected:
  /// Rows in the packing's order, as those that stand text by text.
  Tensor by_text(const Tensor& packed, bool back = false) const {
    Tensor result(packed.shape());
    Index at = 0;
    for (Index text = 0; text < packing_->texts(); ++text) {
      for (Index step = 0; step < packing_->length(text); ++step, ++at) {
        const Index row = packing_->row(text, step), from = back ? at : row, to = back ? row : at;
        std::copy_n(packed.row(from), packed.shape().columns(), result.row(to));
      }
    }
    return result;
  }

  double behind(const Tensor& step, const LogitLoss& loss) const {
    Tape tape(Mode::infer);
    const Var words = add(network_.embedding()(tape, ids_), tape.constant(step));
    TextReading reading{.ids = ids_, .packing = packing_, .words = words};
    return static_cast<double>(loss(network_.forward(tape, reading)).value().data[0]);
  }

  void expect_steps(const GoldenSteps& expected, const LogitLoss& loss, bool softmax) {
    Executor executor(1);
    const PackedIds batch{packing_, ids_};
    const double near = kDouble ? 1e-9 : 1e-4;
    const Tensor against = adversarial_step(network_, batch, loss, steps_.size, executor);
    expect_equal(by_text(against), expected.adversarial, "adversarial", near);
    EXPECT_NEAR(behind(against, loss), expected.loss_behind, near);
    const LogitLoss divergence = divergence_from_now(network_, batch, softmax, executor);
    const Tensor moved =
        virtual_step(network_, batch, divergence, steps_.size, by_text(steps_.direction.tensor(), true), executor);
    expect_equal(by_text(moved), expected.virtual_rows, "virtual", kDouble ? 1e-9 : 1e-2);
    EXPECT_NEAR(behind(moved, divergence), expected.divergence_behind, near);
  }

  GoldenPerturbations steps_ = golden::read_as<GoldenPerturbations>("torch_perturbations");
};

TEST_P(PerturbationTest, StepsAreThoseOfTheOtherLibrary) {
  const std::vector<std::int32_t> classes(golden_.labels.begin(), golden_.labels.end());
  expect_steps(steps_.one, [&](Var logits) { return softmax_cross_entropy(logits, classes); }, true);
  const auto outputs = static_cast<std::size_t>(golden_.model.outputs);
  std::vector<real> targets(classes.size() * outputs);
  for (std::size_t i = 0; i < classes.size(); ++i) targets[i * outputs + static_cast<std::size_t>(classes[i])] = 1;
  expect_steps(steps_.several, [&](Var logits) { return sigmoid_cross_entropy(logits, targets); }, false);
}

INSTANTIATE_TEST_SUITE_P(Files, PerturbationTest, testing::Values("torch_gru_after"),
                         [](const auto& one) { return std::string(one.param); });

INSTANTIATE_TEST_SUITE_P(Files, GoldenTest,
                         testing::Values("torch_rnn_sigmoid", "torch_rnn_tanh", "torch_lstm", "torch_bilstm",
                                         "torch_gru_after", "torch_sru", "keras_rnn_sigmoid", "keras_rnn_tanh",
                                         "keras_lstm", "keras_gru_after", "keras_gru_before"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace recura
