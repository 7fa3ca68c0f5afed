#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/temporary_folder.h"
#include "grad/gradient_check.h"
#include "task/summarise/select/choose.h"
#include "task/summarise/select/predict.h"
#include "task/summarise/select/report.h"
#include "task/summarise/select/train.h"
#include "text/sentences.h"

namespace recura {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ChooseTest : public testing::Test {
 protected:
  std::vector<std::size_t> chosen(const SummaryLimits& limits) const {
    return choose(text_, cut_sentences(text_), scores_, limits);
  }

  const std::string text_ = "One two three four. Five six. One two three five. 七八九。";
  const std::vector<double> scores_{0.9, 0.1, 0.8, 0.5};
};

TEST_F(ChooseTest, TheBestOnesComeInTheTextsOrder) {
  EXPECT_THAT(chosen({.sentences = 2}), ElementsAre(0, 2));
  EXPECT_THAT(chosen({.sentences = 9}), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(chosen({}), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(choose_best(std::vector<double>{0.5, 0.5, 0.5}, 2), ElementsAre(0, 1));
}

TEST_F(ChooseTest, ASentenceThatDoesNotFitIsPassedOver) {
  EXPECT_THAT(chosen({.words = 6}), ElementsAre(0, 1));        // 4 words and 2; the others have 4 and 3
  EXPECT_THAT(chosen({.characters = 14}), ElementsAre(1, 3));  // 9 and 4, and a blank between them
  EXPECT_THAT(chosen({.characters = 13}), ElementsAre(3));     // the better one of them
  EXPECT_THAT(chosen({.characters = 19}), ElementsAre(0));     // the first has no blank before it
  EXPECT_THAT(chosen({.sentences = 1, .words = 3}), ElementsAre(3));
}

TEST_F(ChooseTest, PunctuationIsNoWord) {
  const std::string text = "\"Ann,\" said Lee - \"met Bob 7 times!\" 😀";
  const std::vector<double> score{1};
  EXPECT_THAT(choose(text, std::vector<Token>{{0, text.size()}}, score, {.words = 7}), ElementsAre(0));
  EXPECT_TRUE(choose(text, std::vector<Token>{{0, text.size()}}, score, {.words = 6}).empty());
}

TEST_F(ChooseTest, AShareIsRoundedAndOneAtLeast) {
  EXPECT_THAT(chosen({.share = 0.5}), ElementsAre(0, 2));
  EXPECT_THAT(chosen({.share = 0.01}), ElementsAre(0));
  EXPECT_THAT(chosen({.share = 1}), ElementsAre(0, 1, 2, 3));
}

TEST_F(ChooseTest, ALimitOfNothingGivesNothing) {
  for (const SummaryLimits& limits :
       {SummaryLimits{.sentences = 0}, {.words = 0}, {.characters = 0}, {.share = 0}, {.words = 1}})
    EXPECT_TRUE(chosen(limits).empty());
}

TEST_F(ChooseTest, WhatRepeatsWordsOfABetterOneIsLeftOut) {
  EXPECT_THAT(chosen({.sentences = 2, .no_repeat = 3}), ElementsAre(0, 3));
  EXPECT_THAT(chosen({.sentences = 2, .no_repeat = 4}), ElementsAre(0, 2));
}

TEST_F(ChooseTest, WhatRepeatsASentenceThatDidNotFitIsChosen) {
  const std::string text = "One two three and far too many more. One two three. Four.";
  const std::vector<double> scores{0.9, 0.8, 0.7};
  EXPECT_THAT(choose(text, cut_sentences(text), scores, {.words = 4, .no_repeat = 3}), ElementsAre(1, 2));
}

/// Texts of five sentences; those that speak of gold are the summary.
SummaryData gold_data(int count) {
  const char* const words[] = {"ships", "trees", "wind", "bread", "rain"};
  SummaryData data;
  for (int i = 0; i < count; ++i) {
    SummaryRow row;
    std::string summary;
    for (int k = 0; k < 5; ++k) {
      const bool is_gold = (i + k) % 3 == 0;
      const std::string sentence =
          std::string("We saw ") + (is_gold ? "gold and " : "some ") + words[(i * 7 + k) % 5] + " there.";
      row.text += sentence + " ";
      if (is_gold) summary += sentence + " ";
    }
    row.summaries = {summary};
    data.rows.push_back(row);
  }
  return data;
}

SelectRecipe small_selector_recipe() {
  SelectRecipe recipe;
  recipe.network = {.embedding = 12, .hidden = 8, .document_hidden = 8};
  recipe.fit = {.epochs = 20, .batch_size = 4, .learning_rate = 0.02};
  return recipe;
}

TrainedSelector trained_selector(int threads = 1, const SelectRecipe& recipe = small_selector_recipe()) {
  Executor executor(threads);
  return train_selector({gold_data(40), gold_data(10)}, recipe, executor, {});
}

std::vector<double> scores_of(const SelectModel& model, const std::string& text) {
  Executor executor(1);
  const Document document = make_document(model.encoder, text, cut_sentences(text));
  return predict(*model.network, std::span(&document, 1), executor).front();
}

TEST(SelectTest, ASmallTextIsLearntByHeart) {
  const TrainedSelector result = trained_selector();
  EXPECT_EQ(result.data.sentences, 200);
  EXPECT_DOUBLE_EQ(result.fit.best_score, 1);
  EXPECT_LT(result.data.lead, 0.7);
  const auto scores = scores_of(result.model, "We saw some bread there. We saw gold and rain there.");
  EXPECT_LT(scores[0], 0.1);
  EXPECT_GT(scores[1], 0.9);
}

TEST(SelectTest, TheReportStandsBetweenLeadAndOracle) {
  const TrainedSelector result = trained_selector();
  SummaryData data = gold_data(10);
  Executor executor(2);
  find_sentences(data.rows, Cut::sentence, executor);
  const SelectReport report = select_report(result.model, data.rows, {}, {}, executor);
  EXPECT_DOUBLE_EQ(report.model.sentences.f1, 1);
  EXPECT_DOUBLE_EQ(report.oracle.summaries.rouge.mean.rouge2.f1, 1);
  EXPECT_DOUBLE_EQ(report.oracle.summaries.rouge.mean.rouge_lsum.f1, 1);
  EXPECT_LT(report.lead.sentences.f1, 0.7);
  EXPECT_DOUBLE_EQ(report.model.summaries.length_ratio, 1);
  EXPECT_DOUBLE_EQ(report.model.summaries.copied, 1);
  EXPECT_THROW(summary_report(data.rows, {}, {}, executor), ArgumentError);
}

TEST(SelectTest, NeitherThreadsNorNeighboursChangeAScore) {
  const TrainedSelector one = trained_selector(1), three = trained_selector(3);
  const std::string text = gold_data(3).rows[2].text;
  EXPECT_EQ(scores_of(one.model, text), scores_of(three.model, text));
  Executor executor(2);
  std::vector<Document> documents;
  for (const SummaryRow& row : gold_data(90).rows)
    documents.push_back(make_document(one.model.encoder, row.text, cut_sentences(row.text)));
  EXPECT_EQ(predict(*one.model.network, documents, executor)[2], scores_of(one.model, text));
}

TEST(SelectTest, HardTextsHaveAScoreForEachSentence) {
  const SelectModel model = trained_selector().model;
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += "Gold. ";
  EXPECT_TRUE(scores_of(model, "").empty());
  EXPECT_TRUE(scores_of(model, " \n\n").empty());
  EXPECT_EQ(scores_of(model, "gold").size(), 1u);
  EXPECT_EQ(scores_of(model, "😀😀 🎉").size(), 1u);
  EXPECT_EQ(scores_of(model, "今天很冷。我们没有出门。").size(), 2u);
  EXPECT_EQ(scores_of(model, many).size(), 20'000u);
}

TEST(SelectTest, FeaturesSayWhereASentenceStandsAndHowMuchOfTheTextItSpeaksOf) {
  const TextEncoder encoder({}, Vocabulary({"the", "cat", "sat"}));
  const std::string text = "The cat sat. Cat!\n\nSat.";
  const Document document = make_document(encoder, text, cut_sentences(text));
  ASSERT_EQ(document.sentences.size(), 3u);
  const auto feature = [&](std::size_t sentence, std::size_t i) { return document.features[sentence][i]; };
  EXPECT_FLOAT_EQ(static_cast<float>(feature(1, 0)), 0.5F);
  EXPECT_EQ(feature(0, 1), 1);
  EXPECT_EQ(feature(2, 2), 1);
  EXPECT_EQ(feature(1, 3), 0);
  EXPECT_EQ(feature(2, 3), 1);
  EXPECT_GT(feature(0, 6), feature(1, 6));
  EXPECT_FLOAT_EQ(static_cast<float>(document.token_features[1][0]), std::log(2.0F));  // "cat" stands there twice
  EXPECT_EQ(document.token_features[1][kTokenFeatures + 2], 1);  // "!" is unknown: as rare as can be
}

TEST(SelectTest, AModelFileGivesTheSameScores) {
  const TemporaryFolder folder;
  SelectModel model = trained_selector().model;
  for (const Precision precision : {Precision::float32, Precision::bf16, Precision::int8}) {
    model.network->round_to(precision);
    save(model, folder / "model");
    const SelectModel read = read_selector(ModelFile::open(folder / "model"));
    const std::string text = gold_data(1).rows[0].text;
    EXPECT_EQ(scores_of(read, text), scores_of(model, text));
    EXPECT_EQ(read.share, model.share);
  }
}

TEST(SelectTest, GradientsAreThoseOfTheLoss) {
  const TextEncoder encoder({}, Vocabulary({"a", "b", "c"}));
  LabelledDocuments train;
  for (const std::string text : {"A b c. B. C a!", "", "B b a."}) {
    train.documents.push_back(make_document(encoder, text, cut_sentences(text)));
    train.keep.emplace_back(train.documents.back().sentences.size());
  }
  train.keep[0][1] = true;
  Rng rng(5);
  SelectNetwork network({.vocabulary = 4, .embedding = 3, .hidden = 2, .document_hidden = 2}, &rng);
  for (real& x : network.table().change().values()) x = static_cast<real>(rng.normal());
  const LabelledDocuments none;
  const SelectObjective objective(network, train, none);
  const std::vector<Index> rows{2, 0, 1};
  check_gradients(network.parameters(), [&](Tape& tape) { return objective.loss(tape, rows); });
}

std::string refusal(const std::string& json) {
  try {
    select_network_from_json(json);
  } catch (const DataError& error) {
    return error.what();
  }
  return "not refused";
}

TEST(SelectTest, ADescriptionThatIsNoneIsRefused) {
  const std::string good =
      to_json(SelectNetworkSpec{.vocabulary = 5, .embedding = 4, .hidden = 3, .document_hidden = 2});
  EXPECT_EQ(to_json(select_network_from_json(good)), good);
  std::string more = good;
  more.insert(1, "\"colour\":1,");
  EXPECT_THAT(refusal(more), HasSubstr("1 keys too many"));
  EXPECT_THAT(refusal("{}"), HasSubstr("vocabulary is missing"));
  EXPECT_THAT(refusal("7"), HasSubstr("expected an object"));
  EXPECT_THAT(refusal(std::string(5000, ' ')), HasSubstr("bytes at most"));
  EXPECT_THROW(SelectNetwork({.vocabulary = 5, .embedding = 4, .hidden = 0, .document_hidden = 2}, nullptr),
               ArgumentError);
}

TEST(SelectTest, WeightsAreCountedBeforeThereAreAny) {
  for (const kernel::Cell cell : {kernel::Cell::rnn, kernel::Cell::lstm, kernel::Cell::gru}) {
    const SelectNetworkSpec spec{.vocabulary = 5, .embedding = 4, .cell = cell, .hidden = 3, .document_hidden = 2};
    double count = 0;
    SelectNetwork network(spec, nullptr);
    for (const Parameter* parameter : network.parameters()) count += static_cast<double>(parameter->value().size());
    EXPECT_EQ(weight_count(spec), count);
  }
}

TEST(SelectTest, WithoutAWordInCommonThereIsNothingToLearn) {
  SummaryData data = gold_data(4);
  for (SummaryRow& row : data.rows) row.summaries = {"Nothing like this."};
  Executor executor(1);
  EXPECT_THROW(train_selector({std::move(data)}, small_selector_recipe(), executor, {}), DataError);
}

TEST(SelectTest, IsRoundedInTheEndIfAskedTo) {
  SelectRecipe recipe = small_selector_recipe();
  recipe.precision = Precision::int8;
  const TrainedSelector result = trained_selector(1, recipe);
  EXPECT_EQ(result.model.network->precision(), Precision::int8);
  EXPECT_EQ(result.narrowing.rows, 10);
  EXPECT_GE(result.narrowing.after.score, 0.9);
}

}  // namespace
}  // namespace recura
