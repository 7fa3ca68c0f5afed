#include "task/summarise/compress/fluency.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "task/language/train.h"
#include "task/summarise/compress/choose.h"
#include "task/summarise/compress/words.h"

namespace recura {
namespace {

using testing::ElementsAre;
using Kept = std::vector<std::size_t>;

/// A compressor whose scores are the emissions alone.
CompressModel plain_compressor() {
  CompressModel model{TaggerModel{{TextRule{}, {}, {}, {}, {}}, TagSet({kKept}, true), nullptr}};
  Rng rng(1);
  model.network = std::make_unique<TagNetwork>(
      TagNetworkSpec{.channels = {{"word", 2, 2}}, .characters = {}, .hidden = 2, .tags = model.tags.size()},
      model.tags.rules(), &rng);
  return model;
}

/// A sentence each of whose words has a score of being kept.
ReadSentence kept_by(const std::vector<double>& scores) {
  ReadSentence sentence{.p = std::vector<double>(scores.size()), .keep = {}, .scores = {}};
  sentence.emissions = Tensor({static_cast<Index>(scores.size()), 5});
  for (std::size_t word = 0; word < scores.size(); ++word)
    std::fill_n(sentence.emissions.row(static_cast<Index>(word)) + 1, 4, static_cast<real>(scores[word]));
  return sentence;
}

/// Knows that people left, in whole sentences.
LanguageModelParts leaving_model() {
  std::vector<std::string> texts;
  for (int i = 0; i < 60; ++i) texts.push_back(i % 2 == 0 ? "Ann left." : "Bob left.");
  LanguageRecipe recipe;
  recipe.network = {.embedding = 8, .hidden = 8, .bidirectional = true, .head = 4};
  recipe.fit = {.epochs = 20, .batch_size = 6, .learning_rate = 0.02};
  Executor executor(1);
  return train_language_model(texts, texts, recipe, executor, {}).model;
}

class FluencyTest : public testing::Test {
 protected:
  FluencyTest() { row_.sentences = cut_words(Tokenizer{TextRule{}}, row_.text); }

  Kept chosen(double weight, const SummaryLimits& limits = {}, const Kept& before = {0, 1, 5}) const {
    std::vector<Kept> kept{before};
    Executor executor(1);
    make_fluent({compressor_, &language_, weight}, std::span(&row_, 1), std::span(&read_, 1), limits, kept, executor);
    return kept.front();
  }

  const CompressModel compressor_ = plain_compressor();
  const LanguageModelParts language_ = leaving_model();
  SummaryRow row_{.text = "Ann, they say, left.", .summaries = {}};  // Ann , they say , left .
  const ReadText read_{std::vector{kept_by({2, 1, -4, -4, 0, 1, 0.9})}};
};

TEST_F(FluencyTest, AsManyWordsAreKeptThatTheLanguageModelKnowsInThatOrder) {
  EXPECT_THAT(chosen(1), ElementsAre(0, 5, 6));  // Ann left.
  EXPECT_THAT(chosen(0), ElementsAre(0, 1, 5));
  EXPECT_THAT(chosen(1e-6), ElementsAre(0, 1, 5));
}

TEST_F(FluencyTest, NothingAndAllOfASentenceStay) {
  EXPECT_THAT(chosen(1, {}, {}), ElementsAre());
  EXPECT_EQ(chosen(1, {}, {0, 1, 2, 3, 4, 5, 6}).size(), 7U);
}

TEST_F(FluencyTest, ALimitThatHeldStillHolds) {
  for (const double weight : {0.1, 1.0, 10.0}) {
    const Kept few = chosen(weight, {.words = 1}, {0, 1, 4}), short_ones = chosen(weight, {.characters = 5}, {0, 1, 4});
    EXPECT_LE(count_words(row_.text, row_.sentences, few), 1);
    EXPECT_LE(count_characters(row_.text, row_.sentences, short_ones), 5);
  }
}

TEST_F(FluencyTest, NeitherNeighboursNorThreadsChangeARow) {
  const std::vector<SummaryRow> rows(600, row_);
  std::vector<ReadText> read;
  std::vector<Kept> kept(rows.size(), {0, 1, 5});
  for (std::size_t i = 0; i < rows.size(); ++i)
    read.emplace_back(std::vector{kept_by({2, i % 3 == 0 ? 30.0 : 1.0, -4, -4, 0, 1, 0.9})});
  Executor executor(3);
  std::vector<Kept> alone(3, {0, 1, 5});
  for (std::size_t i = 0; i < alone.size(); ++i)
    make_fluent({compressor_, &language_, 1}, std::span(rows).subspan(i, 1), std::span(read).subspan(i, 1), {},
                std::span(alone).subspan(i, 1), executor);
  EXPECT_NE(alone[0], alone[1]);
  make_fluent({compressor_, &language_, 1}, rows, read, {}, kept, executor);
  for (std::size_t i = 0; i < rows.size(); ++i) ASSERT_EQ(kept[i], alone[i % 3]) << i;
}

TEST_F(FluencyTest, UsualTextsHaveALowerPerplexity) {
  Executor executor(1);
  const Compressor judged{compressor_, &language_};
  EXPECT_LT(perplexity(judged, {"Ann left.", "Bob left."}, executor), 3);
  EXPECT_GT(perplexity(judged, {"left, say"}, executor), 3);
  EXPECT_EQ(perplexity(compressor_, {"Ann left."}, executor), 0);
}

}  // namespace
}  // namespace recura
