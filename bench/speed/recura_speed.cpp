// Recura's part of bench/speed.sh: times whole training steps and answers, and what this processor could do at most.
//   recura_bench_speed THREADS SECONDS WORKLOAD...        RECURA_ISA chooses the level, PRECISION what is multiplied:
//                                                         float32, bf16, or when inferring int8

#include <fmt/format.h>

#include <cmath>

#include "data/batches.h"
#include "grad/ops.h"
#include "kernel/level.h"
#include "kernel/peak.h"
#include "layer/network.h"
#include "speed/decoder.h"
#include "speed/timing.h"
#include "task/classify/objective.h"

namespace recura::bench {
namespace {

using kernel::Cell;

// W1: Embedding, two recurrent layers, Dense with a sigmoid.

std::vector<LayerSpec> review_layers(Cell cell) {
  RecurrentLayerSpec layer{.cell = cell, .hidden = kReviewHidden, .activation = kernel::Activation::tanh};
  RecurrentLayerSpec last = layer;
  last.sequences = false;
  return {EmbeddingSpec{kWords, kEmbedding}, layer, last, DenseSpec{1, kernel::Activation::sigmoid}};
}

LabelledIds reviews(int count) {
  LabelledIds result;
  for (int text = 0; text < count; ++text) {
    result.labels.push_back({text % 2});
    std::vector<std::int32_t>& ids = result.ids.emplace_back();
    for (int step = 0; step < kReviewLength; ++step)
      ids.push_back(static_cast<std::int32_t>(
          random_bits(kIdStream, static_cast<std::uint64_t>(text * kReviewLength + step)) % kWords));
  }
  return result;
}

void train_reviews(const Arguments& arguments, const std::string& workload, Cell cell) {
  if (!arguments.wants(workload)) return;
  Network network(review_layers(cell), nullptr);
  fill(network);
  network.set_training_precision(precision());
  const LabelledIds train = reviews(kReviews), none;
  ClassificationObjective objective(network, train, none);
  time_training(arguments, workload, objective, OptimiserKind::adam, 1e-3);
}

void read_reviews(const Arguments& arguments, const std::string& workload, int count) {
  if (!arguments.wants(workload)) return;
  Network network(review_layers(Cell::lstm), nullptr);
  fill(network);
  network.round_to(precision());
  const LabelledIds texts = reviews(count);
  std::vector<Index> rows;
  for (int text = 0; text < count; ++text) rows.push_back(text);
  time_inference(arguments, workload, [&](Tape& tape) {
    const PackedIds batch = pack(texts.ids, rows);
    std::vector<float> probabilities;
    for (const real logit : network.forward(tape, batch.ids, batch.packing).value().values())
      probabilities.push_back(1 / (1 + std::exp(-logit)));
    return probabilities;
  });
}

// W2: vectors, an LSTM in both directions, Dense to the tags of each token.

class Tagger : public Module {
 public:
  Tagger()
      : lstm_({{.cell = Cell::lstm, .input = kInput, .hidden = kHidden}, true}, nullptr),
        dense_(2 * kHidden, kTags, kernel::Activation::linear, nullptr) {
    add_part("lstm", lstm_);
    add_part("dense", dense_);
  }

  Var forward(Var x, const PackingPtr& packing) const { return dense_(lstm_({x, packing}).states.rows); }

 private:
  Recurrent lstm_;
  Dense dense_;
};

/// A batch of sentences: lengths, vectors and tags by packed rows.
struct Sentences {
  explicit Sentences(int count) {
    for (const int length : sentence_lengths(count)) lengths.push_back(length);
    packing = std::make_shared<const Packing>(lengths);
    x = Tensor::uninitialised({packing->rows(), kInput});
    std::uint64_t index = 0;
    for (real& value : x.values()) value = random_number(kInputStream, index++);
    for (Index row = 0; row < packing->rows(); ++row)
      tags.push_back(static_cast<std::int32_t>(random_bits(kTagStream, static_cast<std::uint64_t>(row)) % kTags));
  }

  std::vector<Index> lengths;
  PackingPtr packing;
  Tensor x;
  std::vector<std::int32_t> tags;
};

class TaggingObjective : public Objective {
 public:
  TaggingObjective(Tagger& tagger, const Sentences& sentences) : tagger_(tagger), sentences_(sentences) {}

  std::vector<Parameter*> parameters() override { return tagger_.parameters(); }
  std::span<const Index> lengths() const override { return sentences_.lengths; }
  /// The vectors' gradient is wanted: in a tagger they come from embeddings.
  Var loss(Tape& tape, std::span<const Index>) const override {
    const auto packing = std::make_shared<const Packing>(sentences_.lengths);
    return softmax_cross_entropy(tagger_.forward(tape.constant(sentences_.x, true), packing), sentences_.tags);
  }
  std::optional<DevScore> dev_score(Executor&) const override { return std::nullopt; }

 private:
  Tagger& tagger_;
  const Sentences& sentences_;
};

void train_tagger(const Arguments& arguments, const std::string& workload, int count) {
  if (!arguments.wants(workload)) return;
  Tagger tagger;
  fill(tagger);
  tagger.set_training_precision(precision());
  const Sentences sentences(count);
  TaggingObjective objective(tagger, sentences);
  time_training(arguments, workload, objective, OptimiserKind::sgd, 0.01);
}

void tag(const Arguments& arguments, const std::string& workload, int count) {
  if (!arguments.wants(workload)) return;
  Tagger tagger;
  fill(tagger);
  tagger.round_to(precision());
  const Sentences sentences(count);
  time_inference(arguments, workload, [&](Tape& tape) {
    const auto packing = std::make_shared<const Packing>(sentences.lengths);
    const TensorView logits = tagger.forward(tape.constant(sentences.x), packing).value();
    const real* first = logits.row(packing->row(0, 0));
    const real* last = logits.row(packing->row(count - 1, sentences.lengths.back() - 1));
    std::vector<float> output(first, first + kTags);
    output.insert(output.end(), last, last + kTags);
    return output;
  });
}

void print_limits(int threads) {
  const std::string_view level = kernel::level().name();
  fmt::print(R"({{"level": "{}", "peak": {:.6g}, "read_review": {:.6g}, "read_sentence": {:.6g}}})"
             "\n",
             level, peak_flops(level, threads), read_bandwidth(level, 4 * 4 * kReviewHidden * kReviewHidden, threads),
             read_bandwidth(level, 4 * 4 * kHidden * kHidden, threads));
}

}  // namespace
}  // namespace recura::bench

int main(int argc, char** argv) try {
  using namespace recura::bench;
  const Arguments arguments(argc, argv);
  print_limits(arguments.threads);
  train_reviews(arguments, "w1-lstm-train", Cell::lstm);
  train_reviews(arguments, "w1-gru-train", Cell::gru);
  train_reviews(arguments, "w1-rnn-train", Cell::rnn);
  read_reviews(arguments, "w1-lstm-infer", kReviews);
  train_tagger(arguments, "w2-10-train", 10);
  train_tagger(arguments, "w2-32-train", 32);
  tag(arguments, "w2-10-infer", 10);
  tag(arguments, "w2-32-infer", 32);
  tag(arguments, "w3-sentence", 1);
  read_reviews(arguments, "w3-document", 1);
  write_words(arguments, "w4-step");
} catch (const std::exception& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
