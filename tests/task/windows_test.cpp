#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/error.h"
#include "task/classify/answer/explain.h"
#include "task/classify/answer/piece_logits.h"
#include "task/classify/answer/predict.h"
#include "task/classify/objective.h"
#include "task/classify/train.h"

namespace recura {
namespace {

using Ids = std::vector<std::int32_t>;

constexpr TextPieces kWindows{8};

std::unique_ptr<Network> reader_of(Index outputs, Index attention = 0, bool bidirectional = true) {
  Rng rng(7);
  auto network = std::make_unique<Network>(
      std::vector<LayerSpec>{EmbeddingSpec{12, 6}, RecurrentLayerSpec{.hidden = 5, .bidirectional = bidirectional},
                             PoolSpec{.mean = true, .max = attention == 0, .attention = attention},
                             NgramSpec{2, 32, 4, 0}, DenseSpec{outputs}},
      &rng);
  for (Parameter* parameter : network->parameters()) {
    for (real& value : parameter->change().values()) value += static_cast<real>(rng.uniform(-1, 1));
  }
  return network;
}

Ids random_ids(std::size_t count, std::uint64_t seed) {
  Rng rng(seed);
  Ids ids(count);
  for (std::int32_t& id : ids) id = static_cast<std::int32_t>(rng.below(12));
  return ids;
}

const std::vector<Ids> kLongTexts{random_ids(30, 1), random_ids(5, 2), random_ids(9, 3), {}, random_ids(8, 4)};

/// The weighted mean of the logarithms of what each window's answer says, made to sum up to 1; of several labels each
/// with its opposite.
std::vector<double> combined(const Network& network, const Ids& ids, std::size_t labels, const Decision& decision) {
  Executor executor(1);
  std::vector<double> yes(labels), no(labels);
  double tokens = 0;
  for (const TokenWindow& window : cut_windows(std::ssize(ids), kWindows.length)) {
    const std::vector<Ids> alone{{ids.begin() + window.begin, ids.begin() + window.end}};
    const auto p = predict(network, alone, labels, executor, decision);
    const auto weight = static_cast<double>(window.length());
    for (std::size_t k = 0; k < labels; ++k) {
      yes[k] += weight * std::log(p[k]);
      no[k] += weight * std::log(1 - p[k]);
    }
    tokens += weight;
  }
  std::vector<double> result;
  double sum = 0;
  for (std::size_t k = 0; k < labels; ++k) {
    const double own = std::exp(yes[k] / tokens), other = std::exp(no[k] / tokens);
    result.push_back(decision.several ? own / (own + other) : own);
    sum += result.back();
  }
  for (double& p : result) p /= decision.several ? 1 : sum;
  return result;
}

TEST(WindowedTextsTest, AnAnswerIsTheGeometricMeanOfItsWindowsWeightedByTheirTokens) {
  Executor executor(2);
  for (const auto& [outputs, labels, decision] : {std::tuple<Index, std::size_t, Decision>{1, 2, {.temperature = 1.7}},
                                                  {3, 3, {}},
                                                  {3, 3, {.temperature = 0.6}},
                                                  {3, 3, {.several = true}}}) {
    const auto network = reader_of(outputs);
    const auto p = predict(*network, kLongTexts, labels, executor, decision, kWindows);
    for (const std::size_t text : {0U, 1U, 2U, 4U}) {
      const auto expected = combined(*network, kLongTexts[text], labels, decision);
      for (std::size_t k = 0; k < labels; ++k) EXPECT_NEAR(p[text * labels + k], expected[k], 1e-9) << text;
    }
  }
}

TEST(WindowedTextsTest, ATextThatIsNotLongerIsAnsweredAsWithoutWindowsBitForBit) {
  Executor executor(2);
  const auto network = reader_of(3);
  const std::vector<Ids> some(kLongTexts.begin() + 3, kLongTexts.end());
  EXPECT_EQ(predict(*network, some, 3, executor, {}, kWindows), predict(*network, some, 3, executor));
}

TEST(WindowedTextsTest, AnAnswerDoesNotDependOnOtherTextsOrThreads) {
  Executor one(1), three(3);
  const auto network = reader_of(3);
  const auto together = predict(*network, kLongTexts, 3, three, {}, kWindows);
  for (std::size_t text = 0; text < kLongTexts.size(); ++text) {
    const auto alone = predict(*network, std::span(kLongTexts).subspan(text, 1), 3, one, {}, kWindows);
    EXPECT_THAT(alone, testing::ElementsAreArray(&together[text * 3], 3)) << text;
  }
}

TEST(WindowedTextsTest, IdsThatComeOneByOneGiveTheSameBits) {
  Executor executor(2);
  const auto network = reader_of(2);
  const auto size = static_cast<std::size_t>(kRoundTokens);
  for (const std::size_t count : {std::size_t{21}, size + 4, size + 100'001}) {
    const std::vector<Ids> text{random_ids(count, count)};
    PieceReader stream(*network, kWindows, executor);
    for (const std::int32_t id : text[0]) stream.add(id);
    const MeanLogits read = stream.finish(), whole = piece_logits(*network, text, kWindows, executor)[0];
    EXPECT_THAT(read.values(), testing::ElementsAreArray(whole.values())) << count;
  }
}

TEST(StreamedTextsTest, AStreamIsAnsweredAsTheWholeTextIs) {
  Executor one(1), three(3);
  const auto network = reader_of(3, 0, false);
  std::vector<Ids> texts = kLongTexts;
  for (std::size_t i = 0; i < 40; ++i) texts.push_back(random_ids(3 + 7 * i % 50, i));
  const auto whole = predict(*network, texts, 3, one);
  const auto together = predict(*network, texts, 3, three, {}, {8, true});
  for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_NEAR(together[i], whole[i], 1e-5) << i;
  for (std::size_t text = 0; text < texts.size(); ++text) {
    const auto alone = predict(*network, std::span(texts).subspan(text, 1), 3, one, {}, {8, true});
    EXPECT_THAT(alone, testing::ElementsAreArray(&together[text * 3], 3)) << text;
  }
}

TEST(StreamedTextsTest, IdsThatComeOneByOneGiveTheSameBits) {
  Executor executor(2);
  const auto network = reader_of(2, 0, false);
  for (const std::size_t count : {9U, 16U, 21U, 4000U}) {
    const std::vector<Ids> text{random_ids(count, count)};
    PieceReader stream(*network, {8, true}, executor);
    for (const std::int32_t id : text[0]) stream.add(id);
    const MeanLogits read = stream.finish(), whole = piece_logits(*network, text, {8, true}, executor)[0];
    EXPECT_THAT(read.values(), testing::ElementsAreArray(whole.values())) << count;
  }
}

double loss_of(const LabelledIds& texts, Network& network, bool several) {
  const LabelledIds none;
  const ClassificationObjective objective(network, texts, none, several);
  std::vector<Index> rows(objective.lengths().size());
  std::iota(rows.begin(), rows.end(), Index{0});
  Tape tape(Mode::infer, Rng(0));
  return static_cast<double>(*objective.loss(tape, rows).value().data);
}

TEST(WindowedTextsTest, ATextCountsOnceInTrainingHoweverManyWindowsItHas) {
  for (const bool several : {false, true}) {
    const auto network = reader_of(3);
    const auto labels = one_each(std::vector<std::int32_t>{2, 0});
    // 9 tokens are windows of 8 and of 3.
    const Ids longer = random_ids(9, 5), first(longer.begin(), longer.begin() + 8),
              rest(longer.begin() + 6, longer.end());
    const auto alone = [&](const Ids& ids, std::int32_t label) {
      return loss_of({{ids}, {{label}}}, *network, several);
    };
    const double of_longer = (8 * alone(first, 2) + 3 * alone(rest, 2)) / 11;
    const double both = (of_longer + alone(kLongTexts[1], 0)) / 2;
    EXPECT_NEAR(loss_of({{longer, kLongTexts[1]}, labels, {}, kWindows}, *network, several), both, 1e-5);
  }
}

TEST(WindowedTextsTest, WeightsOfTokensSumUpToWhatTheWholeTextChanges) {
  Executor executor(2);
  for (const bool several : {false, true}) {
    const auto network = reader_of(3, 2);
    const Decision decision{.several = several};
    const TokenWeights why = explain(*network, decision, kLongTexts[0], 1, executor, kWindows);
    const double p = predict(*network, std::span(kLongTexts).first(1), 3, executor, decision, kWindows)[1];
    EXPECT_NEAR(why.log_odds, std::log(p / (1 - p)), 1e-4);
    ASSERT_EQ(why.weights.size(), kLongTexts[0].size());
    EXPECT_NEAR(std::accumulate(why.weights.begin(), why.weights.end(), 0.0), why.log_odds - why.without, 0.02);
    EXPECT_NEAR(std::accumulate(why.attention.begin(), why.attention.end(), 0.0), 1, 1e-5);
  }
}

/// What decides stands behind the first eight tokens, which all texts have in common.
LabelledData late_words(int rows) {
  LabelledData data;
  for (int row = 0; row < rows; ++row) {
    std::string text = "this text begins as every text does here";
    for (int word = 0; word < 4 + row % 7; ++word) text += " and so on";
    data.texts.push_back(text + (row % 2 == 0 ? " it is good" : " it is bad") + " and that is all");
    data.labels.push_back({row % 2 == 0 ? "good" : "bad"});
  }
  return data;
}

TrainedClassifier trained_to_keep(Keep keep, bool bidirectional = true) {
  ClassifierRecipe recipe;
  recipe.text.max_length = 8;
  recipe.text.keep = keep;
  recipe.layers = {EmbeddingSpec{0, 6}, RecurrentLayerSpec{.hidden = 5, .bidirectional = bidirectional},
                   PoolSpec{.mean = true, .max = true}};
  recipe.fit = {.epochs = 12, .batch_size = 8, .learning_rate = 0.02, .clip_norm = 5};
  Executor executor(1);
  return train_classifier(late_words(120), std::nullopt, recipe, executor, {}, {});
}

TEST(WindowedTextsTest, WordsBeyondTheLengthThatIsReadDecideInWindowsAlone) {
  EXPECT_LE(trained_to_keep(Keep::head).fit.best_score, 0.6);
  const TrainedClassifier windows = trained_to_keep(Keep::windows);
  EXPECT_EQ(windows.fit.best_score, 1);
  EXPECT_EQ(windows.data.long_rows, 108);
  EXPECT_EQ(windows.data.dropped, 0);
  Executor executor(2);
  const auto p = predict(windows.model, late_words(2).texts, executor);
  EXPECT_GT(p[1], 0.5);  // of "good", the second label
  EXPECT_GT(p[2], 0.5);
}

TEST(StreamedTextsTest, WordsBeyondTheLengthThatIsReadAtATimeDecide) {
  const TrainedClassifier streams = trained_to_keep(Keep::stream, false);
  EXPECT_EQ(streams.fit.best_score, 1);
  EXPECT_EQ(streams.data.dropped, 0);
}

TEST(WindowedTextsTest, ATextOfMegabytesIsAnsweredAsFromItsIds) {
  for (const Keep keep : {Keep::windows, Keep::stream}) {
    const ClassifierModel model = trained_to_keep(keep, keep == Keep::windows).model;
    std::vector<std::string> texts{"this is good", "", "it is bad"};
    while (texts[1].size() < (std::size_t{5} << 18)) texts[1] += "and so on it is bad ";
    Executor executor(2);
    EXPECT_EQ(predict(model, texts, executor), predict(*model.network, encode(model.encoder, texts, executor).ids, 2,
                                                       executor, model.decision, model.encoder.pieces()));
  }
}

}  // namespace
}  // namespace recura
