#include "task/classify/start.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/temporary_folder.h"
#include "data/batches.h"
#include "grad/ops.h"
#include "task/classify/adversarial.h"
#include "task/classify/answer/predict.h"
#include "task/classify/train.h"
#include "task/language/train.h"

namespace recura {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

LabelledData rows_of(const std::vector<std::pair<std::string, std::string>>& kinds, int times) {
  LabelledData data;
  for (int i = 0; i < times; ++i) {
    for (const auto& [text, label] : kinds) {
      data.texts.push_back(text);
      data.labels.push_back({label});
    }
  }
  return data;
}

ClassifierRecipe small_recipe(int epochs) {
  ClassifierRecipe recipe;
  recipe.layers = {EmbeddingSpec{0, 6}, RecurrentLayerSpec{.hidden = 5, .bidirectional = true}, PoolSpec{.max = true}};
  recipe.dev_share = 0;
  recipe.fit = {.epochs = epochs, .optimiser = OptimiserKind::lazy_adam, .learning_rate = 0.02};
  return recipe;
}

TrainedClassifier train(LabelledData data, ClassifierRecipe recipe) {
  Executor executor(1);
  return train_classifier(std::move(data), std::nullopt, std::move(recipe), executor, {}, {});
}

const std::vector<std::pair<std::string, std::string>> kTwo{{"red apples", "fruit"}, {"old chairs", "wood"}};
const std::vector<std::pair<std::string, std::string>> kThree{
    {"red apples", "fruit"}, {"old chairs", "wood"}, {"new spoons", "iron"}};

class StartTest : public testing::Test {
 protected:
  std::string save_two() {
    const std::string path = folder_ / "two.recura";
    save(train(rows_of(kTwo, 10), small_recipe(20)).model, path);
    return path;
  }
  std::string save_language_model() {
    LanguageRecipe recipe;
    recipe.network = {.embedding = 6, .hidden = 5, .bidirectional = true, .head = 3};
    recipe.fit = {.epochs = 3};
    Executor executor(1);
    const std::string path = folder_ / "language.recura";
    save(train_language_model({"red apples", "green apples"}, std::nullopt, recipe, executor, {}).model, path);
    return path;
  }
  /// Goes on with no epoch that changes anything.
  static ClassifierRecipe from(const std::string& path) {
    ClassifierRecipe recipe = small_recipe(1);
    recipe.start = std::make_shared<const Start>(read_start(path));
    if (recipe.start->is_classifier()) recipe.layers = recipe.start->layers;
    recipe.fit.learning_rate = 1e-12;
    return recipe;
  }
  static std::vector<double> probabilities(const ClassifierModel& model, const std::string& text) {
    Executor executor(1);
    return predict(model, std::vector<std::string>{text}, executor);
  }

  const TemporaryFolder folder_;
};

TEST_F(StartTest, AClassifierGoesOnWhereItWas) {
  const std::string path = save_two();
  const TrainedClassifier next = train(rows_of(kTwo, 2), from(path));
  EXPECT_EQ(next.data.new_forms, 0);
  EXPECT_EQ(next.data.new_labels, 0);
  const auto before = probabilities(load_classifier(path), "red apples"),
             after = probabilities(next.model, "red apples");
  EXPECT_GT(before[0], 0.8);
  EXPECT_NEAR(after[0], before[0], 1e-5);
}

TEST_F(StartTest, NewLabelsAndWordsComeBesideTheOldOnes) {
  const std::string path = save_two();
  const TrainedClassifier next = train(rows_of(kThree, 2), from(path));
  EXPECT_THAT(next.model.labels, ElementsAre("fruit", "iron", "wood"));
  EXPECT_EQ(next.data.new_labels, 1);
  EXPECT_EQ(next.data.new_forms, 2);
  const auto before = probabilities(load_classifier(path), "red apples"),
             after = probabilities(next.model, "red apples");
  EXPECT_NEAR(std::log(after[0] / after[2]), std::log(before[0] / before[1]), 1e-4) << "of the old labels";
}

TEST_F(StartTest, OldLabelsStayWhenTheNewRowsLackThem) {
  const TrainedClassifier next = train(rows_of({{"old chairs", "wood"}, {"new spoons", "iron"}}, 2), from(save_two()));
  EXPECT_THAT(next.model.labels, ElementsAre("fruit", "iron", "wood"));
  EXPECT_GT(probabilities(next.model, "red apples")[0], 0.5);
}

TEST_F(StartTest, SubwordsStayTheSame) {
  ClassifierRecipe recipe = small_recipe(20);
  recipe.text.rule.unit = Unit::subword;
  const TrainedClassifier first = train(rows_of(kTwo, 10), recipe);
  save(first.model, folder_ / "pieces.recura");
  recipe = from(folder_ / "pieces.recura");
  recipe.text = recipe.start->text;
  const TrainedClassifier next = train(rows_of(kThree, 2), recipe);
  EXPECT_EQ(next.data.new_forms, 0);
  EXPECT_EQ(next.model.encoder.vocabulary().forms(), first.model.encoder.vocabulary().forms());
  EXPECT_EQ(next.model.encoder.subwords()->scores(), first.model.encoder.subwords()->scores());
  const auto before = probabilities(first.model, "red apples"), after = probabilities(next.model, "red apples");
  EXPECT_NEAR(std::log(after[0] / after[2]), std::log(before[0] / before[1]), 1e-4) << "of the old labels";
}

TEST_F(StartTest, RowsOfSeveralLabelsDoNotGoOnFromAModelOfOne) {
  LabelledData several = rows_of(kTwo, 2);
  several.several = true;
  try {
    train(std::move(several), from(save_two()));
    FAIL();
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(), HasSubstr("gives a text one label, here texts have several"));
  }
}

