#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "base/error.h"
#include "base/file_limit.h"
#include "base/temporary_folder.h"
#include "store/model_file.h"
#include "train/checkpoint.h"
#include "train/run_state.h"
#include "train/word_order.h"

namespace recura {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ResumeTest : public testing::Test {
 protected:
  ResumeTest() {
    options_.epochs = 6;
    options_.checkpoint.path = folder_ / "m.checkpoint";
    options_.checkpoint.options = R"({"hidden":"12","seed":"1"})";
    options_.checkpoint.data = R"({"train":"abc"})";
    callbacks_.note = [this](const std::string& text) { notes_.push_back(text); };
  }

  /// Fits a new task, until `steps` more steps are done; of eight in an epoch, whose last one stops it while it is
  /// scored.
  FitResult run(Objective& task, int threads, int steps = 1'000'000) {
    Executor executor(threads);
    int done = 0;
    callbacks_.progress = [&](const FitProgress& p) {
      done += p.epoch_ended ? 0 : 1;
      if (p.epoch_ended) told_.push_back(p.epoch);
    };
    callbacks_.should_stop = [&] { return done >= steps; };
    return fit(task, options_, executor, callbacks_);
  }

  /// Stops after so many steps each time, and goes on with other threads.
  template <typename Make>
  std::vector<real> weights_with_stops(Make make, const std::vector<int>& stops) {
    std::filesystem::remove(options_.checkpoint.path);
    int threads = 0;
    for (const int steps : stops) {
      auto task = make();
      EXPECT_TRUE(run(*task, threads++ % 3 + 1, steps).interrupted);
      options_.checkpoint.resume = true;
    }
    auto task = make();
    EXPECT_FALSE(run(*task, threads % 3 + 1).interrupted);
    options_.checkpoint.resume = false;
    return weights_of(*task);
  }

