#include "text/subwords.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <cfenv>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/random.h"
#include "task/train_subwords.h"
#include "text/encoder.h"

namespace recura {
namespace {

using testing::ElementsAre;
using Pieces = std::vector<Subword>;

const Tokenizer kSubwords({.unit = Unit::subword});

std::vector<std::string> corpus() {
  std::vector<std::string> texts;
  for (const char* name : {"en.train.jsonl", "zh.train.jsonl", "topics.train.jsonl"}) {
    std::ifstream file(std::string(RECURA_SOURCE_DIR "/examples/corpus/") + name);
    for (std::string line; std::getline(file, line);) texts.push_back(nlohmann::json::parse(line)["text"]);
  }
  return texts;
}

/// The library's own model of the same texts, whose words are in their forms
/// already.
class Library {
 public:
  explicit Library(const SubwordModel& model) {
    std::string spec;
    // A model of the library, written by its own rules: ModelProto has pieces
    // as field 1, of which 1 is the piece, 2 the score and 3 the type;
    // normaliser 3, of which 3 adds the blank before and 1 names the rule.
    const auto add = [&](const std::string& piece, float score, char type) {
      std::string field = "\x0A";
      field += static_cast<char>(piece.size());
      field += piece + "\x15" + std::string(reinterpret_cast<const char*>(&score), sizeof(score)) + "\x18" + type;
      spec += std::string("\x0A") + static_cast<char>(field.size()) + field;
    };
    add("<unk>", 0, 2);
    for (std::size_t i = 0; i < model.pieces.size(); ++i) add(model.pieces[i], model.scores[i], 1);
    spec += std::string("\x1A\x0A\x0A\x08identity", 12);
    if (const auto status = processor_.LoadFromSerializedProto(spec); !status.ok())
      throw SystemError("SentencePiece: {}", status.ToString());
  }

  /// Of a word in its form, or of several with one blank between them.
  std::vector<int> ids(const std::string& words) const { return processor_.EncodeAsIds(words); }