TEST_F(StartTest, ALanguageModelGivesEmbeddingAndRecurrentLayers) {
  const std::string path = save_language_model();
  const TrainedClassifier next = train(rows_of(kTwo, 2), from(path));
  const Start start = read_start(path);
  EXPECT_EQ(next.data.new_forms, 2) << "old, chairs";
  const auto old = start.network->parameters();
  const auto own = next.model.network->parameters();
  EXPECT_NEAR(own[0]->value().row(1)[2], old[0]->value().row(1)[2], 1e-6);
  for (std::size_t i = 1; i < 7; ++i) {
    ASSERT_EQ(own[i]->name(), old[i]->name());
    EXPECT_NEAR(own[i]->value().data()[3], old[i]->value().data()[3], 1e-6) << own[i]->name();
  }
}

TEST_F(StartTest, ALayerThatWaitsStaysAsItIs) {
  TrainedClassifier trained = train(rows_of(kTwo, 10), small_recipe(1));
  Network& network = *trained.model.network;
  const LabelledIds rows{{{1}, {2}}, {{0}, {1}}}, none;
  ClassificationObjective objective(network, rows, none);
  const Parameter &slow = *network.parameters()[0], &other = *network.parameters()[1];
  objective.set_pace({.rate = 0.5, .frozen = 1, .layers = 0});
  EXPECT_EQ(objective.rate_share(slow, 1), 0);
  EXPECT_EQ(objective.rate_share(slow, 2), 0.5);
  EXPECT_EQ(objective.rate_share(other, 1), 1);
  const Tensor before = slow.value();
  Executor executor(1);
  fit(objective, {.epochs = 1, .learning_rate = 0.1}, executor);
  EXPECT_TRUE(std::ranges::equal(slow.value().values(), before.values()));
  fit(objective, {.epochs = 2, .learning_rate = 0.1}, executor);
  EXPECT_FALSE(std::ranges::equal(slow.value().values(), before.values()));
}

TEST_F(StartTest, PatienceWaitsForLayersThatWaitAndEpochsMustSuffice) {
  const std::string path = save_language_model();
  ClassifierRecipe recipe = from(path);
  recipe.fit.epochs = 5;
  recipe.pace.frozen = 2;  // the embedding learns from the fifth epoch on
  EXPECT_NO_THROW(train(rows_of(kTwo, 4), recipe));
  recipe.fit.epochs = 4;
  EXPECT_THROW(train(rows_of(kTwo, 4), recipe), ArgumentError);
}

TEST_F(StartTest, ALayerOfALowerRateMovesLess) {
  const std::string path = save_language_model();
  const auto moved = [&](double rate) {
    ClassifierRecipe recipe = from(path);
    recipe.fit.learning_rate = 0.01;
    recipe.pace.rate = rate;
    const TrainedClassifier next = train(rows_of(kTwo, 4), std::move(recipe));
    const Start start = read_start(path);
    const auto old = start.network->parameters(), own = next.model.network->parameters();
    return std::abs(own[1]->value().data()[3] - old[1]->value().data()[3]);
  };
  const double whole = moved(1), half = moved(0.5);
  EXPECT_GT(whole, 0);
  EXPECT_LT(half, 0.7 * whole);
  EXPECT_GT(half, 0.3 * whole);
}

