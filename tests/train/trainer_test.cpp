#include "train/trainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "grad/ops.h"
#include "grad/sequence_ops.h"
#include "train/optimiser.h"
#include "train/word_order.h"

namespace recura {
namespace {

FitOptions options() { return word_order_options(); }

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
    weights.push_back(weights_of(task));
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
  using WordOrder::WordOrder;
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

TEST(FitTest, ALossThatIsNeverFiniteEndsTheRunAfterItWentBackThreeTimes) {
  for (const double poison : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    WordOrder task(poison);
    const std::vector<real> start = weights_of(task);
    Executor executor(1);
    std::vector<std::string> notes;
    FitCallbacks callbacks;
    callbacks.note = [&](const std::string& text) { notes.push_back(text); };
    EXPECT_THROW(fit(task, options(), executor, callbacks), DivergenceError);
    ASSERT_EQ(notes.size(), 3U);
    EXPECT_NE(notes[0].find("epoch 1, step 1: the loss is"), std::string::npos) << notes[0];
    EXPECT_NE(notes[2].find("back to the weights of the start, with half the learning rate"), std::string::npos)
        << notes[2];
    EXPECT_EQ(weights_of(task), start);
  }
}

/// A loss that is not finite in some calls of all.
class SometimesPoisoned : public WordOrder {
 public:
  explicit SometimesPoisoned(std::vector<int> when) : when_(std::move(when)) {}
  Var loss(Tape& tape, std::span<const Index> rows) const override {
    const Var value = WordOrder::loss(tape, rows);
    if (std::ranges::count(when_, ++calls_) > 0) value.value().data[0] = std::numeric_limits<real>::quiet_NaN();
    return value;
  }

