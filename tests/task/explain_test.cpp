#include "task/classify/answer/explain.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace recura {
namespace {

std::vector<LayerSpec> layers(Index outputs, Index attention = 0) {
  return {EmbeddingSpec{12, 6},
          DropoutSpec{0.3},
          RecurrentLayerSpec{.hidden = 5, .bidirectional = true},
          PoolSpec{.mean = true, .max = attention == 0, .attention = attention, .embeddings = true},
          NgramSpec{3, 32, 4, 0.3},
          DenseSpec{outputs}};
}

/// Large weights, so that the log-odds are no straight line.
std::unique_ptr<Network> network_of(const std::vector<LayerSpec>& specs) {
  Rng rng(7);
  auto network = std::make_unique<Network>(specs, &rng);
  for (Parameter* parameter : network->parameters()) {
    for (real& value : parameter->change().values()) value += static_cast<real>(rng.uniform(-1, 1));
  }
  return network;
}

double sum(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

const std::vector<std::int32_t> kText{3, 5, 3, 11, 7, 1, 2};

class ExplainTest : public testing::Test {
 protected:
  TokenWeights why(const Network& network, std::size_t label, const Decision& decision = {}) {
    return explain(network, decision, kText, label, executor_);
  }

  Executor executor_{2};
};

TEST_F(ExplainTest, WeightsSumUpToWhatTheTextChanges) {
  for (const Index outputs : {1, 2, 4}) {
    const auto network = network_of(layers(outputs));
    for (const Decision& decision : {Decision{}, Decision{.temperature = 1.7}, Decision{.several = true}}) {
      if (decision.several && outputs == 1) continue;
      const TokenWeights result = why(*network, 1, decision);
      EXPECT_NEAR(sum(result.weights), result.log_odds - result.without, 0.02) << outputs << " outputs";
      EXPECT_GT(std::abs(result.log_odds - result.without), 0.05);
    }
  }
}

TEST_F(ExplainTest, TwoLabelsOfOneOutputAreEachOthersOpposites) {
  const auto network = network_of(layers(1));
  const TokenWeights first = why(*network, 0), second = why(*network, 1);
  for (std::size_t i = 0; i < kText.size(); ++i) EXPECT_FLOAT_EQ(first.weights[i], -second.weights[i]);
  EXPECT_EQ(first.log_odds, -second.log_odds);
}

TEST_F(ExplainTest, TheLogOddsAreThoseOfAllOtherLabelsTogether) {
  const auto network = network_of(layers(4));
  double probabilities = 0;
  for (std::size_t label = 0; label < 4; ++label) probabilities += 1 / (1 + std::exp(-why(*network, label).log_odds));
  EXPECT_NEAR(probabilities, 1, 1e-6);
}

TEST_F(ExplainTest, AttentionIsToldAsShares) {
  EXPECT_NEAR(sum(why(*network_of(layers(2, 3)), 0).attention), 1, 1e-6);
  EXPECT_TRUE(why(*network_of(layers(2)), 0).attention.empty());
}

TEST_F(ExplainTest, ALongTextIsReadAtAFewPointsOfTheLineAtATime) {
  std::vector<std::int32_t> text;
  for (int i = 0; i < 3000; ++i) text.push_back(1 + i * i % 11);
  for (const Index attention : {0, 3}) {
    const TokenWeights result = explain(*network_of(layers(2, attention)), {}, text, 1, executor_);
    EXPECT_NEAR(sum(result.weights), result.log_odds - result.without, 0.03);
    if (attention > 0) {
      EXPECT_NEAR(sum(result.attention), 1, 1e-5);
    }
  }
}

TEST_F(ExplainTest, AnEmptyTextHasNoWeights) {
  const TokenWeights result = explain(*network_of(layers(2, 3)), {}, {}, 0, executor_);
  EXPECT_TRUE(result.weights.empty());
  EXPECT_EQ(result.log_odds, result.without);
}

}  // namespace
}  // namespace recura