 private:
  sentencepiece::SentencePieceProcessor processor_;
};

std::vector<int> own_ids(const Subwords& subwords, const std::string& form) {
  std::vector<int> ids;
  for (const Subword& piece : subwords.cut(form)) ids.push_back(piece.id);
  return ids;
}

/// The forms of a text's words, each with kBegin.
std::vector<std::string> forms_of(const std::string& text) {
  std::vector<std::string> forms;
  for (const Token& word : kSubwords.cut(text)) forms.push_back(WordForm(kSubwords, text, word).bytes());
  std::erase(forms, Subwords::kBegin);
  return forms;
}

/// Parts of texts of the corpus, mixed, with characters that none of them has.
std::string mixed_text(const std::vector<std::string>& texts, Rng& rng) {
  const char* const odd[] = {"ﬁ", "é",  "Ünknown", "한국어", "🙂🙂",    "Ｆｕｌｌ",
                             " ", "　", "zzzz",    "中文",   "e\u0301", "ABC-12"};
  std::string text;
  for (std::uint64_t part = 0, parts = 1 + rng.below(6); part < parts; ++part) {
    const std::string& from = texts[rng.below(texts.size())];
    std::size_t begin = rng.below(from.size()), end = begin + rng.below(from.size() - begin + 1);
    while (begin < from.size() && (from[begin] & 0xC0) == 0x80) ++begin;
    while (end < from.size() && (from[end] & 0xC0) == 0x80) ++end;
    if (begin < end) text += from.substr(begin, end - begin);
    if (rng.below(2) == 0) text += odd[rng.below(std::size(odd))];
  }
  return text;
}

struct Differences {
  int words = 0;
  /// Texts that the library cuts otherwise as a whole: its float sums then
  /// begin with those of the words before, which decides between ways that are
  /// equally likely.
  int texts = 0;
};

Differences differences(int count) {
  const std::vector<std::string> texts = corpus();
  const SubwordModel model = train_subwords(kSubwords, texts, 1500);
  const Library library(model);
  const Subwords own(model.pieces, model.scores);
  Rng rng(11);
  Differences found;
  for (int i = 0; i < count; ++i) {
    const std::string text = i < std::ssize(texts) ? texts[static_cast<std::size_t>(i)] : mixed_text(texts, rng);
    std::vector<int> all;
    std::string line;
    for (const std::string& form : forms_of(text)) {
      const std::vector<int> ids = own_ids(own, form);
      const std::string word = form.substr(Subwords::kBegin.size());
      if (ids != library.ids(word) && found.words++ < 5) ADD_FAILURE() << word;
      all.insert(all.end(), ids.begin(), ids.end());
      line += (line.empty() ? "" : " ") + word;
    }
    found.texts += all == library.ids(line) ? 0 : 1;
  }
  return found;
}

TEST(SubwordsTest, AreThoseOfSentencePiece) {
  const Differences found = differences(2'000);
  EXPECT_EQ(found.words, 0);
  EXPECT_LE(found.texts, 10);
}

TEST(SubwordsTest, DISABLED_AreThoseOfSentencePieceInManyTexts) {
  const Differences found = differences(100'000);
  EXPECT_EQ(found.words, 0);
  RecordProperty("texts_cut_otherwise_as_a_whole", found.texts);
  std::cout << found.texts << " texts are cut otherwise as a whole\n";
}

TEST(SubwordsTest, TheLikeliestWayWins) {
  const Subwords subwords({"▁", "a", "b", "ab", "▁a"}, {-1, -3, -3, -4, -2});
  EXPECT_EQ(subwords.cut("▁ab"), (Pieces{{1, 0, 3}, {4, 3, 5}}));
  EXPECT_EQ(subwords.cut("▁a"), (Pieces{{5, 0, 4}}));
  // Runs of characters that are no pieces are one.
  EXPECT_EQ(subwords.cut("▁a中文b"), (Pieces{{5, 0, 4}, {0, 4, 10}, {3, 10, 11}}));
  EXPECT_EQ(subwords.cut(""), Pieces());
}

TEST(SubwordsTest, WaysThatAreRoundedOtherwiseAreNotTaken) {
  const Subwords subwords({"a", "b", "c", "ab", "bc"}, {-1, -1, -1, -0.1F, -0.1F});
  const auto usual = subwords.cut("abc");
  for (const int rounding : {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO}) {
    std::fesetround(rounding);
    const auto found = subwords.cut("abc");
    std::fesetround(FE_TONEAREST);
    EXPECT_EQ(found, usual);
  }
}

TEST(SubwordsTest, APieceStandsForWholeCharactersOfTheCallersText) {
  const std::string text = " Aﬁe\u0301 中";
  const std::vector<Token> words = kSubwords.cut(text);
  ASSERT_THAT(words, ElementsAre(Token{1, 8}, Token{9, 12}));
  const WordForm form(kSubwords, text, words[0]);
  EXPECT_EQ(form.bytes(), "▁afié");
  EXPECT_EQ(form.place({1, 0, 4}), (Token{1, 2}));  // ▁a
  EXPECT_EQ(form.place({1, 0, 3}), (Token{1, 1}));  // ▁ alone
  EXPECT_EQ(form.place({1, 4, 5}), (Token{2, 5}));  // the f of ﬁ
  EXPECT_EQ(form.place({1, 5, 6}), (Token{5, 5}));  // the i of it
  EXPECT_EQ(form.place({1, 5, 8}), (Token{5, 8}));  // ié
  EXPECT_EQ(form.place({1, 4, 8}), (Token{2, 8}));  // fié
  EXPECT_EQ(WordForm(kSubwords, text, words[1]).place({1, 0, 6}), (Token{9, 12}));
}

TEST(SubwordsTest, DamagedPiecesAreRefused) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<std::pair<std::vector<std::string>, std::vector<float>>> wrong{{{}, {}},
                                                                                   {{"a"}, {}},
                                                                                   {{""}, {-1}},
                                                                                   {{"\xFF"}, {-1}},
                                                                                   {{"a", "a"}, {-1, -2}},
                                                                                   {{"a"}, {nan}},
                                                                                   {{"a"}, {-1e30F}},
                                                                                   {{std::string(65, 'a')}, {-1}}};
  for (const auto& [pieces, scores] : wrong) EXPECT_THROW(Subwords(pieces, scores), DataError);
}

TEST(SubwordsTest, TheSameTextsGiveTheSamePieces) {
  const SubwordModel one = train_subwords(kSubwords, corpus(), 1300), other = train_subwords(kSubwords, corpus(), 1300);
  EXPECT_EQ(one.pieces, other.pieces);
  EXPECT_EQ(one.scores, other.scores);
  EXPECT_LE(one.pieces.size(), 1299U);
}

std::string refusal_of(const std::vector<std::string>& texts, std::int64_t size) {
  try {
    train_subwords(kSubwords, texts, size);
    return "";
  } catch (const DataError& error) {
    return error.what();
  }
}

TEST(SubwordsTest, TextsThatHaveNoneAreRefused) {
  EXPECT_EQ(refusal_of({" ", ""}, 500), "subwords: the texts have no words");
  EXPECT_EQ(refusal_of({"\u2581", "\u2581a \u2585"}, 500), "subwords: the texts have no words");
  EXPECT_EQ(refusal_of({"a b c", "d"}, 4), "subwords: 4 are too few for the 5 distinct characters of the texts");
}

TEST(SubwordsTest, FewTextsGiveFewPiecesAndPrintNothing) {
  testing::internal::CaptureStderr();
  for (const char* text : {"a", "a a a", "\u2581 \u2585", "a\u2585", "ab\u0301", "\U0001F642", "x\x01y", "1"}) {
    const SubwordModel few = train_subwords(kSubwords, std::vector<std::string>{text, "b"}, 8'000);
    EXPECT_FALSE(few.pieces.empty()) << text;
    EXPECT_NO_THROW(Subwords(few.pieces, few.scores)) << text;
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(SubwordsTest, ManyTextsOfOneCharacterAreTrainedToo) {
  EXPECT_NO_THROW(train_subwords(kSubwords, std::vector<std::string>(100, std::string(5'000, 'a')), 8'000));
}

TEST(SubwordEncoderTest, GivesTheIdsAndPlacesOfPieces) {
  const std::vector<std::string> pieces{"▁", "▁ab", "c", "中"};
  const auto subwords = std::make_shared<const Subwords>(pieces, std::vector<float>{-2, -1, -1, -1});
  const TextRule rule{.unit = Unit::subword};
  const TextEncoder encoder(rule, Vocabulary(pieces), 3, Keep::both, subwords);
  const EncodedText text = encoder.encode("ABc 中国");
  EXPECT_THAT(text.ids, ElementsAre(2, 3, 0));
  EXPECT_THAT(text.tokens, ElementsAre(Token{0, 2}, Token{2, 3}, Token{7, 10}));
  EXPECT_EQ(text.dropped, 2);  // ▁ and 中
  EXPECT_EQ(text.unknown, 1);
  std::vector<std::int32_t> all;
  encoder.each_id("ABc 中国", [&](std::int32_t id) { all.push_back(id); });
  EXPECT_THAT(all, ElementsAre(2, 3, 1, 4, 0));
  EXPECT_THROW(TextEncoder(rule, Vocabulary(pieces)), ArgumentError);
  EXPECT_THROW(TextEncoder({}, Vocabulary(pieces), 0, Keep::head, subwords), ArgumentError);
}

}  // namespace
}  // namespace recura
