#include "layer/stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "data/batches.h"
#include "layer/network.h"

namespace recura {
namespace {

using Ids = std::vector<std::int32_t>;

std::unique_ptr<Network> random_network(const std::vector<LayerSpec>& layers) {
  Rng rng(5);
  auto network = std::make_unique<Network>(layers, &rng);
  for (Parameter* parameter : network->parameters()) {
    for (real& value : parameter->change().values()) value += static_cast<real>(rng.uniform(-0.5, 0.5));
  }
  return network;
}

std::vector<Ids> random_texts() {
  Rng rng(8);
  std::vector<Ids> texts{Ids(40), Ids(1), Ids(0), Ids(17), Ids(40)};
  for (Ids& ids : texts) {
    for (std::int32_t& id : ids) id = static_cast<std::int32_t>(rng.below(9));
  }
  return texts;
}

Tensor forward(const Network& network, std::span<const IdSpan> texts, StreamMemory* memory) {
  Tape tape(Mode::infer);
  const PackedIds batch = pack(texts);
  TextReading reading{.ids = batch.ids, .packing = batch.packing, .memory = memory};
  const ConstTensorView logits = network.forward(tape, reading).value();
  return {logits.shape, logits.values()};
}

/// Cuts each text at random places and reads its pieces one after the other.
Tensor forward_in_pieces(const Network& network, const std::vector<Ids>& texts, std::uint64_t seed) {
  Rng rng(seed);
  StreamMemory memory;
  Tensor logits;
  std::vector<IdSpan> rest(texts.begin(), texts.end());
  while (std::ranges::any_of(rest, [](IdSpan ids) { return !ids.empty(); })) {
    std::vector<IdSpan> pieces;
    for (IdSpan& ids : rest) {
      const auto taken = std::min(static_cast<std::size_t>(rng.below(7)), ids.size());
      pieces.push_back(ids.first(taken));
      ids = ids.subspan(taken);
    }
    logits = forward(network, pieces, &memory);
  }
  return logits;
}

void expect_same_in_pieces(const std::vector<LayerSpec>& layers) {
  const auto network = random_network(layers);
  ASSERT_TRUE(network->streams());
  const std::vector<Ids> texts = random_texts();
  const std::vector<IdSpan> whole(texts.begin(), texts.end());
  const Tensor expected = forward(*network, whole, nullptr);
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const Tensor read = forward_in_pieces(*network, texts, seed);
    for (std::size_t i = 0; i < expected.values().size(); ++i)
      EXPECT_NEAR(read.values()[i], expected.values()[i], 2e-5) << i;
  }
}

TEST(StreamTest, PiecesOfATextGiveWhatItGivesAsAWholeWithEveryCell) {
  using enum kernel::Cell;
  for (const kernel::Cell cell : {rnn, lstm, gru, sru}) {
    SCOPED_TRACE(static_cast<int>(cell));
    const RecurrentLayerSpec first{.cell = cell, .hidden = 5, .activation = kernel::Activation::tanh};
    RecurrentLayerSpec last = first;
    last.sequences = false;
    expect_same_in_pieces({EmbeddingSpec{9, 4}, DropoutSpec{0.2, DropoutUnit::row}, first, DropoutSpec{0.1}, first,
                           PoolSpec{.last = true, .mean = true, .max = true, .attention = 3, .embeddings = true},
                           NgramSpec{3, 16, 2, 0.1}, DenseSpec{4, kernel::Activation::tanh}, DenseSpec{2}});
    last.residual = true;
    expect_same_in_pieces({EmbeddingSpec{9, 4}, first, last, DenseSpec{3}});
    last.sequences = true;
    expect_same_in_pieces({EmbeddingSpec{9, 4}, first, last, last, PoolSpec{.mean = true}, DenseSpec{3}});
  }
}

TEST(StreamTest, WhereATextIsCutChangesNoBit) {
  const auto network =
      random_network({EmbeddingSpec{9, 4}, RecurrentLayerSpec{.hidden = 5},
                      PoolSpec{.mean = true, .max = true, .attention = 3}, NgramSpec{2, 16, 2, 0}, DenseSpec{3}});
  const std::vector<Ids> texts = random_texts();
  const Tensor one = forward_in_pieces(*network, texts, 1), other = forward_in_pieces(*network, texts, 9);
  EXPECT_THAT(one.values(), testing::ElementsAreArray(other.values()));
}

TEST(StreamTest, ANetworkOfBothDirectionsOrWithoutARowOfATextDoesNotStream) {
  EXPECT_FALSE(random_network({EmbeddingSpec{9, 4}, RecurrentLayerSpec{.hidden = 5, .bidirectional = true},
                               PoolSpec{.mean = true}, DenseSpec{3}})
                   ->streams());
  EXPECT_FALSE(random_network({EmbeddingSpec{9, 4}, RecurrentLayerSpec{.hidden = 5}, DenseSpec{3}})->streams());
}

}  // namespace
}  // namespace recura
