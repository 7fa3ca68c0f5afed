#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <span>

#include "base/error.h"
#include "base/random.h"
#include "task/vectors/skip_gram.h"

namespace recura {
namespace {

using testing::ElementsAre;

TEST(CorpusTest, NumbersWordsByFallingCountAndDropsRareOnesFromTheTexts) {
  Corpus corpus{TextRule{}};
  corpus.add("the cat and the dog");
  corpus.add("");
  corpus.add("a dog");
  corpus.keep_words(2, 10);
  EXPECT_THAT(corpus.words(), ElementsAre("dog", "the"));
  EXPECT_THAT(corpus.counts(), ElementsAre(2, 2));
  EXPECT_THAT(corpus.tokens(), ElementsAre(1, 1, 0, 0));
  EXPECT_THAT(corpus.ends(), ElementsAre(3U, 3U, 4U));
}

/// Texts of food or of ships, with common words between.
Corpus two_topics() {
  const char* const words[2][5] = {{"bread", "butter", "soup", "breads", "salad"},
                                   {"sailor", "harbour", "anchor", "sailors", "deck"}};
  const char* const common[] = {"the", "and", "of", "in"};
  Corpus corpus{TextRule{}};
  Rng rng(4);
  for (int row = 0; row < 1500; ++row) {
    std::string text;
    for (int i = 0; i < 8; ++i) text += std::string(words[row % 2][rng.below(5)]) + " " + common[rng.below(4)] + " ";
    corpus.add(text);
  }
  corpus.add("rareword soup");
  corpus.keep_words(2, 100);
  return corpus;
}

double likeness(const WordVectors& vectors, const std::string& a, const std::string& b) {
  const auto row = [&](const std::string& word) {
    const auto found = std::ranges::find(vectors.words, word) - vectors.words.begin();
    return std::span(vectors.values)
        .subspan(static_cast<std::size_t>(found * vectors.dimensions), static_cast<std::size_t>(vectors.dimensions));
  };
  const auto dot = [](auto x, auto y) { return std::inner_product(x.begin(), x.end(), y.begin(), 0.0); };
  return dot(row(a), row(b)) / std::sqrt(dot(row(a), row(a)) * dot(row(b), row(b)));
}

TEST(SkipGramTest, WordsOfOneTopicAreAlike) {
  const WordVectors vectors = train_skip_gram(two_topics(), {.dimensions = 16, .sample = 0}, {}).value();
  EXPECT_EQ(vectors.words.size(), 14U);
  EXPECT_EQ(vectors.values.size(), 14U * 16);
  EXPECT_GT(likeness(vectors, "bread", "salad"), likeness(vectors, "bread", "anchor") + 0.3);
  EXPECT_GT(likeness(vectors, "deck", "harbour"), likeness(vectors, "deck", "soup") + 0.3);
}

TEST(SkipGramTest, WordsThatShareTheirPartsAreAlike) {
  const Corpus corpus = two_topics();
  const WordVectors whole = train_skip_gram(corpus, {.dimensions = 16, .epochs = 1, .sample = 0}, {}).value();
  const WordVectors parts =
      train_skip_gram(corpus, {.dimensions = 16, .epochs = 1, .sample = 0, .buckets = 2000}, {}).value();
  EXPECT_GT(likeness(parts, "sailor", "sailors"), likeness(whole, "sailor", "sailors"));
  EXPECT_GT(likeness(parts, "sailor", "sailors"), likeness(parts, "sailor", "deck"));
}

TEST(SkipGramTest, OneSeedGivesOneResultAndAnotherAnother) {
  const Corpus corpus = two_topics();
  SkipGramOptions options{.dimensions = 8, .epochs = 1};
  const WordVectors first = train_skip_gram(corpus, options, {}).value();
  EXPECT_EQ(train_skip_gram(corpus, options, {})->values, first.values);
  options.seed = 2;
  EXPECT_NE(train_skip_gram(corpus, options, {})->values, first.values);
}

TEST(SkipGramTest, IsToldOfProgressAndStopsWhenAsked) {
  const Corpus corpus = two_topics();
  std::int64_t told = 0;
  const auto stop = [&](const SkipGramProgress& progress) {
    EXPECT_EQ(progress.tokens, 20 * static_cast<std::int64_t>(corpus.tokens().size()));
    told = progress.tokens_done;
    return false;
  };
  EXPECT_FALSE(train_skip_gram(corpus, {.dimensions = 4, .epochs = 20}, stop));
  EXPECT_GT(told, 0);
  EXPECT_LT(told, 5 * static_cast<std::int64_t>(corpus.tokens().size()));
}

TEST(SkipGramTest, VectorsThatAreNotFiniteAreNotGiven) {
  EXPECT_THROW(train_skip_gram(two_topics(), {.dimensions = 4, .learning_rate = 1e30}, {}), DivergenceError);
}

TEST(SkipGramTest, TextsWithoutTwoFrequentWordsAreRefused) {
  Corpus corpus{TextRule{}};
  corpus.add("one two three");
  corpus.keep_words(2, 100);
  EXPECT_THROW(train_skip_gram(corpus, {}, {}), ArgumentError);
}

}  // namespace
}  // namespace recura
