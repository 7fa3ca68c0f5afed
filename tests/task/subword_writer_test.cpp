#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "base/temporary_folder.h"
#include "task/summarise/write/report.h"
#include "task/summarise/write/subword_words.h"
#include "task/ten_pairs.h"
#include "text/bytes.h"

namespace recura {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

JoinedPieces joined(const std::vector<std::string>& subwords) {
  std::vector<Piece> pieces;
  for (const std::string& text : subwords) pieces.push_back({text});
  return join_subwords(pieces);
}

TEST(SubwordWordsTest, ABlankStandsWhereAWordBegins) {
  const JoinedPieces one = joined({"▁The", "▁race", "s", ".", "▁", "▁\"", "No", "\"", "▁"});
  EXPECT_EQ(one.text, "The races. \"No\"");
  EXPECT_THAT(one.places, ElementsAre(Token{0, 3}, Token{4, 8}, Token{8, 9}, Token{9, 10}, Token{10, 10}, Token{11, 12},
                                      Token{12, 14}, Token{14, 15}, Token{15, 15}));
  EXPECT_EQ(joined({"▁", "中国", "队", "。"}).text, "中国队。");
  EXPECT_EQ(joined({"s", "▁a"}).text, "s a");
  EXPECT_EQ(joined({}).text, "");
}

std::vector<std::string> words_of(const std::vector<std::string>& subwords) {
  const JoinedPieces all = joined(subwords);
  std::vector<std::string> words;
  for (const auto [first, last] : words_of_subwords(all.text, all.places))
    words.push_back(all.text.substr(all.places[first].begin, all.places[last - 1].end - all.places[first].begin));
  return words;
}

TEST(SubwordWordsTest, WordsAndMarksAreToldApartWherePiecesAre) {
  EXPECT_THAT(words_of({"▁The", "▁race", "s", ".", "▁", "▁Don", "'", "t"}), ElementsAre("The", "races", ".", "Don't"));
  EXPECT_THAT(words_of({"▁", "中国", "队", "12", "胜", "。"}), ElementsAre("中国", "队", "12", "胜", "。"));
  EXPECT_THAT(words_of({"▁1", "2,", "▁3"}), ElementsAre("12,", "3"));
  EXPECT_THAT(words_of({"▁"}), IsEmpty());
}

TEST(SubwordWordsTest, AWordIsCopiedIfAllItsPiecesAreAndStandTogether) {
  const WordOrigin first{.copied = 0.8, .place = 1, .attention = {real(0.25), real(0.5), real(0.25)}};
  const WordOrigin second{.copied = 0.5, .place = 2, .attention = {real(0.5), 0, real(0.5)}};
  const WordOrigin word = origin_of_word(std::vector{first, second});
  EXPECT_NEAR(word.copied, 0.4, 1e-12);
  EXPECT_EQ(word.place, 1);
  EXPECT_EQ(word.count, 2);
  EXPECT_THAT(word.attention, ElementsAre(real(0.375), real(0.25), real(0.375)));
  EXPECT_EQ(origin_of_word(std::vector{second, first}).place, -1);
  EXPECT_EQ(origin_of_word(std::vector{WordOrigin{}, WordOrigin{.place = 0}}).place, -1);
  EXPECT_EQ(origin_of_word(std::vector{second}).place, 2);
}

TEST(SubwordWordsTest, CharactersThatAreNoPieceAreNumberedAsTheyCome) {
  const std::vector<std::string> pieces{"▁", "▁a", "b"};
  TextRule rule{.unit = Unit::subword, .lower_case = false};
  const TextEncoder encoder(rule, Vocabulary(pieces), 0, Keep::head,
                            std::make_shared<const Subwords>(pieces, std::vector<float>{-2, -1, -1}));
  const WriteExample example = make_example(encoder, 4, "ab Žö bŽ", "aŽö x");
  EXPECT_THAT(example.source.numbers, ElementsAre(2, 3, 1, 4, 1, 3, 5));
  EXPECT_THAT(example.source.others, ElementsAre("Žö", "Ž"));
  EXPECT_THAT(example.source.marks, ElementsAre(1));
  EXPECT_THAT(example.numbers, ElementsAre(2, 4, 1, -1));
}

WriteRecipe subword_recipe() {
  WriteRecipe recipe = small_writer_recipe();
  recipe.rule.unit = Unit::subword;
  recipe.subwords = 60;
  recipe.fit.epochs = 100;  // with fewer some seeds do not know all pairs yet
  return recipe;
}

/// Knows ten pairs by heart, in pieces of words.
class SubwordWriterTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { trained_ = std::make_unique<TrainedWriter>(train_small(1, subword_recipe())); }
  static void TearDownTestSuite() { trained_.reset(); }