 private:
  std::vector<int> when_;
  mutable int calls_ = 0;
};

TEST(FitTest, AfterALossThatIsNotFiniteItGoesOnFromTheBestEpoch) {
  SometimesPoisoned task({20, 31});  // of eight steps an epoch
  Executor executor(1);
  FitCallbacks callbacks;
  std::vector<std::string> notes;
  callbacks.note = [&](const std::string& text) { notes.push_back(text); };
  FitOptions long_run = options();
  long_run.epochs = 40;
  const FitResult result = fit(task, long_run, executor, callbacks);
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_NE(notes[0].find("epoch 3, step 20"), std::string::npos) << notes[0];
  EXPECT_NE(notes[0].find("back to the weights of epoch "), std::string::npos) << notes[0];
  EXPECT_GT(result.best_score, 0.9);
}

TEST(FitTest, NoRateIsSoHighThatAWeightThatIsNotFiniteIsLeft) {
  for (const OptimiserKind kind : {OptimiserKind::sgd, OptimiserKind::adam, OptimiserKind::lazy_adam}) {
    for (const double clip : {0., 5.}) {
      WordOrder task;
      Executor executor(1);
      FitOptions steep = options();
      steep.optimiser = kind;
      steep.learning_rate = 1e30;
      steep.clip_norm = clip;
      try {
        fit(task, steep, executor);
      } catch (const DivergenceError&) {
      }
      for (const real weight : weights_of(task)) ASSERT_TRUE(std::isfinite(weight));
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

/// The loss of a step over all rows at once, or over batches whose gradients are added up.
std::vector<real> weights_of_whole_epochs(Index batch_size, int accumulate, bool sparse) {
  Unscored task(0, 12, kernel::Cell::lstm, 0);
  Executor executor(2);
  FitOptions whole = options();
  whole.epochs = 3;
  whole.batch_size = batch_size;
  whole.accumulate = accumulate;
  whole.shuffle = whole.group_by_length = false;
  whole.optimiser = sparse ? OptimiserKind::lazy_adam : OptimiserKind::sgd;
  fit(task, whole, executor);
  return weights_of(task);
}

TEST(FitTest, GradientsOfSeveralBatchesMakeTheStepOfOne) {
  for (const bool sparse : {false, true}) {
    const std::vector<real> one = weights_of_whole_epochs(120, 1, sparse);
    const std::vector<real> parts = weights_of_whole_epochs(50, 3, sparse);  // of 50, 50 and 20 rows
    const std::vector<real> other = weights_of_whole_epochs(50, 1, sparse);
    double parts_differ = 0, other_differs = 0;
    for (std::size_t i = 0; i < one.size(); ++i) {
      parts_differ = std::max(parts_differ, std::abs(static_cast<double>(parts[i] - one[i])));
      other_differs = std::max(other_differs, std::abs(static_cast<double>(other[i] - one[i])));
    }
    EXPECT_LT(parts_differ, 1e-4);
    EXPECT_GT(other_differs, 1e-3);
  }
}

TEST(ClipTest, TheNormIsCutAndTheDirectionKept) {
  Parameter p("p", Tensor({2}, std::vector<real>{1, 1}));
  Tape tape(Mode::train);
  Gradients gradients = tape.backward(weighted_sum(tape.parameter(p), std::vector<real>{3, 4}));
  Executor executor(2);
  EXPECT_NEAR(clip_global_norm(gradients, 1, {&p}, executor).moving, 5, 1e-6);
  EXPECT_NEAR(gradients.of(p).values.data[0], 0.6, 1e-6);
  clip_value(gradients, 0.7);
  EXPECT_NEAR(gradients.of(p).values.data[1], 0.7, 1e-6);
}

TEST(ClipTest, AWeightThatDoesNotMoveIsCutByTheNormOfThoseThatDo) {
  Parameter p("p", Tensor({1})), q("q", Tensor({1}));
  Tape tape(Mode::train);
  Gradients gradients = tape.backward(add(weighted_sum(tape.parameter(p), std::vector<real>{3}),
                                          weighted_sum(tape.parameter(q), std::vector<real>{4})));
  Executor executor(1);
  const GradientNorms norms = clip_global_norm(gradients, 1.5, {&p}, executor);
  EXPECT_NEAR(norms.moving, 3, 1e-6);
  EXPECT_NEAR(norms.all, 5, 1e-6);
  EXPECT_NEAR(gradients.of(p).values.data[0], 1.5, 1e-6);
  EXPECT_NEAR(gradients.of(q).values.data[0], 2, 1e-6);
}

TEST(ClipTest, WeightsThatWaitDoNotCountInTheNorm) {
  class Waiting : public WordOrder {
   public:
    double rate_share(const Parameter& parameter, int) const override { return parameter.name() == waits_ ? 0 : 1; }
    std::string waits_;
  };
  const auto norm_without = [](const std::string& name) {
    Waiting task;
    task.waits_ = name;
    Executor executor(1);
    FitOptions one = options();
    one.epochs = 1;
    one.learning_rate = 1e-9;
    return fit(task, one, executor).epochs.front().gradient_norm;
  };
  WordOrder task;
  for (const Parameter* parameter : task.parameters())
    EXPECT_LT(norm_without(parameter->name()), norm_without("")) << parameter->name();
}

TEST(FitTest, AWeightThatWaitsStaysWhereItIsBehindAStepBack) {
  class OnceBroken : public WordOrder {
   public:
    Var loss(Tape& tape, std::span<const Index> rows) const override {
      const Var value = WordOrder::loss(tape, rows);
      if (++steps_ == 2) value.value().data[0] = std::numeric_limits<real>::quiet_NaN();
      return value;
    }
    double rate_share(const Parameter& parameter, int) const override { return &parameter == waits_ ? 0 : 1; }
    const Parameter* waits_ = parameters().front();
    mutable int steps_ = 0;
  } task;
  const Tensor before = task.waits_->value();
  Executor executor(1);
  FitOptions one = options();
  one.epochs = 1;
  fit(task, one, executor);
  EXPECT_GT(task.steps_, 3);
  EXPECT_TRUE(std::ranges::equal(task.waits_->value().values(), before.values()));
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
