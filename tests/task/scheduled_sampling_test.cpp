#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/temporary_folder.h"
#include "task/summarise/write/report.h"
#include "task/summarise/write/train/sampling.h"
#include "task/ten_pairs.h"

namespace recura {
namespace {

using testing::Each;
using testing::Not;
using Ids = std::vector<std::int32_t>;

/// Two texts, of whose words a and b can be written, c and d are known, and x, y and z are not.
class SampledBeforeTest : public testing::Test {
 protected:
  SampledBeforeTest() {
    for (Parameter* one : network_.parameters()) {
      if (one->name() == "output.b") bias_ = one;
      if (one->name() == "gate.b") gate_ = one;
    }
  }

  Ids sampled(double share) {
    Tape tape(Mode::train, Rng(5));
    return sampled_before(tape, network_, batch_, share);
  }
  std::int32_t before(const Ids& ids, Index text, Index step) const {
    return ids[static_cast<std::size_t>(batch_.written->row(text, step))];
  }

  Rng rng_{3};
  WriteNetwork network_{
      {.vocabulary = 5, .outputs = 3, .embedding = 3, .hidden = 2, .decoder_hidden = 3, .attention = 2}, &rng_};
  Parameter *bias_ = nullptr, *gate_ = nullptr;
  const TextEncoder encoder_ = encoder_of({"a", "b", "c", "d"});
  const std::vector<WriteExample> examples_{make_example(encoder_, 3, "d d d", "a x b"),
                                            make_example(encoder_, 3, "x c x", "c y a a a z")};
  const std::vector<Index> rows_{0, 1};
  const WriteBatch batch_ = make_batch(examples_, rows_, 3, network_.begin());
};

TEST_F(SampledBeforeTest, AreWhatTheNetworkWritesButNeverTheEnd) {
  gate_->change().row(0)[0] = 50;
  bias_->change().row(0)[0] = 90;
  bias_->change().row(0)[2] = 60;
  const Ids ids = sampled(1);
  for (const Index text : {0, 1}) {
    EXPECT_EQ(before(ids, text, 0), network_.begin());
    for (Index step = 1; step < batch_.written->length(text); ++step) EXPECT_EQ(before(ids, text, step), 2);
  }
  EXPECT_THAT(batch_.before, Not(Each(2))) << "the reference's stay";
}

TEST_F(SampledBeforeTest, WordsThatItCopiesStandAsTheEmbeddingKnowsThem) {
  gate_->change().row(0)[0] = -50;
  const Ids ids = sampled(1);
  for (Index step = 1; step < 4; ++step) EXPECT_EQ(before(ids, 0, step), 4);  // d
  for (Index step = 1; step < 7; ++step) EXPECT_EQ(before(ids, 1, step), 0);  // x, which stands twice
}

TEST_F(SampledBeforeTest, AreReplacedByChance) {
  gate_->change().row(0)[0] = 50;
  bias_->change().row(0)[2] = 60;
  const std::vector<WriteExample> many(200, make_example(encoder_, 3, "d", "a a a a"));
  std::vector<Index> rows(many.size());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<Index>(i);
  const WriteBatch batch = make_batch(many, rows, 3, network_.begin());
  Executor executor(3);
  Tape tape(Mode::train, Rng(5)), threads(Mode::train, Rng(5), &executor), other(Mode::train, Rng(6));
  const Ids ids = sampled_before(tape, network_, batch, 0.3);
  EXPECT_NEAR(static_cast<double>(std::ranges::count(ids, 2)), 0.3 * 800, 50);
  EXPECT_EQ(std::ranges::count(ids, 1), 800 - std::ranges::count(ids, 2));
  EXPECT_EQ(sampled_before(threads, network_, batch, 0.3), ids);
  EXPECT_NE(sampled_before(other, network_, batch, 0.3), ids);
}

TEST_F(SampledBeforeTest, TheirShareGrowsFromNoneInTheFirstEpoch) {
  const std::vector<WriteExample> none;
  WriteObjective objective(network_, examples_, none, {.scheduled_sampling = 1}, nullptr);
  const auto loss = [&](int epoch, int epochs) {
    objective.begin_epoch(epoch, epochs);
    Tape tape(Mode::train, Rng(5));
    return objective.loss(tape, rows_).value().data[0];
  };
  Tape tape(Mode::train, Rng(5));
  const real forced = write_loss(tape, network_, batch_, {}).value().data[0];
  EXPECT_EQ(loss(1, 3), forced);
  EXPECT_NE(loss(3, 3), forced);
  WriteBatch own = batch_;
  own.before = sampled(1);
  Tape second(Mode::train, Rng(5));
  EXPECT_EQ(loss(3, 3), write_loss(second, network_, own, {}).value().data[0]);
  EXPECT_EQ(loss(1, 1), loss(3, 3));
}

WriteRecipe sampling_recipe(double share) {
  WriteRecipe recipe = small_writer_recipe();
  recipe.fit.epochs = 6;
  recipe.loss = {.label_smoothing = 0.1, .scheduled_sampling = share};
  recipe.network.dropout = 0.2;
  recipe.network.word_dropout = 0.1;
  return recipe;
}

TEST(ScheduledSamplingTest, TheSameSeedGivesTheSameModelForAnyThreads) {
  const TrainedWriter one = train_small(1, sampling_recipe(0.8));
  for (const int threads : {2, 3})
    EXPECT_TRUE(same_weights(*one.model.network, *train_small(threads, sampling_recipe(0.8)).model.network));
  EXPECT_FALSE(same_weights(*one.model.network, *train_small(1, sampling_recipe(0)).model.network));
}

TEST(ScheduledSamplingTest, AStopChangesNothing) {
  const TemporaryFolder folder;
  WriteRecipe recipe = sampling_recipe(0.8);
  const TrainedWriter whole = train_small(1, recipe);
  recipe.fit.checkpoint.path = folder / "m.checkpoint";
  recipe.fit.checkpoint.resume = true;
  for (const int steps : {3, 4, 1'000}) {  // of two in an epoch
    int done = 0;
    const FitCallbacks stop{.progress = [&](const FitProgress& p) { done += p.epoch_ended ? 0 : 1; },
                            .should_stop = [&] { return done >= steps; },
                            .note = {}};
    Executor executor(steps == 4 ? 2 : 1);
    const TrainedWriter trained = train_writer({ten_pairs()}, recipe, executor, {{}, stop});
    EXPECT_EQ(trained.fit.interrupted, steps < 1'000);
    EXPECT_EQ(same_weights(*whole.model.network, *trained.model.network), steps == 1'000);
  }
}

TEST(ScheduledSamplingTest, LearnsTenPairsByHeartToo) {
  WriteRecipe recipe = small_writer_recipe();
  recipe.loss.scheduled_sampling = 0.5;
  const TrainedWriter trained = train_small(1, recipe);
  Executor executor(1);
  const std::vector<SummaryRow> rows = ten_pairs().rows;
  EXPECT_GT(mean_rouge(trained.model, rows, executor), 0.95);
}

}  // namespace
}  // namespace recura