  static WrittenSummaries write(const std::string& text, const BeamOptions& options = {.no_repeat = 0}) {
    return write(trained_->model, text, options);
  }
  static WrittenSummaries write(const WriteModel& model, const std::string& text, const BeamOptions& options) {
    Executor executor(2);
    return write_summaries(model, std::vector{text}, {options, 1, 2}, executor)[0];
  }
  static std::string text_of(const WrittenSummary& summary, const WrittenWord& word) {
    return std::string(bytes_of(summary.text, word.place));
  }

  inline static std::unique_ptr<TrainedWriter> trained_;
};

TEST_F(SubwordWriterTest, LearnsTenPairsByHeart) {
  const WriteNetworkSpec& spec = trained_->model.network->spec();
  EXPECT_EQ(spec.outputs, spec.vocabulary);
  EXPECT_LE(spec.vocabulary, 60);
  EXPECT_EQ(trained_->data.lost, 0);
  const std::vector<SummaryRow> rows = ten_pairs().rows;
  for (const SummaryRow& row : rows) EXPECT_EQ(write(row.text).summaries[0].text, row.summaries[0]);
}

TEST_F(SubwordWriterTest, CopiesAWordThatItNeverSawAndSaysFromWhere) {
  const std::string text = "It rained. Then Hus won 12 races (of 40), they said, in May.";
  const WrittenSummaries written = write(text);
  const WrittenSummary& summary = written.summaries[0];
  EXPECT_EQ(summary.text, "Hus won 12 races.");
  ASSERT_EQ(summary.words.size(), 5U);
  const WrittenWord& word = summary.words[0];
  EXPECT_EQ(text_of(summary, word), "Hus");
  const auto place = static_cast<std::size_t>(word.origin.place);
  EXPECT_EQ(bytes_of(text, {written.tokens[place].begin,
                            written.tokens[place + static_cast<std::size_t>(word.origin.count) - 1].end}),
            "Hus");
  EXPECT_FALSE(word.is_new);
  for (const WrittenWord& one : summary.words) {
    ASSERT_EQ(one.attended.size(), 2U);
    EXPECT_GE(one.attended[0].second, one.attended[1].second);
    for (const auto& [at, weight] : one.attended) {
      const Token& token = written.tokens[static_cast<std::size_t>(at)];
      EXPECT_LT(token.begin, token.end);
    }
  }
  EXPECT_EQ(text_of(summary, summary.words[4]), ".");
}

TEST_F(SubwordWriterTest, FlagsWholeWordsThatTheTextLacks) {
  const WrittenSummary summary = write("It rained. Then he won, they said.", {.least = 9, .most = 30}).summaries[0];
  for (const WrittenWord& word : summary.words) {
    const std::string form = text_of(summary, word);
    EXPECT_EQ(word.is_new,
              form == "12" || form == "40" ||
                  (word.place.begin > 0 && form != "It" && form != "Then" && form[0] >= 'A' && form[0] <= 'Z'))
        << summary.text << ": " << form;
  }
}

