#include "text/sentences.h"

#include <gtest/gtest.h>

#include <string>

namespace recura {
namespace {

using Strings = std::vector<std::string>;

Strings sentences(std::string_view text) {
  Strings result;
  for (const Token sentence : cut_sentences(text))
    result.emplace_back(text.substr(sentence.begin, sentence.end - sentence.begin));
  return result;
}

TEST(SentencesTest, EndAtStopsQuestionsAndExclamations) {
  EXPECT_EQ(sentences("It rained. Did it? Yes! \"So it did.\" Nobody went out."),
            (Strings{"It rained.", "Did it?", "Yes!", "\"So it did.\"", "Nobody went out."}));
}

TEST(SentencesTest, OfATextOfWhiteSpaceAreNone) {
  EXPECT_EQ(sentences(""), Strings{});
  EXPECT_EQ(sentences(" \n\n\t "), Strings{});
}

TEST(SentencesTest, EndAtABlankLineAndNotAtASingleEndOfLine) {
  EXPECT_EQ(sentences("A heading\n\nThe first line\nand the second. The next"),
            (Strings{"A heading", "The first line\nand the second.", "The next"}));
  EXPECT_EQ(sentences("A heading\r\n \r\nThe first\r\nend"), (Strings{"A heading", "The first\r\nend"}));
}

TEST(SentencesTest, OffsetsAreBytesOfTheCallersText) {
  const std::string text = "  Ein Café. Noch eins.\n";
  EXPECT_EQ(cut_sentences(text), (std::vector<Token>{{2, 12}, {13, 23}}));
}

TEST(SentencesTest, DoNotEndAtTitlesInitialsAndAbbreviations) {
  for (const char* one : {"Mr. Brown met Dr. Green.", "Gen. J. R. Miller spoke.", "Fruit, e.g. Apples, is dear.",
                          "See No. 5 and Fig. 7 there.", "It left at 5 p.m. on Monday.", "The U.S. economy grew.",
                          "Pi is 3.14 or so.", "On Jan. 5 it snowed.", "\"Why?\" he asked.", "1. Open the box."})
    EXPECT_EQ(sentences(one), Strings{one});
}

TEST(SentencesTest, EndAtTheEndOfTheTextWhateverStandsThere) {
  for (const char* last : {"Ask Mr.", "This and that, e.g.", "See No.", "It was J.", "1."}) {
    EXPECT_EQ(sentences(last), Strings{last});
    EXPECT_EQ(sentences("It rained. " + std::string(last) + " \n"), (Strings{"It rained.", last}));
  }
}

TEST(SentencesTest, EndAtAnAbbreviationBeforeACapital) {
  EXPECT_EQ(sentences("They live in the U.S. She does not."), (Strings{"They live in the U.S.", "She does not."}));
}

TEST(SentencesTest, EndAtAStopBeforeANumber) {
  EXPECT_EQ(sentences("That was in 2004. 12 people came. 7.5 went."),
            (Strings{"That was in 2004.", "12 people came.", "7.5 went."}));
}

TEST(SentencesTest, OfChineseEndBehindTheClosingQuote) {
  EXPECT_EQ(sentences("他说：“今天很冷。”我们没有出门！你呢？"),
            (Strings{"他说：“今天很冷。”", "我们没有出门！", "你呢？"}));
  EXPECT_EQ(sentences("价格是3.5元；数量不变；“他走了……”（完）再见"),
            (Strings{"价格是3.5元；", "数量不变；", "“他走了……”", "（完）再见"}));
}

TEST(SentencesTest, OfChineseEndAtDotsButNotBeforeAComma) {
  EXPECT_EQ(sentences("“等一下……”她停住了。好……，走吧"), (Strings{"“等一下……”", "她停住了。", "好……，走吧"}));
  EXPECT_EQ(sentences("Well… maybe not."), (Strings{"Well… maybe not."}));
}

TEST(SentencesTest, OfOtherScriptsEndByUnicodesRules) {
  EXPECT_EQ(sentences("यह पहला है। यह दूसरा है।"), (Strings{"यह पहला है।", "यह दूसरा है।"}));
  EXPECT_EQ(sentences("😀😀 🎉"), (Strings{"😀😀 🎉"}));
}

TEST(SentencesTest, OfClausesEndAtCommasToo) {
  const auto clauses = [](std::string_view text) {
    Strings result;
    for (const Token clause : cut_clauses(text))
      result.emplace_back(text.substr(clause.begin, clause.end - clause.begin));
    return result;
  };
  EXPECT_EQ(clauses("They said, “it costs 1,000;” and left: all. Nobody, then"),
            (Strings{"They said,", "“it costs 1,000;” and left:", "all.", "Nobody,", "then"}));
  EXPECT_EQ(clauses("“天冷，”他说，我们：走。"), (Strings{"“天冷，”", "他说，", "我们：", "走。"}));
  EXPECT_EQ(clauses(" ,  , "), (Strings{",", ","}));
  EXPECT_EQ(clauses(""), Strings{});
}

TEST(SentencesTest, HoldAllOfALongTextButTheWhiteSpaceBetweenThem) {
  constexpr std::size_t kTimes = 20'000;
  for (const std::string piece :
       {"No. 5. ", "a.\n", ". ", "\n", "……", "1. ", "。”", "Mr. \"", "J. ", "! (", "? \n\n", "\"\n\n", "\n\n "}) {
    std::string text, kept, expected;
    for (std::size_t i = 0; i < kTimes; ++i) text += piece;
    for (const std::string& sentence : sentences(text)) kept += sentence;
    const auto is_blank = [](char c) { return c == ' ' || c == '\n'; };
    std::erase_if(text, is_blank);
    std::erase_if(kept, is_blank);
    EXPECT_EQ(kept, text) << piece;
  }
}

}  // namespace
}  // namespace recura