TEST_F(StartTest, WithoutDevRowsWhatWasChosenBeforeStays) {
  const std::string path = folder_ / "warm.recura";
  TrainedClassifier warm = train(rows_of(kTwo, 10), small_recipe(5));
  warm.model.decision.temperature = 2;
  warm.model.decision.dev_rows = 700;
  save(warm.model, path);
  EXPECT_EQ(train(rows_of(kTwo, 2), from(path)).model.decision.temperature, 2);
  EXPECT_EQ(train(rows_of(kThree, 2), from(path)).model.decision.temperature, 1) << "of other labels";
}

TEST_F(StartTest, TheDepthOfAWeightIsItsDistanceFromTheLabels) {
  const StartPace pace{.rate = 0.5, .frozen = 1, .layers = 2};
  EXPECT_EQ(pace.depth_of("embedding.table"), 3);
  EXPECT_EQ(pace.depth_of("word.table"), 3);
  EXPECT_EQ(pace.depth_of("rnn0.forward.w"), 2);
  EXPECT_EQ(pace.depth_of("rnn1.u"), 1);
  EXPECT_EQ(pace.depth_of("dense0.w"), 0);
  EXPECT_EQ(StartPace().depth_of("sentence.forward.w"), 1);
  EXPECT_EQ(StartPace().depth_of("encoder.backward.u"), 1);
  EXPECT_EQ(StartPace().depth_of("decoder.w"), 1);
  EXPECT_EQ(StartPace().depth_of("document.forward.w"), 0);
  EXPECT_EQ(pace.depth_of("ngrams.table"), 0);
  EXPECT_EQ(pace.share_of("rnn0.forward.w", 2), 0);
  EXPECT_EQ(pace.share_of("rnn0.forward.w", 3), 0.25);
}

TEST_F(StartTest, AModelOfAnotherTaskIsNoStart) {
  ModelWriter writer;
  writer.add_text("task", "tag");
  const std::string path = folder_ / "tagger.recura";
  writer.save(path);
  EXPECT_THROW(read_start(path), DataError);
}

class AdversarialTest : public testing::Test {
 protected:
  AdversarialTest() : trained_(train(rows_of(kTwo, 10), small_recipe(5))) {}

  static Var loss_of(Var logits) { return sigmoid_cross_entropy(logits, std::vector<real>{0, 1}); }
  double loss_behind(const Tensor& step, const LogitLoss& loss = loss_of) const {
    Tape tape(Mode::infer);
    const Var words = add(network().embedding()(tape, batch_.ids), tape.constant(step));
    TextReading reading{.ids = batch_.ids, .packing = batch_.packing, .words = words};
    return static_cast<double>(loss(network().forward(tape, reading)).value().data[0]);
  }
  const Network& network() const { return *trained_.model.network; }

  /// A random direction of each text with the norm that a step has there.
  Tensor of_texts_norms(const Tensor& step, Rng& rng) const {
    Tensor other(step.shape());
    for (real& value : other.values()) value = static_cast<real>(rng.uniform(-1, 1));
    for (Index text = 0; text < batch_.packing->texts(); ++text) {
      double wanted = 0, drawn = 0;
      for (Index i = 0; i < batch_.packing->length(text); ++i) {
        const Index row = batch_.packing->row(text, i);
        for (Index j = 0; j < step.shape().columns(); ++j) {
          wanted += static_cast<double>(step.row(row)[j]) * step.row(row)[j];
          drawn += static_cast<double>(other.row(row)[j]) * other.row(row)[j];
        }
      }
      for (Index i = 0; i < batch_.packing->length(text); ++i) {
        const Index row = batch_.packing->row(text, i);
        for (Index j = 0; j < step.shape().columns(); ++j)
          other.row(row)[j] *= static_cast<real>(std::sqrt(wanted / drawn));
      }
    }
    return other;
  }

