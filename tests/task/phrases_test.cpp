#include "task/summarise/select/phrases/phrases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "text/bytes.h"
#include "text/sentences.h"

namespace recura {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Phrases of a text where each token weighs 1, by a vocabulary of four forms, of which the first two are frequent.
class PhrasesTest : public testing::Test {
 protected:
  std::vector<Phrase> phrases(const std::string& text, std::size_t count = 100) const {
    const Document document = make_document(encoder_, text, cut_sentences(text));
    std::vector<std::vector<double>> weights;
    for (const auto& ids : document.ids) weights.emplace_back(ids.size(), 1.0);
    return best_phrases(find_words(encoder_, text, document), weights, count);
  }

  std::vector<std::string> texts(const std::string& text, std::size_t count = 100) const {
    std::vector<std::string> found;
    for (const Phrase& phrase : phrases(text, count)) found.emplace_back(bytes_of(text, phrase.places.front()));
    return found;
  }

  const TextEncoder encoder_{TextRule{}, Vocabulary({"the", "of", "bank"}), 20};
};

TEST_F(PhrasesTest, NeitherBeginsNorEndsWithAFrequentWordAndSaysWhereItStands) {
  const std::string text = "The Bank of England rose. The Bank of England fell.";
  const std::vector<Phrase> found = phrases(text);
  EXPECT_THAT(texts(text), ElementsAre("Bank of England", "rose", "fell"));
  EXPECT_THAT(found[0].places, ElementsAre(Token{4, 19}, Token{30, 45}));
  EXPECT_DOUBLE_EQ(found[0].score, 4 / std::sqrt(3));
  EXPECT_DOUBLE_EQ(found[1].score, 1);
}

TEST_F(PhrasesTest, PunctuationAndTheEndsOfSentencesPartThem) {
  EXPECT_THAT(texts("rain wind"), ElementsAre("rain wind"));
  EXPECT_THAT(texts("rain, wind"), ElementsAre("rain", "wind"));
  EXPECT_THAT(texts("Rain. Wind"), ElementsAre("Rain", "Wind"));
}

TEST_F(PhrasesTest, HasFourWordsAtMostAndSoManyAreGivenAsAreWanted) {
  EXPECT_THAT(texts("v w x y z"), ElementsAre("v w x y", "z"));
  EXPECT_THAT(texts("v w x y z", 1), ElementsAre("v w x y"));
  EXPECT_THAT(texts("v w x y z", 0), IsEmpty());
}

TEST_F(PhrasesTest, ANumberMakesNoneByItself) {
  EXPECT_THAT(texts("2007, 49% 3.5"), IsEmpty());
  EXPECT_THAT(texts("World Cup 2006"), ElementsAre("World Cup 2006"));
}

TEST_F(PhrasesTest, IsOneWhateverItsCaseAndWithoutAGenitive) {
  const std::string text = "Blair’s plan. BLAIR'S idea. Blair.";
  const std::vector<Phrase> found = phrases(text);
  EXPECT_THAT(texts(text), ElementsAre("Blair", "plan", "idea"));
  EXPECT_EQ(found[0].places.size(), 3U);
  EXPECT_EQ(found[0].places[1], (Token{16, 21}));
}

TEST_F(PhrasesTest, OneThatStandsThereTwiceHasItsWordsWhereTheyStandAlone) {
  const std::string text = "Tony Blair spoke. Blair left. Blair ate. Tony Blair slept.";
  const std::vector<Phrase> found = phrases(text, 2);
  EXPECT_EQ(texts(text, 2)[0], "Tony Blair");
  EXPECT_EQ(found[0].places.size(), 2U);
  EXPECT_DOUBLE_EQ(found[0].score, (2 + 4) / std::sqrt(2));
  EXPECT_EQ(found[1].score, 1);  // "Blair" alone says nothing new
}

TEST_F(PhrasesTest, WordsThatAHyphenJoinsAreOne) {
  EXPECT_THAT(texts("the 47-year-old"), ElementsAre("47-year-old"));
  EXPECT_THAT(texts("rain - wind"), ElementsAre("rain", "wind"));
}

TEST_F(PhrasesTest, ChineseOnesConsistOfWholeWords) {
  const std::string text = "人民银行下调利率。人民银行说。";
  const std::vector<Phrase> found = phrases(text);
  ASSERT_FALSE(found.empty());
  EXPECT_THAT(found[0].places, ElementsAre(Token{0, 12}, Token{27, 39}));
}

TEST_F(PhrasesTest, WhatStandsOverItselfCountsOnce) {
  const std::vector<Phrase> found = phrases("ha ha ha");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0].places, ElementsAre(Token{0, 2}, Token{3, 5}, Token{6, 8}));
}

TEST_F(PhrasesTest, WordsThatAreNotReadAreInNone) {
  std::string text = "the";
  for (int i = 0; i < 18; ++i) text += " of";
  EXPECT_THAT(texts(text + " rain wind"), ElementsAre("rain"));  // of 21 tokens 20 are read
}

TEST_F(PhrasesTest, ThoseOfMoreWeightComeFirst) {
  const std::string text = "Rain. Wind. Snow.";
  const Document document = make_document(encoder_, text, cut_sentences(text));
  const auto found = best_phrases(find_words(encoder_, text, document), {{0.5, 1}, {2, 1}, {0, 1}}, 9);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(bytes_of(text, found[0].places[0]), "Wind");
  EXPECT_EQ(bytes_of(text, found[1].places[0]), "Rain");
}

TEST_F(PhrasesTest, TextsWithoutWordsHaveNone) {
  for (const char* const text : {"", " ", "...", "the of", "😀 !", "\u2019s"})
    EXPECT_LE(texts(text).size(), 1U) << text;
  EXPECT_THAT(texts(""), IsEmpty());
  EXPECT_THAT(texts("the of the"), IsEmpty());
}

}  // namespace
}  // namespace recura
