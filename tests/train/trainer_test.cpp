#include "train/trainer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.h"
#include "data/batches.h"
#include "grad/ops.h"
#include "grad/sequence_ops.h"
#include "layer/network.h"
#include "train/optimiser.h"

namespace recura {
namespace {

/// Texts of mixed lengths over ten words, with a label that only their order tells: whether word 1 comes before word 2.
class WordOrder : public Objective {
 public:
  explicit WordOrder(double poison = 0, Index hidden = 12)
      : poison_(poison),
        network_{{EmbeddingSpec{10, 2 * hidden / 3}, RecurrentLayerSpec{.hidden = hidden, .bidirectional = true},
                  DropoutSpec{0.1}, PoolSpec{.last = true, .max = true}, DenseSpec{2}},
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

FitOptions options() {
  FitOptions options;
  options.epochs = 15;
  options.batch_size = 16;
  options.learning_rate = 0.02;
  options.clip_norm = 5;
  options.best_by = BestBy::score;
  return options;
}

TEST(FitTest, ARecurrentNetworkLearnsTheOrderOfWords) {
  WordOrder task;
  Executor executor(1);
  const FitResult result = fit(task, options(), executor);
  EXPECT_GT(result.best_score, 0.97);
  EXPECT_EQ(task.dev_score(executor)->score, result.best_score);  // the best epoch's weights are the ones left
  EXPECT_LT(result.epochs.back().loss, result.epochs.front().loss);
}

TEST(FitTest, ASeedGivesTheSameWeightsForAnyNumberOfThreads) {
  std::vector<std::vector<real>> weights;
  for (const int threads : {1, 2, 3, 4, 8}) {
    WordOrder task(0, 96);  // large enough that recurrent steps are cut into eight parts
    Executor executor(threads);
    FitOptions two = options();
    two.epochs = 2;
    fit(task, two, executor);
    std::vector<real> all;
    for (const Parameter* parameter : task.parameters()) {
      all.insert(all.end(), parameter->value().values().begin(), parameter->value().values().end());
    }
    weights.push_back(std::move(all));
  }
  for (const auto& other : weights) EXPECT_EQ(other, weights.front());
}

/// Epochs whose dev scores and losses are given.
class Scripted : public WordOrder {
 public:
  std::optional<DevScore> dev_score(Executor&) const override { return script_[epoch_++]; }

 private:
  mutable std::size_t epoch_ = 0;
  std::vector<DevScore> script_{{0.5, 0.9}, {0.6, 0.4}, {0.8, 0.5}, {0.7, 0.6}};
};

TEST(FitTest, TheBestEpochIsThatOfTheLowestLossOrOfTheHighestScore) {
  for (const auto& [by, epoch, score] : {std::tuple{BestBy::loss, 2, 0.6}, {BestBy::score, 3, 0.8}}) {
    Scripted task;
    Executor executor(1);
    FitOptions four = options();
    four.epochs = 4;
    four.best_by = by;
    const FitResult result = fit(task, four, executor);
    EXPECT_EQ(result.best_epoch, epoch);
    EXPECT_EQ(result.best_score, score);
  }
}

TEST(FitTest, OfEpochsOfOneScoreTheOneOfTheLowestLossIsTheBest) {
  class Tied : public WordOrder {
   public:
    std::optional<DevScore> dev_score(Executor&) const override { return DevScore{0.5, losses_[epoch_++]}; }

   private:
    mutable std::size_t epoch_ = 0;
    std::vector<double> losses_{0.9, 0.4, 0.5};
  } task;
  Executor executor(1);
  FitOptions three = options();
  three.epochs = 3;
  EXPECT_EQ(fit(task, three, executor).best_epoch, 2);
}

TEST(FitTest, ADevLossThatIsNotFiniteIsADivergence) {
  class Broken : public WordOrder {
   public:
    std::optional<DevScore> dev_score(Executor&) const override {
      return DevScore{0.5, std::numeric_limits<double>::quiet_NaN()};
    }
  } task;
  Executor executor(1);
  EXPECT_THROW(fit(task, options(), executor), DivergenceError);
}

/// Rows that nothing is scored on: the last epoch is kept.
class Unscored : public WordOrder {
 public:
  std::optional<DevScore> dev_score(Executor&) const override { return std::nullopt; }
};

std::vector<real> first_weights(int epochs, double average) {
  Unscored task;
  Executor executor(1);
  FitOptions one_step_an_epoch = options();
  one_step_an_epoch.batch_size = 1000;
  one_step_an_epoch.epochs = epochs;
  one_step_an_epoch.average = average;
  fit(task, one_step_an_epoch, executor);
  const auto values = task.parameters().front()->value().values();
  return {values.begin(), values.end()};
}

TEST(FitTest, TheMeanOfTheWeightsIsKeptInTheirPlace) {
  const std::vector<real> one = first_weights(1, 0), two = first_weights(2, 0), mean = first_weights(2, 0.9);
  EXPECT_EQ(first_weights(1, 0.9), one);
  for (std::size_t i = 0; i < mean.size(); ++i) {
    EXPECT_NEAR(mean[i], one[i] + (two[i] - one[i]) * 0.75, 1e-6);  // decay in step 2: (1 + 2) / (10 + 2)
  }
}

TEST(FitTest, ALossThatIsNotFiniteStopsInItsStep) {
  for (const double poison : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    WordOrder task(poison);
    Executor executor(1);
    try {
      fit(task, options(), executor);
      FAIL();
    } catch (const DivergenceError& error) {
      EXPECT_NE(std::string(error.what()).find("epoch 1, step 1"), std::string::npos) << error.what();
    }
  }
}

TEST(FitTest, StopsWhenAskedAndKeepsTheBestEpoch) {
  WordOrder task;
  Executor executor(1);
  FitCallbacks callbacks;
  int epochs = 0;
  callbacks.progress = [&](const FitProgress& progress) { epochs += progress.epoch_ended ? 1 : 0; };
  callbacks.should_stop = [&] { return epochs == 3; };
  const FitResult result = fit(task, options(), executor, callbacks);
  EXPECT_TRUE(result.interrupted);
  EXPECT_EQ(result.epochs_run, 3);
  EXPECT_EQ(task.dev_score(executor)->score, result.best_score);
}

TEST(ClipTest, TheNormIsCutAndTheDirectionKept) {
  Parameter p("p", Tensor({2}, std::vector<real>{1, 1}));
  Tape tape(Mode::train);
  Gradients gradients = tape.backward(weighted_sum(tape.parameter(p), std::vector<real>{3, 4}));
  Executor executor(2);
  EXPECT_NEAR(clip_global_norm(gradients, 1, executor), 5, 1e-6);
  EXPECT_NEAR(gradients.of(p).values.data[0], 0.6, 1e-6);
  clip_value(gradients, 0.7);
  EXPECT_NEAR(gradients.of(p).values.data[1], 0.7, 1e-6);
}

TEST(SgdTest, MomentumAddsUp) {
  Parameter p("p", Tensor({1}));
  Executor executor(1);
  Sgd sgd(0.5);
  Parameter* const parameters[] = {&p};
  for (int step = 0; step < 2; ++step) {
    Tape tape(Mode::train);
    sgd.step(parameters, tape.backward(weighted_sum(tape.parameter(p), std::vector<real>{1})), 1, executor);
  }
  EXPECT_NEAR(p.value().data()[0], -2.5, 1e-6);  // -1, then -(0.5 + 1)
}

/// A table of which a batch touches one row.
TEST(OptimiserTest, LazyAdamMovesTheTouchedRowsAloneAndAsAdamDoesAtFirst) {
  Parameter dense("dense", Tensor({3, 2})), lazy("lazy", Tensor({3, 2}));
  Adam adam, lazy_adam({.lazy = true});
  Executor executor(1);
  const auto step = [&](Parameter& table, Adam& optimiser, std::int32_t id) {
    Tape tape(Mode::train);
    const Var row = embed(tape.parameter(table), std::vector<std::int32_t>{id});
    const Gradients gradients = tape.backward(weighted_sum(row, std::vector<real>{1, -2}));
    optimiser.step(std::vector<Parameter*>{&table}, gradients, 0.1, executor);
  };
  step(dense, adam, 1);
  step(lazy, lazy_adam, 1);
  for (Index i = 0; i < 6; ++i) EXPECT_EQ(lazy.value().data()[i], dense.value().data()[i]);
  const real after_one = lazy.value().row(1)[0];
  step(dense, adam, 2);
  step(lazy, lazy_adam, 2);
  EXPECT_NE(dense.value().row(1)[0], after_one);  // goes on along its last gradient
  EXPECT_EQ(lazy.value().row(1)[0], after_one);
  EXPECT_EQ(lazy.value().row(0)[0], 0);
  EXPECT_LT(lazy.value().row(2)[0], 0);
}

}  // namespace
}  // namespace recura
