#include <gtest/gtest.h>

#include "base/error.h"
#include "text/bytes.h"
#include "text/encoder.h"
#include "text/scripts.h"
#include "text/utf8.h"

namespace recura {
namespace {

std::vector<std::string> words(std::string_view text, const TextRule& rule = {}) {
  std::vector<std::string> result;
  for (const Token token : Tokenizer(rule).cut(text))
    result.emplace_back(text.substr(token.begin, token.end - token.begin));
  return result;
}

using Words = std::vector<std::string>;

TEST(Utf8Test, ABadByteIsNamedByLineAndColumn) {
  const auto bad = find_bad_utf8("eins\n\xE4\xBD\xA0x\xFF");
  ASSERT_TRUE(bad);
  EXPECT_EQ(bad->offset, 9u);
  EXPECT_EQ(bad->line, 2u);
  EXPECT_EQ(bad->column, 3u);
  EXPECT_EQ(replace_bad_utf8("a\xE4\xBDz"), "a\xEF\xBF\xBDz");
}

TEST(Utf8Test, TheLastCodePointIsReadFromTheEnd) {
  EXPECT_EQ(last_code_point("aé你"), 0x4F60);
  EXPECT_EQ(last_code_point("你好吗😀"), 0x1F600);
  EXPECT_EQ(last_code_point("a"), 'a');
  EXPECT_EQ(last_code_point(""), 0);
  EXPECT_LT(last_code_point("a\xE4\xBD"), 0);
}

TEST(Utf8Test, ALongTextIsCutBetweenCodePoints) {
  EXPECT_EQ(cut_short("你好吗", 3), "你好吗");
  EXPECT_EQ(cut_short("你好吗", 2), "你好…");
  EXPECT_EQ(cut_short("", 2), "");
}

TEST(ScriptsTest, LettersAreCountedByScriptAndWhatIsSharedIsNot) {
  std::map<std::string, std::int64_t> counts;
  count_scripts("Ab é, 你好! 3 \u0301カ", counts);
  EXPECT_EQ(counts, (std::map<std::string, std::int64_t>{{"Latin", 3}, {"Han", 2}, {"Katakana", 1}}));
}

TEST(TokenizerTest, WordsArePunctuationAndWordsWithoutBlanks) {
  EXPECT_EQ(words("It isn't 3.5\tmiles,\r\nok?"), (Words{"It", "isn't", "3.5", "miles", ",", "ok", "?"}));
}

TEST(TokenizerTest, ChineseAndJapaneseFallIntoCharactersUnlessTheDictionaryIsAskedFor) {
  EXPECT_EQ(words("我买了iPhone 15手机。"), (Words{"我", "买", "了", "iPhone", "15", "手", "机", "。"}));
  EXPECT_EQ(words("カメラです"), (Words{"カ", "メ", "ラ", "で", "す"}));
  EXPECT_EQ(words("我买了手机", {.dictionary = true}).size(), 4u);
}

TEST(TokenizerTest, WhatStandsBetweenCharactersThatFallApartIsCutAsIfAlone) {
  EXPECT_EQ(words("6ーユゲ、カ_バ"), (Words{"6", "ー", "ユ", "ゲ", "、", "カ", "_", "バ"}));
  EXPECT_EQ(words("user_ﾃﾞｰﾀ"), (Words{"user_", "ﾃﾞ", "ｰ", "ﾀ"}));
  EXPECT_EQ(words("价3,000.5元,isn't（iPhone）"), (Words{"价", "3,000.5", "元", ",", "isn't", "（", "iPhone", "）"}));
  EXPECT_EQ(words("한국漢字か\xE3\x82\x99です"), (Words{"한국", "漢", "字", "か\xE3\x82\x99", "で", "す"}));
  EXPECT_EQ(words("漢\xEF\xB8\x80\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA字"),
            (Words{"漢\xEF\xB8\x80", "\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA", "字"}));
}

/// Leaves each run whole.
class WholeRuns : public WordSplitter {
 public:
  std::vector<std::vector<Token>> cut(const std::vector<std::string>& runs) const override {
    std::vector<std::vector<Token>> words;
    for (const std::string& run : runs) words.push_back({{0, run.size()}});
    return words;
  }
  std::string bytes() const override { return ""; }
  std::string digest() const override { return ""; }
};

TEST(TokenizerTest, ASplitterGetsRunsWithTheirMarks) {
  const TextRule rule{.splitter = std::make_shared<WholeRuns>()};
  EXPECT_EQ(words("ﾃﾞｰﾀを送る2通、コーヒーで", rule), (Words{"ﾃﾞｰﾀを送る", "2", "通", "、", "コーヒーで"}));
}

TEST(TokenizerTest, OffsetsAreThoseOfTheCallersBytesThroughEmojiAndMarks) {
  const std::string text =
      "\xEF\xBB\xBF"
      "cafe\xCC\x81 \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80!";
  EXPECT_EQ(words(text, {.unit = Unit::character}),
            (Words{"c", "a", "f", "e\xCC\x81", "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80", "!"}));
  EXPECT_EQ(words(text).front(), "cafe\xCC\x81");
}

TEST(TokenizerTest, NulSeparatesAndNothingGivesNothing) {
  EXPECT_EQ(words(std::string_view("ab\0cd", 5)), (Words{"ab", "cd"}));
  EXPECT_TRUE(words("").empty());
  EXPECT_TRUE(words(" \t\r\n\xE3\x80\x80").empty());
}

TEST(TokenizerTest, TagsAreDroppedAndOtherAnglesStay) {
  EXPECT_EQ(words("good<br /><br/>bad a < b <3 </p>", {.drop_html = true}),
            (Words{"good", "bad", "a", "<", "b", "<", "3"}));
}

TEST(TokenizerTest, FormsAreNormalisedAndInLowerCase) {
  const Tokenizer tokenizer{TextRule{}};
  EXPECT_EQ(tokenizer.form("ABC"), "abc");
  EXPECT_EQ(tokenizer.form("ＡＢＣ１"), "abc1");
  EXPECT_EQ(tokenizer.form("CAFE\xCC\x81"), "café");
  EXPECT_EQ(Tokenizer({.normalization = Normalization::nfc, .lower_case = false}).form("Ａ"), "Ａ");
}

TEST(TokenizerTest, CapitalsThatOnlyNormalisingShowsAreLoweredToo) {
  const Tokenizer tokenizer{TextRule{}};
  EXPECT_EQ(tokenizer.form("𝐇𝐄𝐋𝐋𝐎"), "hello");
  EXPECT_EQ(tokenizer.form("℡"), "tel");
  EXPECT_EQ(tokenizer.form("Ⅷ"), "viii");
  EXPECT_EQ(tokenizer.form("𝐇𝐄𝐋𝐋𝐎"), tokenizer.form(tokenizer.form("𝐇𝐄𝐋𝐋𝐎")));
  EXPECT_EQ(Tokenizer({.lower_case = false}).form("℡"), "TEL");
  EXPECT_EQ(Tokenizer({.normalization = Normalization::nfc}).form("CAFE\xCC\x81"), "café");
}

TEST(TokenizerTest, AMillionTokensTakeLinearTimeAndKeepTheirOffsets) {
  std::string text;
  for (int i = 0; i < 1000000; ++i) text += "x ";
  const auto tokens = Tokenizer(TextRule{}).cut(text);
  ASSERT_EQ(tokens.size(), 1000000u);
  EXPECT_EQ(tokens.back(), (Token{1999998, 1999999}));
}

TEST(VocabularyTest, IdsGoByCountAndThenByBytesAndZeroIsUnknown) {
  VocabularyBuilder builder;
  for (const char* form : {"b", "a", "c", "c", "once"}) builder.add(form);
  const Vocabulary vocabulary = builder.build(1, 4);
  EXPECT_EQ(vocabulary.forms(), (Words{"c", "a", "b"}));
  EXPECT_EQ(vocabulary.id("c"), 1);
  EXPECT_EQ(vocabulary.id("once"), Vocabulary::kUnknown);
  EXPECT_EQ(builder.build(2, 100).size(), 2);
  EXPECT_THROW(Vocabulary({"a", "a"}), DataError);
}

TEST(VocabularyTest, GrowsAndFindsEachFormAgain) {
  Vocabulary vocabulary;
  EXPECT_EQ(vocabulary.id("0"), Vocabulary::kUnknown);
  for (int i = 0; i < 10'000; ++i) vocabulary.add(std::to_string(i));
  EXPECT_EQ(vocabulary.size(), 10'001);
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_EQ(vocabulary.id(std::to_string(i)), i + 1);
    EXPECT_EQ(vocabulary.form(i + 1), std::to_string(i));
  }
  EXPECT_EQ(vocabulary.id("10000"), Vocabulary::kUnknown);
  EXPECT_THROW(vocabulary.add("7"), DataError);
  EXPECT_THROW(vocabulary.add(""), DataError);
  EXPECT_EQ(vocabulary.size(), 10'001);
}

TEST(EncoderTest, KeepsHeadTailOrBothOfALongText) {
  VocabularyBuilder builder;
  for (const char* form : {"a", "b", "c", "d", "e"}) builder.add(form);
  const auto ids = [&](Keep keep) { return TextEncoder({}, builder.build(1, 100), 3, keep).encode("A b c d e").ids; };
  EXPECT_EQ(ids(Keep::head), (std::vector<std::int32_t>{1, 2, 3}));
  EXPECT_EQ(ids(Keep::tail), (std::vector<std::int32_t>{3, 4, 5}));
  EXPECT_EQ(ids(Keep::both), (std::vector<std::int32_t>{1, 2, 5}));
  const EncodedText encoded = TextEncoder({}, builder.build(1, 100), 3).encode("a z b c");
  EXPECT_EQ(encoded.unknown, 1);
  EXPECT_EQ(encoded.dropped, 1);
}

}  // namespace
}  // namespace recura
