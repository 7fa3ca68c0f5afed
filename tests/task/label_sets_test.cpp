#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>

#include "base/error.h"
#include "grad/gradient_check.h"
#include "task/classify/answer/predict.h"
#include "task/classify/division.h"
#include "task/classify/report/set_report.h"
#include "task/classify/train.h"

namespace recura {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<LabelSet> kGold{{0}, {0, 2}, {}, {1}};
const std::vector<double> kProbabilities{.9, .2, .3, .6, .7, .8, .1, .1, .6, .2, .4, .1};

TEST(SetReportTest, FiguresAreThoseCountedByHand) {
  // given: {0}, {0, 1, 2}, {2}, {}
  const SetReport report = set_report(kGold, kProbabilities, std::vector<double>{.5, .5, .5});
  EXPECT_DOUBLE_EQ(report.labels[0].f1, 1);
  EXPECT_DOUBLE_EQ(report.labels[1].f1, 0);
  EXPECT_DOUBLE_EQ(report.labels[2].precision, 0.5);
  EXPECT_DOUBLE_EQ(report.labels[2].recall, 1);
  EXPECT_DOUBLE_EQ(report.micro.precision, 3.0 / 5);
  EXPECT_DOUBLE_EQ(report.micro.recall, 3.0 / 4);
  EXPECT_DOUBLE_EQ(report.macro.f1, (1 + 0 + 2.0 / 3) / 3);
  EXPECT_DOUBLE_EQ(report.weighted.f1, (2 * 1 + 1 * 0 + 1 * 2.0 / 3) / 4);
  EXPECT_DOUBLE_EQ(report.subset_accuracy, 0.25);
  EXPECT_THAT(report.support, ElementsAre(2, 1, 1));
  const std::vector<RankedRates> at = rates_at(kRanks, kGold, kProbabilities, 3);
  ASSERT_EQ(at.size(), 2U) << "there are no five labels";
  EXPECT_DOUBLE_EQ(at[0].precision, 3.0 / 4);
  EXPECT_DOUBLE_EQ(at[0].recall, (1 + 0.5 + 1) / 3);
  EXPECT_DOUBLE_EQ(at[1].precision, 4.0 / 12);
  EXPECT_DOUBLE_EQ(at[1].recall, 1);
  const double loss = -(std::log(.9) + std::log(.8) + std::log(.7) + std::log(.6) + std::log(.3) + std::log(.8) +
                        std::log(.9) + std::log(.9) + std::log(.4) + std::log(.8) + std::log(.4) + std::log(.9));
  EXPECT_NEAR(report.log_loss, loss / 12, 1e-12);
}

TEST(RatesAtTest, OfOneLabelATextRecallIsHowOftenItIsAmongTheLikeliest) {
  const std::vector<LabelSet> gold{{3}, {0}, {kUnseenLabel}, {2}};
  const std::vector<double> p{.4, .3, .2, .1, .4, .3, .2, .1, .4, .3, .2, .1, .4, .3, .2, .1};
  EXPECT_THROW(rates_at(kRanks, gold, p, 3), ArgumentError);
  const std::vector<RankedRates> at = rates_at(kRanks, gold, p, 4);
  ASSERT_EQ(at.size(), 2U);
  EXPECT_DOUBLE_EQ(at[0].recall, 1.0 / 4);
  EXPECT_DOUBLE_EQ(at[1].recall, 2.0 / 4);
  EXPECT_DOUBLE_EQ(at[1].precision, 2.0 / 12);
}

TEST(SetReportTest, AnUnseenLabelIsAMissedOne) {
  const SetReport report =
      set_report(std::vector<LabelSet>{{kUnseenLabel, 0}}, std::vector<double>{.9, .1}, std::vector<double>{.5, .5});
  EXPECT_EQ(report.unseen, 1);
  EXPECT_DOUBLE_EQ(report.micro.recall, 0.5);
  EXPECT_DOUBLE_EQ(report.macro.f1, 1) << "of labels that stand in the rows or were given";
  EXPECT_DOUBLE_EQ(report.subset_accuracy, 0);
}

TEST(ThresholdsTest, TheyGiveTheHighestF1AndALabelWithoutRowsHasTheMiddle) {
  const std::vector<LabelSet> gold{{0}, {0}, {}, {0}, {}, {0}, {0}};
  const std::vector<double> p{.8, .9, .4, .2, .3, .5, .2, .1, .1, .7, .9, .1, .7, .1};
  const std::vector<double> thresholds = choose_thresholds(gold, p, 2);
  EXPECT_DOUBLE_EQ(thresholds[0], 0.15) << "all five right ones for one that is wrong: 10/11 beats 8/9";
  EXPECT_DOUBLE_EQ(thresholds[1], 0.5);
  EXPECT_THAT(chosen_labels(std::span(p).first(10), thresholds),
              ElementsAre(ElementsAre(0, 1), ElementsAre(0), ElementsAre(0, 1), ElementsAre(0), ElementsAre(1)));
  EXPECT_THAT(choose_thresholds({}, {}, 2), ElementsAre(0.5, 0.5));
}

TEST(ThresholdsTest, RareLabelsShareOne) {
  const std::vector<LabelSet> gold{{0, 1}, {1}, {}};
  const std::vector<double> p{.3, .6, .1, .4, .2, .35};
  const std::vector<double> thresholds = choose_thresholds(gold, p, 2);
  EXPECT_DOUBLE_EQ(thresholds[0], 0.25) << "3 right ones and a wrong one above it: 6/7 beats 4/5";
  EXPECT_DOUBLE_EQ(thresholds[1], 0.25);
}

TEST(DivisionTest, EachLabelGivesItsShareToTheDevPart) {
  LabelledData data;
  for (int row = 0; row < 100; ++row) {
    data.texts.push_back("x");
    data.labels.push_back(row < 20 ? std::vector<std::string>{"often", "rare"} : std::vector<std::string>{"often"});
  }
  const auto names = label_names(data.labels);
  const Division parts = divide(std::move(data), std::nullopt, names, 0.1, Rng(1));
  EXPECT_EQ(parts.dev.labels.size(), 10U);
  EXPECT_EQ(std::ranges::count(parts.dev.labels, (LabelSet{0, 1})), 2);
}

TEST(DivisionTest, LabelsThatDifferByCaseOrBlanksAreFound) {
  EXPECT_THAT(labels_alike({"Pos", "neg", "pos", "very good", "verygood", "Ｐos"}),
              testing::UnorderedElementsAre("Pos", "pos", "Ｐos", "very good", "verygood"));
  EXPECT_THAT(labels_alike({"a", "b"}), IsEmpty());
}

/// "red", "round" or both stand in a text, which has such labels.
LabelledData shapes(int count) {
  LabelledData data;
  data.several = true;
  for (int row = 0; row < count; ++row) {
    std::string text = "number " + std::to_string(row % 3);
    std::vector<std::string> labels;
    if (row % 2 == 0) text += " red", labels.emplace_back("is red");
    if (row % 3 == 0) text += " round", labels.emplace_back("is round");
    data.texts.push_back(text);
    data.labels.push_back(labels);
  }
  return data;
}

TrainedClassifier trained_on(const LabelledData& data, std::optional<LabelledData> dev = std::nullopt) {
  ClassifierRecipe recipe;
  recipe.layers = {EmbeddingSpec{0, 6}, RecurrentLayerSpec{.hidden = 5, .bidirectional = true}, PoolSpec{.max = true}};
  recipe.fit = {.epochs = 30, .batch_size = 4, .learning_rate = 0.02, .clip_norm = 5};
  Executor executor(1);
  return train_classifier(data, std::move(dev), recipe, executor, {}, {});
}

TEST(SeveralLabelsTest, AreLearntAndNoneOfThemToo) {
  const TrainedClassifier result = trained_on(shapes(120));
  EXPECT_EQ(result.fit.best_score, 1);
  EXPECT_EQ(result.data.rows_of_none, 36);
  EXPECT_EQ(result.model.network->outputs(), 2) << "two labels are no yes and no";
  EXPECT_EQ(result.model.decision.dev_rows, 12);
  Executor executor(1);
  const std::vector<std::string> texts{"red", "round", "round red", "number"};
  const auto p = predict(result.model, texts, executor);
  EXPECT_THAT(chosen_labels(p, result.model.decision.thresholds),
              ElementsAre(ElementsAre(0), ElementsAre(1), ElementsAre(0, 1), IsEmpty()));
}

TEST(SeveralLabelsTest, ASingleLabelIsYesOrNo) {
  LabelledData data = shapes(60);
  for (auto& row : data.labels) std::erase(row, "is round");
  const TrainedClassifier result = trained_on(data);
  EXPECT_EQ(result.model.network->outputs(), 1);
  EXPECT_EQ(result.model.labels.size(), 1U);
  EXPECT_EQ(result.fit.best_score, 1);
}

TEST(SeveralLabelsTest, RowsWithoutAnyLabelAreRefused) {
  LabelledData data = shapes(10);
  for (auto& row : data.labels) row.clear();
  EXPECT_THROW(trained_on(data), DataError);
}

TEST(SeveralLabelsTest, ADevPartWithoutAnyLabelIsNoError) {
  LabelledData data;
  data.several = true;
  data.texts.assign(12, "a text");
  data.labels.assign(12, {});
  data.labels[0] = data.labels[1] = {"x"};
  const TrainedClassifier result = trained_on(data);
  EXPECT_EQ(result.data.dev_rows, 1);
  EXPECT_THAT(result.model.decision.thresholds, ElementsAre(kMiddle));
}

TEST(SeveralLabelsTest, AModelFileKeepsTheThresholds) {
  const std::string path =
      (std::filesystem::temp_directory_path() / ("recura_sets" + std::to_string(::getpid()))).string();
  TrainedClassifier result = trained_on(shapes(60));
  result.model.decision.thresholds = {0.25, 1};
  save(result.model, path);
  const ClassifierModel loaded = load_classifier(path);
  EXPECT_TRUE(loaded.decision.several);
  EXPECT_EQ(loaded.decision.dev_rows, result.model.decision.dev_rows);
  EXPECT_THAT(loaded.decision.thresholds, ElementsAre(0.25, 1));
  result.model.decision.thresholds = {0.25, 2};
  save(result.model, path);
  EXPECT_THROW(load_classifier(path), DataError);
  result.model.decision.thresholds = {0.25};
  save(result.model, path);
  EXPECT_THROW(load_classifier(path), DataError);
  std::filesystem::remove(path);
  for (const char* wrong : {"", "{}", R"({"labels":"two","dev_rows":1})", R"({"labels":"one","dev_rows":-1})"})
    EXPECT_THROW(decision_from_json(wrong), DataError) << wrong;
}

TEST(SeveralLabelsTest, TheLossIsTheSumOfAllLabelsCrossEntropy) {
  Rng rng(3);
  Network network({EmbeddingSpec{5, 3}, PoolSpec{.mean = true}, DenseSpec{2, kernel::Activation::sigmoid}}, &rng);
  const LabelledIds train{{{1, 2}, {3}, {4, 4, 1}}, {{0, 1}, {}, {1}}}, none;
  const ClassificationObjective objective(network, train, none, true);
  const std::vector<Index> rows{2, 0, 1};
  Executor executor(1);
  const auto p = predict(network, train.ids, 2, executor, {.several = true});
  const double sum = -(std::log(p[0]) + std::log(p[1]) + std::log(1 - p[2]) + std::log(1 - p[3]) + std::log(1 - p[4]) +
                       std::log(p[5]));
  Tape tape(Mode::infer);
  EXPECT_NEAR(static_cast<double>(objective.loss(tape, rows).value().data[0]), sum / 3, 1e-6);
  check_gradients(network.parameters(), [&](Tape& t) { return objective.loss(t, rows); });
}

}  // namespace
}  // namespace recura