  TemporaryFolder folder_;
  FitOptions options_ = word_order_options();
  FitCallbacks callbacks_;
  std::vector<std::string> notes_;
  std::vector<int> told_;
};

TEST_F(ResumeTest, AStoppedRunEndsWithTheWeightsOfOneThatWasNot) {
  for (const kernel::Cell cell : {kernel::Cell::rnn, kernel::Cell::lstm, kernel::Cell::gru, kernel::Cell::sru}) {
    for (const OptimiserKind kind : {OptimiserKind::sgd, OptimiserKind::adam, OptimiserKind::lazy_adam}) {
      options_.optimiser = kind;
      options_.momentum = cell == kernel::Cell::rnn ? 0 : 0.5;
      options_.average = cell == kernel::Cell::gru ? 0 : 0.9;
      const auto make = [&] { return std::make_unique<WordOrder>(0, 12, cell); };
      const auto whole = make();
      run(*whole, 1);
      const std::vector<real> weights = weights_of(*whole);
      for (const std::vector<int>& stops : {std::vector{0}, {1}, {8}, {13, 0, 3}, {5, 9, 10, 16}})
        EXPECT_TRUE(weights_with_stops(make, stops) == weights) << testing::PrintToString(stops);
    }
  }
}

TEST_F(ResumeTest, ItIsSoWithEverySchedule) {
  for (const ScheduleKind kind :
       {ScheduleKind::step, ScheduleKind::cosine, ScheduleKind::slanted, ScheduleKind::plateau}) {
    options_.schedule = {.kind = kind, .warm_up = 0.2};
    options_.optimiser = kind == ScheduleKind::step ? OptimiserKind::adamw : OptimiserKind::rmsprop;
    options_.accumulate = kind == ScheduleKind::cosine ? 3 : 1;
    options_.batch_steps = 60;
    const auto make = [&] { return std::make_unique<WordOrder>(); };
    const auto whole = make();
    run(*whole, 1);
    EXPECT_TRUE(weights_with_stops(make, {4, 3, 9}) == weights_of(*whole)) << static_cast<int>(kind);
  }
}

TEST_F(ResumeTest, AStopWhileAnEpochIsScoredWaitsForNothing) {
  class Slow : public WordOrder {
   public:
    std::optional<DevScore> dev_score(Executor& executor) const override {
      executor.run(1000, [&](int part) { last_ = part; });
      return WordOrder::dev_score(executor);
    }
    mutable int last_ = 0;
  } task;
  options_.average = 0.9;
  EXPECT_TRUE(run(task, 1, 8).interrupted);
  EXPECT_EQ(task.last_, 0);
  options_.checkpoint.resume = true;
  WordOrder resumed, whole;
  const FitResult result = run(resumed, 2);
  EXPECT_THAT(notes_.back(), HasSubstr("going on in epoch 1 after 120 of 120 texts"));
  options_.checkpoint.resume = false;
  const FitResult expected = run(whole, 1);
  EXPECT_EQ(result.epochs.at(0).loss, expected.epochs.at(0).loss);
  EXPECT_EQ(result.epochs.at(0).rate, expected.epochs.at(0).rate);
  EXPECT_TRUE(weights_of(resumed) == weights_of(whole));
}

TEST_F(ResumeTest, TheEpochsBeforeAreToldAgainAndTheResultIsWhole) {
  WordOrder whole;
  const FitResult expected = run(whole, 1);
  std::filesystem::remove(options_.checkpoint.path);
  WordOrder first;
  run(first, 1, 20);
  options_.checkpoint.resume = true;
  told_.clear();
  WordOrder second;
  const FitResult result = run(second, 1);
  EXPECT_THAT(told_, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(notes_.back(), HasSubstr("going on in epoch 3 after 64 of 120 texts"));
  ASSERT_EQ(result.epochs.size(), expected.epochs.size());
  for (std::size_t i = 0; i < result.epochs.size(); ++i) {
    EXPECT_EQ(result.epochs[i].loss, expected.epochs[i].loss);
    EXPECT_EQ(result.epochs[i].dev_score, expected.epochs[i].dev_score);
    EXPECT_EQ(result.epochs[i].best, expected.epochs[i].best);
  }
  EXPECT_EQ(result.best_epoch, expected.best_epoch);
  EXPECT_EQ(result.best_score, expected.best_score);
}

/// Rows that nothing is scored on, and a loss that is not finite in one step of the run.
class Undefined : public WordOrder {
 public:
  Var loss(Tape& tape, std::span<const Index> rows) const override {
    const Var value = WordOrder::loss(tape, rows);
    if (rows.size() == 8) value.value().data[0] = std::numeric_limits<real>::quiet_NaN();  // the epoch's last batch
    return value;
  }
  std::optional<DevScore> dev_score(Executor&) const override { return std::nullopt; }
};

TEST_F(ResumeTest, ARunThatWentBackIsResumedWithItsLowerRate) {
  options_.epochs = 3;
  options_.shuffle = false;
  options_.group_by_length = false;
  const auto make = [] { return std::make_unique<Undefined>(); };
  const auto whole = make();
  run(*whole, 1);
  EXPECT_EQ(notes_.size(), 3U);
  EXPECT_TRUE(weights_with_stops(make, {7, 2, 3}) == weights_of(*whole));
}

TEST_F(ResumeTest, InLongEpochsItIsWrittenByTheClock) {
  for (const bool is_due : {true, false}) {
    options_.checkpoint.minutes = is_due ? 1e-12 : 10;
    WordOrder task;
    Executor executor(1);
    int steps = 0;
    callbacks_.progress = [&](const FitProgress&) {
      ++steps;
      if (steps == 2) {
        EXPECT_EQ(std::filesystem::exists(options_.checkpoint.path), is_due);
      }
    };
    callbacks_.should_stop = [&] { return steps == 3; };
    fit(task, options_, executor, callbacks_);
    std::filesystem::remove(options_.checkpoint.path);
  }
}

TEST_F(ResumeTest, WithoutACheckpointTheRunBegins) {
  options_.checkpoint.resume = true;
  WordOrder task;
  EXPECT_EQ(run(task, 1).epochs_run, 6);
  EXPECT_THAT(notes_, ElementsAre(HasSubstr("there is no checkpoint yet")));
  options_.checkpoint.path = "";
  EXPECT_THROW(run(task, 1), ArgumentError);
}

TEST_F(ResumeTest, OtherOptionsDataOrNetworksAreRefusedByName) {
  WordOrder task;
  run(task, 1, 9);
  options_.checkpoint.resume = true;
  const CheckpointPlan plan = options_.checkpoint;
  const auto message = [&](Index hidden) -> std::string {
    WordOrder other(0, hidden);
    try {
      run(other, 1);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  options_.checkpoint.options = R"({"hidden":"24","dropout":"0","seed":"1"})";
  EXPECT_THAT(message(12), HasSubstr("dropout was none, now it is 0; hidden was 12, now it is 24"));
  options_.checkpoint = plan;
  options_.checkpoint.data = R"({"train":"xyz"})";
  EXPECT_THAT(message(12), HasSubstr("the training data changed"));
  options_.checkpoint = plan;
  EXPECT_THAT(message(24), HasSubstr("must be [10, 16], it is [10, 8]"));
  EXPECT_EQ(message(12), "");
}

TEST_F(ResumeTest, ADamagedCheckpointIsRefused) {
  WordOrder task;
  run(task, 1, 9);
  std::filesystem::resize_file(options_.checkpoint.path, 3000);
  options_.checkpoint.resume = true;
  EXPECT_THROW(run(task, 1), DataError);
}

TEST_F(ResumeTest, AFullDiskIsToldOnceAndTrainingGoesOn) {
  const FileLimit limit(2000);
  WordOrder task;
  EXPECT_EQ(run(task, 1).epochs_run, 6);
  EXPECT_THAT(notes_, ElementsAre(HasSubstr("no checkpoint: ")));
  EXPECT_FALSE(std::filesystem::exists(options_.checkpoint.path));
}

TEST_F(ResumeTest, ACheckpointIsAModelFileOfATaskOfItsOwn) {
  options_.average = 0;
  Undefined task;
  run(task, 1, 5);
  const ModelFile file = ModelFile::open(options_.checkpoint.path);
  EXPECT_EQ(file.text("task"), "checkpoint");
  for (const Parameter* parameter : task.parameters()) {
    const auto stored = file.tensor<real>("weight." + parameter->name()).elements;
    EXPECT_TRUE(std::ranges::equal(stored, parameter->value().values())) << parameter->name();
  }
}

TEST(CheckpointTest, WhatGrowsWithTheEpochsIsReadAgainHoweverLongItIs) {
  const TemporaryFolder folder;
  CheckpointPlan plan;
  plan.path = folder / "run.checkpoint";
  plan.options = plan.data = "{}";
  std::vector<double> norms(50'000, 0.125), read;
  write_checkpoint(plan, [&](RunState& state) { state.value("norms", norms); });
  read_checkpoint(plan, [&](RunState& state) { state.value("norms", read); });
  EXPECT_EQ(read, norms);
}

}  // namespace
}  // namespace recura