  TrainedClassifier trained_;
  const std::vector<std::vector<std::int32_t>> ids_{trained_.model.encoder.encode("red apples").ids,
                                                    trained_.model.encoder.encode("old").ids};
  const PackedIds batch_ = pack(ids_, std::vector<Index>{0, 1});
  Executor executor_{1};
};

TEST_F(AdversarialTest, TheStepHasItsSizeAndMakesTheLossGrowMoreThanOthersOfThatSize) {
  const double size = 0.1;
  const Tensor step = adversarial_step(network(), batch_, loss_of, size, executor_);
  Tape tape(Mode::infer);
  const Var words = network().embedding()(tape, batch_.ids);
  double squares = 0, given = 0;
  const Index row = batch_.packing->row(1, 0);  // the second text has this row alone
  for (Index j = 0; j < step.shape().columns(); ++j) {
    squares += static_cast<double>(step.row(row)[j]) * step.row(row)[j];
    given += static_cast<double>(words.value().row(row)[j]) * words.value().row(row)[j];
  }
  EXPECT_NEAR(std::sqrt(squares / given), size, 1e-5);
  const double before = loss_behind(Tensor(step.shape())), after = loss_behind(step);
  EXPECT_GT(after, before);
  Rng rng(1);
  for (int i = 0; i < 20; ++i) {
    Tensor other(step.shape());
    for (Index at = 0; at < step.size(); ++at)
      other.data()[at] = rng.uniform() < 0.5 ? -step.data()[at] : step.data()[at];
    EXPECT_LE(loss_behind(other), after + 1e-9);
  }
}

TEST_F(AdversarialTest, TrainingAgainstItIsToldInTheLoss) {
  const LabelledIds rows{ids_, {{0}, {1}}}, none;
  const auto loss = [&](double adversarial) {
    const ClassificationObjective objective(*trained_.model.network, rows, none, false, {.adversarial = adversarial});
    Tape tape(Mode::train);
    return static_cast<double>(objective.loss(tape, std::vector<Index>{0, 1}).value().data[0]);
  };
  const double plain = loss(0);
  const double behind = loss_behind(adversarial_step(network(), batch_, loss_of, 0.1, executor_));
  EXPECT_NEAR(loss(0.1), (plain + behind) / 2, 1e-5);
}

TEST_F(AdversarialTest, TheVirtualStepChangesAnswersMoreThanOthersOfItsSize) {
  const LogitLoss divergence = divergence_from_now(network(), batch_, false, executor_);
  const auto behind = [&](const Tensor& step) { return loss_behind(step, divergence); };
  Rng rng(2);
  Tensor direction({batch_.packing->rows(), network().embedding().dimensions()});
  for (real& value : direction.values()) value = static_cast<real>(rng.uniform(-1, 1));
  const Tensor step = virtual_step(network(), batch_, divergence, 0.1, direction, executor_);
  const double most = behind(step);
  EXPECT_GT(most, 0);
  EXPECT_NEAR(behind(Tensor(step.shape())), 0, 1e-6);
  for (int i = 0; i < 20; ++i) EXPECT_LE(behind(of_texts_norms(step, rng)), most + 1e-9);
}

TEST_F(AdversarialTest, TextsWithoutALabelAreTrainedOnVirtually) {
  const LabelledIds rows{ids_, {{0}, {1}}}, none;
  const std::vector<std::int32_t> other = trained_.model.encoder.encode("old chairs").ids;
  const auto gradients_of = [&](std::vector<IdSpan> unlabelled) {
    const ClassificationObjective objective(*trained_.model.network, rows, none, false,
                                            {.virtual_adversarial = 0.1, .unlabelled = std::move(unlabelled)});
    Tape tape(Mode::train);
    const Gradients gradients = tape.backward(objective.loss(tape, std::vector<Index>{0, 1}));
    const Gradient moved = gradients.of(*trained_.model.network->parameters().front());
    const auto at = std::ranges::find(moved.rows, static_cast<Index>(other.back()));
    if (at == moved.rows.end()) return 0.0;
    double sum = 0;
    for (Index j = 0; j < moved.values.shape.columns(); ++j)
      sum += std::abs(static_cast<double>(moved.values.row(at - moved.rows.begin())[j]));
    return sum;
  };
  EXPECT_EQ(gradients_of({}), 0);
  EXPECT_GT(gradients_of({other}), 0) << "a word that no labelled text has moves";
}

}  // namespace
}  // namespace recura