TEST_F(SubwordWriterTest, IsWhatItsFileHolds) {
  const TemporaryFolder folder;
  save(trained_->model, folder / "m.recura");
  const ModelFile file = ModelFile::open(folder / "m.recura");
  EXPECT_THAT(file.tensor_names(), Not(testing::Contains("spacing")));
  const WriteModel read = read_writer(file);
  const std::string text = "It rained. Then Zoë lost the key (of 40), they said, in May.";
  const WrittenSummary own = write(text).summaries[0], its = write(read, text, {.no_repeat = 0}).summaries[0];
  EXPECT_EQ(its.text, own.text);
  EXPECT_EQ(its.score, own.score);
  save(read, folder / "again.recura");
  EXPECT_EQ(content_of(folder / "again.recura"), content_of(folder / "m.recura"));
}

TEST_F(SubwordWriterTest, NoLimitOfPiecesBreaksACharacterNorWritesAMark) {
  for (Index most = 1; most < 12; ++most) {
    const std::string text = write("Then Žöß won 12 races.", {.most = most}).summaries[0].text;
    EXPECT_NE(text, "");
    EXPECT_THAT(text, Not(HasSubstr("▁")));
    EXPECT_THAT(text, Not(HasSubstr("unk")));
    EXPECT_FALSE(text.ends_with(' '));
  }
}

/// Other pieces may make the same words.
TEST_F(SubwordWriterTest, TheBestTextsAreOfEachKindOne) {
  Executor executor(2);
  const std::vector<std::string> texts{"It rained. Then Hus won 12 races (of 40), they said, in May."};
  const BeamOptions wide{.beam = 300, .no_repeat = 0};
  const auto texts_of = [&](Index count) {
    std::vector<std::string> found;
    const auto written = write_summaries(trained_->model, texts, {wide, count}, executor);
    for (const WrittenSummary& one : written[0].summaries) found.push_back(one.text);
    return found;
  };
  const std::vector<std::string> all = texts_of(300), some = texts_of(5);
  ASSERT_GE(all.size(), 5U);
  EXPECT_LT(all.size(), 300U) << "of as many that were found, some make one text";
  EXPECT_EQ(std::set(all.begin(), all.end()).size(), all.size());
  EXPECT_THAT(some, testing::ElementsAreArray(all.begin(), all.begin() + 5));
}

TEST(SubwordWriterTrainingTest, ChineseIsWrittenInPiecesWithoutBlanksWhereTheMarkOfTheBeginningIsNoWord) {
  SummaryData data;
  for (const char* const who : {"小明", "小红", "大卫", "安娜"}) {
    const std::string one = std::string(who) + "赢得了比赛";
    data.rows.push_back({.text = "昨天下雨。后来" + one + "，他们说。", .summaries = {one + "。"}});
  }
  const std::vector<SummaryRow> rows = data.rows;
  WriteRecipe recipe = subword_recipe();
  recipe.fit.epochs = 120;
  Executor executor(1);
  const TrainedWriter trained = train_writer({std::move(data)}, recipe, executor, {});
  std::int64_t longest = 0;
  for (const SummaryRow& row : rows) {
    const WrittenSummary summary = write_summaries(trained.model, std::vector{row.text}, {}, executor)[0].summaries[0];
    EXPECT_EQ(summary.text, row.summaries[0]);
    longest = std::max<std::int64_t>(longest, std::ssize(summary.words));
  }
  EXPECT_GT(longest, 1);
  EXPECT_EQ(trained.model.longest, longest);
  const std::vector<std::string> texts{rows[0].text};
  const auto shortest = write_summaries(trained.model, texts, {{.most = 1}, 5}, executor);
  for (const WrittenSummary& one : shortest[0].summaries) EXPECT_NE(one.text, "");
}

TEST(SubwordWriterTrainingTest, TheSameSeedGivesTheSameModelForAnyThreads) {
  WriteRecipe recipe = subword_recipe();
  recipe.fit.epochs = 3;
  recipe.loss.scheduled_sampling = 0.5;
  const TrainedWriter one = train_small(1, recipe);
  for (const int threads : {2, 3})
    EXPECT_TRUE(same_weights(*one.model.network, *train_small(threads, recipe).model.network));
}

}  // namespace
}  // namespace recura
