#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "data/batches.h"
#include "grad/ops.h"
#include "layer/network.h"
#include "train/trainer.h"

namespace recura {

/// Texts of mixed lengths over ten words, with a label that only their order tells: whether word 1 comes before word 2.
class WordOrder : public Objective {
 public:
  explicit WordOrder(double poison = 0, Index hidden = 12, kernel::Cell cell = kernel::Cell::lstm, double dropout = 0.1)
      : poison_(poison),
        network_{{EmbeddingSpec{10, 2 * hidden / 3},
                  RecurrentLayerSpec{.cell = cell, .hidden = hidden, .bidirectional = true}, DropoutSpec{dropout},
                  PoolSpec{.last = true, .max = true}, DenseSpec{2}},
                 &rng_} {
    Rng rng(5);
    for (int row = 0; row < 120; ++row) {
      std::vector<std::int32_t> text(3 + rng.below(6));
      for (std::int32_t& id : text) id = static_cast<std::int32_t>(3 + rng.below(7));
      const auto first = static_cast<std::size_t>(rng.below(text.size() - 1));
      const bool in_order = rng.below(2) == 0;
      text[first] = in_order ? 1 : 2;
      text[text.size() - 1] = in_order ? 2 : 1;
      labels_.push_back(in_order ? 1 : 0);
      lengths_.push_back(static_cast<Index>(text.size()));
      texts_.push_back(std::move(text));
    }
  }

  std::vector<Parameter*> parameters() override { return network_.parameters(); }
  std::span<const Index> lengths() const override { return lengths_; }

  Var loss(Tape& tape, std::span<const Index> rows) const override {
    std::vector<std::int32_t> classes;
    for (const Index row : rows) classes.push_back(labels_[static_cast<std::size_t>(row)]);
    const Var value = softmax_cross_entropy(logits(tape, rows), classes);
    if (poison_ != 0) value.value().data[0] = static_cast<real>(poison_);
    return value;
  }

  std::optional<DevScore> dev_score(Executor& executor) const override {
    Tape tape(Mode::infer, Rng(0), &executor);
    std::vector<Index> rows(texts_.size());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<Index>(i);
    const Var scores = logits(tape, rows);
    double right = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const real* score = scores.value().row(static_cast<Index>(i));
      right += (score[1] > score[0]) == (labels_[i] == 1) ? 1 : 0;
    }
    return DevScore{right / static_cast<double>(rows.size()), 0};
  }

 private:
  Var logits(Tape& tape, std::span<const Index> rows) const {
    const PackedIds batch = pack(texts_, rows);
    return network_.forward(tape, batch.ids, batch.packing);
  }

  double poison_;
  std::vector<std::vector<std::int32_t>> texts_;
  std::vector<Index> lengths_;
  std::vector<std::int32_t> labels_;
  Rng rng_{1};
  Network network_;
};

inline FitOptions word_order_options() {
  FitOptions options;
  options.epochs = 15;
  options.batch_size = 16;
  options.learning_rate = 0.02;
  options.clip_norm = 5;
  options.best_by = BestBy::score;
  return options;
}

/// All weights, one behind the other.
inline std::vector<real> weights_of(Objective& objective) {
  std::vector<real> all;
  for (const Parameter* parameter : objective.parameters())
    all.insert(all.end(), parameter->value().values().begin(), parameter->value().values().end());
  return all;
}

}  // namespace recura
