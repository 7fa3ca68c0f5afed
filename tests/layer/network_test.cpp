#include "layer/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "base/error.h"
#include "data/batches.h"
#include "grad/gradient_check.h"
#include "layer/ngrams.h"

namespace recura {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;
using Texts = std::vector<std::vector<std::int32_t>>;

/// Every layer there is.
std::vector<LayerSpec> all_layers() {
  return {EmbeddingSpec{9, 4},
          DropoutSpec{0.2, DropoutUnit::row},
          RecurrentLayerSpec{.cell = kernel::Cell::gru, .hidden = 3, .bidirectional = true},
          DropoutSpec{0.3, DropoutUnit::column},
          RecurrentLayerSpec{.cell = kernel::Cell::sru, .hidden = 3, .bidirectional = true, .residual = true},
          RecurrentLayerSpec{.hidden = 3, .bidirectional = true, .residual = true, .recurrent_dropout = 0.4},
          RecurrentLayerSpec{.cell = kernel::Cell::sru, .hidden = 6},
          DropoutSpec{0.1},
          PoolSpec{.last = true, .mean = true, .max = true, .attention = 5, .embeddings = true},
          NgramSpec{3, 16, 2, 0.1},
          DenseSpec{5, kernel::Activation::tanh},
          DenseSpec{2}};
}

std::string refusal(const std::vector<LayerSpec>& layers) {
  Rng rng(1);
  try {
    const Network network(layers, &rng);
  } catch (const ArgumentError& error) {
    return error.what();
  }
  return "not refused";
}

const Texts kTexts{{1, 2, 3, 1, 2}, {}, {4}, {2, 2, 2}};

std::vector<real> logits(const Network& network, const Texts& texts) {
  Tape tape(Mode::infer);
  std::vector<Index> rows(texts.size());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<Index>(i);
  const PackedIds batch = pack(texts, rows);
  const auto values = network.forward(tape, batch.ids, batch.packing).value().values();
  return {values.begin(), values.end()};
}

/// n-gram vectors start at zero; here they are to matter.
void fill_tables(Network& network) {
  Rng rng(3);
  for (Parameter* parameter : network.parameters()) {
    for (real& value : parameter->change().values()) value += static_cast<real>(rng.uniform(-0.1, 0.1));
  }
}

TEST(NetworkTest, JsonGivesEveryLayerBack) {
  const std::string json = to_json(all_layers());
  EXPECT_EQ(to_json(layers_from_json(json)), json);
}

TEST(NetworkTest, JsonThatDescribesNoNetworkIsRefused) {
  EXPECT_THROW(layers_from_json(R"([{"layer":"attention"}])"), DataError);
  EXPECT_THROW(layers_from_json(R"([{"layer":"dense","units":-1,"activation":"linear"}])"), DataError);
  EXPECT_THROW(layers_from_json(R"([{"layer":"dense","units":1e300,"activation":"linear"}])"), DataError);
  EXPECT_THROW(layers_from_json(R"([{"layer":"dense","units":18446744073709551615,"activation":"linear"}])"),
               DataError);
  EXPECT_THROW(layers_from_json(R"([{"layer":"dense","units":true,"activation":"linear"}])"), DataError);
  EXPECT_THROW(layers_from_json("[" + std::string(100'000, ' ') + "]"), DataError);
  EXPECT_THROW(layers_from_json(R"([{"layer":"dropout","rate":0.1,"unit":"text"}])"), DataError);
  EXPECT_THROW(layers_from_json(R"([{"layer":"dropout","rate":0.1,"unit":"row","more":1}])"), DataError);
}

TEST(NetworkTest, WhatCameLaterIsWrittenWhereItIsUsedAlone) {
  const std::string without = to_json({RecurrentLayerSpec{.hidden = 3}});
  EXPECT_THAT(without, Not(AnyOf(HasSubstr("residual"), HasSubstr("dropout"))));
  const auto layer = std::get<RecurrentLayerSpec>(layers_from_json(without).front());
  EXPECT_FALSE(layer.residual);
  EXPECT_EQ(layer.recurrent_dropout, 0);
  EXPECT_THROW(layers_from_json(without.substr(0, without.size() - 2) + R"(,"residual":1}])"), DataError);
}

TEST(NetworkTest, HasAsManyWeightsAsItCounts) {
  Rng rng(1);
  const Network network(all_layers(), &rng);
  double count = 0;
  for (const Parameter* parameter : network.parameters()) count += static_cast<double>(parameter->value().size());
  EXPECT_EQ(count, weight_count(all_layers()));
}

TEST(NetworkTest, LayersThatDoNotFitAreRefused) {
  const EmbeddingSpec embedding{9, 4};
  EXPECT_THAT(refusal({embedding, PoolSpec{.mean = true, .embeddings = true}, DenseSpec{1}}),
              HasSubstr("recurrent one"));
  EXPECT_THAT(refusal({embedding, NgramSpec{2, 8, 2}, DenseSpec{1}}), HasSubstr("behind what makes one row"));
  EXPECT_THAT(refusal({embedding, PoolSpec{.mean = true}, NgramSpec{2, 8, 2}, NgramSpec{2, 8, 2}, DenseSpec{1}}),
              HasSubstr("stands once"));
  EXPECT_THAT(refusal({embedding, PoolSpec{.mean = true}, NgramSpec{9, 8, 2}, DenseSpec{1}}), HasSubstr("in 2 … 8"));
  EXPECT_THAT(refusal({embedding, DropoutSpec{1}, PoolSpec{.mean = true}, DenseSpec{1}}), HasSubstr("dropout rate"));
  EXPECT_THAT(refusal({embedding, PoolSpec{.mean = true}, DropoutSpec{0.5, DropoutUnit::column}, DenseSpec{1}}),
              HasSubstr("drops columns of texts"));
  const RecurrentLayerSpec recurrent{.hidden = 4}, residual{.hidden = 4, .residual = true},
      dropped{.hidden = 4, .recurrent_dropout = 1};
  for (const RecurrentLayerSpec& before :
       {RecurrentLayerSpec{.hidden = 3}, RecurrentLayerSpec{.hidden = 2, .bidirectional = true}})
    EXPECT_THAT(refusal({embedding, before, residual, PoolSpec{.mean = true}, DenseSpec{1}}), HasSubstr("of its size"));
  EXPECT_THAT(refusal({embedding, residual, PoolSpec{.mean = true}, DenseSpec{1}}), HasSubstr("of its size"));
  EXPECT_EQ(refusal({embedding, recurrent, residual, PoolSpec{.mean = true}, DenseSpec{1}}), "not refused");
  EXPECT_THAT(refusal({embedding, dropped, PoolSpec{.mean = true}, DenseSpec{1}}), HasSubstr("must be in [0, 1)"));
}

TEST(NetworkTest, ATextAloneHasTheBitsThatItHasAmongOthers) {
  Rng rng(2);
  Network network(all_layers(), &rng);
  fill_tables(network);
  const std::vector<real> together = logits(network, kTexts);
  for (std::size_t i = 0; i < kTexts.size(); ++i) {
    EXPECT_EQ(logits(network, {kTexts[i]}),
              std::vector<real>(together.begin() + static_cast<std::ptrdiff_t>(2 * i),
                                together.begin() + static_cast<std::ptrdiff_t>(2 * i + 2)));
  }
}

TEST(NetworkTest, LayersThatWorkSideBySideOnALoneTextGiveTheBitsOfOneAfterTheOther) {
  Rng rng(4);
  for (const kernel::Cell cell : {kernel::Cell::rnn, kernel::Cell::lstm, kernel::Cell::gru, kernel::Cell::sru}) {
    const Network network(
        {EmbeddingSpec{9, 4}, RecurrentLayerSpec{.cell = cell, .hidden = 20}, DropoutSpec{0.5},
         RecurrentLayerSpec{.cell = cell, .hidden = 7}, RecurrentLayerSpec{.cell = cell, .hidden = 33},
         RecurrentLayerSpec{.cell = cell, .hidden = 33, .residual = true},
         RecurrentLayerSpec{.cell = cell, .hidden = 5}, PoolSpec{.last = true, .mean = true, .embeddings = true},
         DenseSpec{2}},
        &rng);
    for (const std::size_t length : {0, 1, 15, 16, 17, 33, 150}) {
      std::vector<std::int32_t> ids(length);
      for (std::size_t i = 0; i < length; ++i) ids[i] = static_cast<std::int32_t>(i * i % 9);
      const auto packing = std::make_shared<const Packing>(std::array{std::ssize(ids)});
      const auto read = [&](Executor& executor) {
        Tape tape(Mode::infer, Rng(0), &executor);
        TextReading reading{.ids = ids, .packing = packing};
        const auto logits = network.forward(tape, reading).value().values();
        std::vector<real> all(logits.begin(), logits.end());
        for (const Var input : reading.inputs)
          all.insert(all.end(), input.value().values().begin(), input.value().values().end());
        return all;
      };
      Executor one(1), three(3);
      EXPECT_EQ(read(three), read(one)) << length << " steps";
    }
  }
}

TEST(NetworkTest, EveryLayerHasItsGradients) {
  Rng rng(2);
  Network network(all_layers(), &rng);
  fill_tables(network);
  const PackedIds batch = pack(kTexts, std::vector<Index>{0, 1, 2, 3});
  check_gradients(network.parameters(), [&](Tape& tape) {
    return softmax_cross_entropy(network.forward(tape, batch.ids, batch.packing),
                                 std::vector<std::int32_t>{0, 1, 1, 0});
  });
}

const Tensor& named(const Network& network, const std::string& name) {
  for (const Parameter* parameter : network.parameters()) {
    if (parameter->name() == name) return parameter->value();
  }
  throw std::out_of_range(name);
}

/// Two layers of tanh, of which the second has no weights but its biases: whatever it reads it gives tanh(b).
TEST(NetworkTest, AResidualLayerAddsToTheStatesOfTheOneBefore) {
  for (const bool sequences : {true, false}) {
    std::vector<LayerSpec> layers{EmbeddingSpec{9, 4}, RecurrentLayerSpec{.cell = kernel::Cell::rnn,
                                                                          .hidden = 3,
                                                                          .bidirectional = true,
                                                                          .sequences = sequences,
                                                                          .activation = kernel::Activation::tanh}};
    const auto with_end = [&](std::vector<LayerSpec> all) {
      if (sequences) all.emplace_back(PoolSpec{.last = true});
      all.emplace_back(DenseSpec{2});
      return all;
    };
    Rng rng(4);
    const Network one(with_end(layers), &rng);
    auto second = std::get<RecurrentLayerSpec>(layers[1]);
    second.residual = true;
    std::get<RecurrentLayerSpec>(layers[1]).sequences = true;
    layers.emplace_back(second);
    Network two(with_end(layers), &rng);
    constexpr real kBias = real{0.5};
    for (Parameter* parameter : two.parameters()) {
      const bool is_bias = parameter->value().shape().rank() == 1;
      if (parameter->name().starts_with("rnn1"))
        std::ranges::fill(parameter->change().values(), is_bias ? kBias : real{0});
      else
        std::ranges::copy(named(one, parameter->name()).values(), parameter->change().values().begin());
    }
    const Tensor& w = named(one, "dense0.w");
    const std::vector<real> before = logits(one, kTexts), after = logits(two, kTexts);
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
      for (Index k = 0; k < 2; ++k) {
        double added = 0;
        for (Index j = 0; j < 6; ++j) added += std::tanh(kBias) * w.row(j)[k];
        const auto at = 2 * i + static_cast<std::size_t>(k);
        EXPECT_NEAR(after[at] - before[at], kTexts[i].empty() ? 0 : added, 1e-5);
      }
    }
  }
}

/// What it gives is that of a layer without dropout whose U has been dropped; its next answer is of all weights again.
TEST(RecurrentTest, DropsRecurrentWeightsForABatchOfTraining) {
  for (const kernel::Cell cell : {kernel::Cell::rnn, kernel::Cell::lstm, kernel::Cell::gru, kernel::Cell::sru}) {
    Rng rng(1);
    const kernel::RecurrentSpec spec{.cell = cell, .input = 4, .hidden = 9};
    const Recurrent dropping({.spec = spec, .recurrent_dropout = 0.4}, &rng);
    Recurrent twin({.spec = spec}, &rng);
    for (std::size_t i = 0; i < twin.parameters().size(); ++i)
      std::ranges::copy(dropping.parameters()[i]->value().values(), twin.parameters()[i]->change().values().begin());
    const Tensor x = random_tensor({11, 4}, rng);
    const auto packing = std::make_shared<const Packing>(std::array<Index, 3>{5, 0, 6});
    const auto states = [&](const Recurrent& layer, Mode mode) {
      Tape tape(mode, Rng(6));
      const auto values = layer({tape.constant(x), packing}).states.rows.value().values();
      return std::vector<real>(values.begin(), values.end());
    };
    const std::vector<real> whole = states(twin, Mode::infer);
    EXPECT_EQ(states(dropping, Mode::infer), whole);
    const std::vector<real> dropped = states(dropping, Mode::train);
    EXPECT_NE(dropped, whole);
    Tape tape(Mode::train, Rng(6));
    Parameter& u = *twin.parameters()[1];
    const auto fewer = dropout(tape.parameter(u), 0.4).value().values();
    const std::vector<real> kept(fewer.begin(), fewer.end());
    EXPECT_GT(std::ranges::count(kept, real{0}), 0);
    std::ranges::copy(kept, u.change().values().begin());
    EXPECT_EQ(states(twin, Mode::trace), dropped);
    EXPECT_EQ(states(dropping, Mode::infer), whole);
  }
}

TEST(RecurrentTest, GradientsGoThroughTheRecurrentWeightsThatAreKept) {
  for (const kernel::Cell cell : {kernel::Cell::rnn, kernel::Cell::lstm, kernel::Cell::gru, kernel::Cell::sru}) {
    Rng rng(1);
    Recurrent layer({.spec = {.cell = cell, .activation = kernel::Activation::tanh, .input = 3, .hidden = 4},
                     .bidirectional = true,
                     .recurrent_dropout = 0.5},
                    &rng);
    const Tensor x = random_tensor({6, 3}, rng);
    const std::vector<real> weights = random_weights(6 * 8, rng);
    const auto packing = std::make_shared<const Packing>(std::array<Index, 2>{2, 4});
    check_gradients(layer.parameters(),
                    [&](Tape& tape) { return weighted_sum(layer({tape.constant(x), packing}).states.rows, weights); });
  }
}

TEST(NetworkTest, PooledEmbeddingsHaveTheWidthOfWhatTheFirstRecurrentLayerReads) {
  const std::vector<LayerSpec> layers{EmbeddingSpec{9, 4}, DenseSpec{7}, RecurrentLayerSpec{.hidden = 3},
                                      PoolSpec{.mean = true, .embeddings = true}, DenseSpec{1}};
  Rng rng(1);
  const Network network(layers, &rng);
  EXPECT_EQ(network.parameters()[6]->value().shape(), (Shape{3 + 7, 1}));
  EXPECT_EQ(logits(network, kTexts).size(), kTexts.size());
}

TEST(NetworkTest, WeightsStartAsThoseOfKerasDo) {
  Rng rng(1);
  const Network network({EmbeddingSpec{9, 4}, RecurrentLayerSpec{.hidden = 6}, PoolSpec{.mean = true}, DenseSpec{1}},
                        &rng);
  const Tensor& u = network.parameters()[2]->value();
  ASSERT_EQ(u.shape(), (Shape{6, 24}));
  for (Index a = 0; a < 6; ++a) {
    for (Index b = 0; b < 6; ++b) {
      double product = 0;
      for (Index j = 0; j < 24; ++j) product += static_cast<double>(u.row(a)[j]) * u.row(b)[j];
      EXPECT_NEAR(product, a == b ? 1 : 0, 1e-5);
    }
  }
  const Tensor& b = network.parameters()[3]->value();
  for (Index j = 0; j < 24; ++j) EXPECT_EQ(b.data()[j], j / 6 == 1 ? 1 : 0);
}

TEST(NetworkTest, AnSruStartsWithTheVariancesOfItsAuthors) {
  Rng rng(1);
  const Network network({EmbeddingSpec{9, 50}, RecurrentLayerSpec{.cell = kernel::Cell::sru, .hidden = 400},
                         PoolSpec{.mean = true}, DenseSpec{1}},
                        &rng);
  const Tensor &w = network.parameters()[1]->value(), &v = network.parameters()[2]->value();
  ASSERT_EQ(w.shape(), (Shape{50, 4 * 400}));
  ASSERT_EQ(v.shape(), (Shape{2, 400}));
  const auto variance = [](const Tensor& tensor, Index first, Index columns) {
    double sum = 0;
    for (Index row = 0; row < tensor.shape().rows(); ++row) {
      for (Index j = first; j < first + columns; ++j)
        sum += static_cast<double>(tensor.row(row)[j]) * tensor.row(row)[j];
    }
    return sum / static_cast<double>(tensor.shape().rows() * columns);
  };
  EXPECT_NEAR(50 * variance(w, 0, 400), 1, 0.05);
  EXPECT_NEAR(50 * variance(w, 400, 800), 0.5, 0.05);
  EXPECT_NEAR(50 * variance(w, 1200, 400), 1, 0.05);
  EXPECT_NEAR(variance(v, 0, 400), 0.5, 0.05);
  for (const real value : network.parameters()[3]->value().values()) EXPECT_EQ(value, 0);
}

TEST(NetworkTest, WithoutRandomNumbersWeightsAreShapesUntilTheyAreChanged) {
  Network network(all_layers(), nullptr);
  for (Parameter* parameter : network.parameters()) {
    const Shape shape = parameter->value().shape();
    EXPECT_EQ(parameter->value().data(), nullptr) << parameter->name();
    for (const real value : parameter->change().values()) EXPECT_EQ(value, 0);
    EXPECT_EQ(parameter->value().shape(), shape);
  }
}

/// Lazy Adam leaves alone what a batch does not touch: that needs a gradient of the touched rows only.
TEST(NgramsTest, TheGradientHoldsTouchedRowsAloneForEveryLength) {
  const Rng rng(1);
  const Ngrams ngrams({.longest = 4, .buckets = 1000, .dimensions = 2}, &rng);
  const PackedIds batch = pack(kTexts, std::vector<Index>{0, 1, 2, 3});
  Tape tape(Mode::train);
  const Var mean = ngrams(tape, batch.ids, batch.packing);
  const Gradients gradients = tape.backward(weighted_sum(mean, std::vector<real>(8, real{1})));
  const Gradient gradient = gradients.of(*ngrams.parameters().front());
  ASSERT_TRUE(gradient.sparse());
  EXPECT_LE(gradient.rows.size(), 3 * batch.ids.size());
  EXPECT_TRUE(std::ranges::is_sorted(gradient.rows, std::less_equal{}) || gradient.rows.size() < 2);
}

TEST(NgramsTest, TheHashIsThatOfTheModelFormat) {
  const std::vector<Index> lengths{3};
  const std::vector<std::int32_t> ids{7, 0, 123456};
  EXPECT_EQ(ngram_buckets(ids, Packing(lengths), 2, 1 << 18), (std::vector<std::int32_t>{87729, 213454, 186708}));
  EXPECT_EQ(ngram_buckets(ids, Packing(lengths), 3, 1000), (std::vector<std::int32_t>{605, 814, 646}));
}

TEST(NgramsTest, OrderAndTheTextsBeginningMatter) {
  const auto buckets = [](const std::vector<std::int32_t>& ids) {
    return ngram_buckets(ids, Packing(std::vector<Index>{static_cast<Index>(ids.size())}), 2, 1 << 30);
  };
  EXPECT_NE(buckets({1, 2})[1], buckets({2, 1})[1]);
  EXPECT_NE(buckets({1, 1})[0], buckets({1, 1})[1]);
  EXPECT_EQ(buckets({1, 1, 1})[1], buckets({1, 1, 1})[2]);
}

}  // namespace
}  // namespace recura
