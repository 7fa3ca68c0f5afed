#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/temporary_folder.h"
#include "task/summarise/compress/align.h"
#include "task/summarise/compress/choose.h"
#include "task/summarise/compress/predict.h"
#include "task/summarise/compress/report.h"
#include "task/summarise/compress/train.h"
#include "task/summarise/compress/words.h"

namespace recura {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Flags = std::vector<bool>;
using Words = std::vector<std::string>;

const Tokenizer kTokenizer{TextRule{}};

TEST(AlignTest, FindsTheLongestCommonSubsequence) {
  EXPECT_EQ(align({"a", "b", "c", "d"}, {"a", "c"}).keep, (Flags{true, false, true, false}));
  EXPECT_EQ(align({}, {"a"}).keep, Flags{});
  EXPECT_EQ(align({"a"}, {}).keep, Flags{false});
  EXPECT_TRUE(align({"a", "b"}, {"b"}).is_whole);
}

TEST(AlignTest, OfSeveralTakesTheOneWithTheFewestGaps) {
  EXPECT_EQ(align({"the", "x", "the", "sea"}, {"the", "sea"}).keep, (Flags{false, false, true, true}));
  EXPECT_EQ(align({"the", "sea", "x", "the"}, {"the", "sea"}).keep, (Flags{true, true, false, false}));
  EXPECT_EQ(align({"b", "q", "b", "c", "q", "c"}, {"b", "c"}).keep, (Flags{false, false, true, true, false, false}));
}

TEST(AlignTest, OfLongTextsTakesTheNextPlaceOfEachWord) {
  std::vector<std::string> text;
  for (int i = 0; i < 20'000; ++i) text.push_back(std::to_string(i % 1000));
  std::vector<std::string> summary(text.begin() + 5000, text.begin() + 15'000);
  const Alignment whole = align(text, summary);
  EXPECT_TRUE(whole.is_whole);
  EXPECT_EQ(std::ranges::count(whole.keep, true), 10'000);
  EXPECT_TRUE(whole.keep[0]);
  summary[1] = "of no place";
  EXPECT_FALSE(align(text, summary).is_whole);
}

TEST(AlignTest, KeepsWhatItCanOfASummaryThatSaysMore) {
  const Alignment found = align({"a", "b", "c"}, {"z", "a", "c", "b"});
  EXPECT_EQ(std::ranges::count(found.keep, true), 2);
  EXPECT_TRUE(found.keep[0]);
  EXPECT_FALSE(found.is_whole);
}

SummaryRow row_of(const std::string& text, const std::string& summary = "") {
  SummaryRow row{.text = text, .summaries = {summary}, .line = 7};
  row.sentences = cut_words(kTokenizer, text);
  return row;
}

std::int64_t find(SummaryRow& row) {
  std::vector<SummaryRow> rows{std::move(row)};
  Executor executor(1);
  const std::int64_t partial = find_kept(rows, kTokenizer, executor);
  row = std::move(rows.front());
  return partial;
}

TEST(KeptTest, IsFoundInSmallLettersWhereTheDataDoNotSayIt) {
  SummaryRow row = row_of("In May, the sea was cold.", "The sea was cold.");
  EXPECT_EQ(find(row), 0);
  EXPECT_EQ(row.keep, (Flags{false, false, false, true, true, true, true, true}));
  SummaryRow other = row_of("The sea was cold.", "The lake was cold.");
  EXPECT_EQ(find(other), 1);
  EXPECT_EQ(other.keep, (Flags{true, false, true, true, true}));
}

TEST(KeptTest, IsWhatTheDataSayOfPiecesThatWordsBeginIn) {
  SummaryRow row{.text = "Ann's boat-house sank.", .summaries = {"x"}};
  row.sentences = {{0, 3}, {3, 4}, {4, 5}, {6, 10}, {10, 11}, {11, 16}, {17, 21}};  // without the full stop
  row.keep = {true, false, false, false, false, true, true};
  EXPECT_EQ(find(row), 0);
  EXPECT_EQ(row.keep, (Flags{true, false, false, true, true, false}));  // Ann's boat - house sank .
}

TEST(KeptTest, BecomesSpansOfEachSentence) {
  SummaryRow row = row_of("We swam far. It rained.\n\n", "We swam. It");
  find(row);
  const auto sentences = tagged_sentences(row);
  ASSERT_EQ(sentences.size(), 2U);
  EXPECT_THAT(sentences[0].spans, ElementsAre(NamedSpan{0, 2, kKept}, NamedSpan{3, 4, kKept}));
  EXPECT_THAT(sentences[1].spans, ElementsAre(NamedSpan{0, 1, kKept}));
  EXPECT_EQ(sentences[1].token(1), "rained");
  EXPECT_EQ(sentences[1].line, 7);
  EXPECT_THAT(tagged_sentences(row_of("")), IsEmpty());
}

std::string joined(const std::string& text, const std::vector<std::size_t>& chosen) {
  return joined_words(text, cut_words(kTokenizer, text), chosen);
}

TEST(JoinedWordsTest, ABlankStandsWhereTheTextHasOneBeforeAWord) {
  EXPECT_EQ(joined("The mayor (of Esk), Ann,\tsaid no.", {0, 1, 6, 9, 11}), "The mayor, said.");
  EXPECT_EQ(joined("The mayor (Ann) left", {1, 3, 5}), "mayor Ann left");
  EXPECT_EQ(joined("The mayor (Ann) left", {1, 2, 3, 4}), "mayor (Ann)");
  EXPECT_EQ(joined("我们今天去北京", {0, 1, 4, 5, 6}), "我们去北京");
  EXPECT_EQ(joined("Ann left", {}), "");
}

/// A sentence that keeps its likeliest words, however many.
ReadSentence likeliest_by(const std::vector<double>& p) {
  ReadSentence sentence{.p = p, .keep = {}, .scores = {0}};
  for (std::size_t count = 0; count <= p.size(); ++count) {
    auto& keep = sentence.keep.emplace_back(p.size());
    for (const std::size_t word : choose_best(p, count)) keep[word] = true;
  }
  std::vector<double> falling = p;
  std::ranges::sort(falling, std::ranges::greater{});
  for (const double one : falling) sentence.scores.push_back(sentence.scores.back() + std::log(one / (1 - one)));
  return sentence;
}

/// A sentence whose likeliest sequences keep its first words.
ReadSentence first_by(const std::vector<double>& scores) {
  ReadSentence sentence{.p = std::vector<double>(scores.size() - 1), .keep = {}, .scores = scores};
  for (std::size_t count = 0; count < scores.size(); ++count) {
    auto& keep = sentence.keep.emplace_back(scores.size() - 1);
    std::fill_n(keep.begin(), count, true);
  }
  return sentence;
}

TEST(ReadTextTest, WordsGoToTheSentenceWhoseScoreRisesMost) {
  const ReadText text({first_by({0, 2, 3, -1}), first_by({0, 1.5, 0})});
  EXPECT_EQ(text.likeliest(), 3U);
  EXPECT_THAT(text.kept(1), ElementsAre(0));
  EXPECT_THAT(text.kept(2), ElementsAre(0, 3));
  EXPECT_THAT(text.kept(3), ElementsAre(0, 1, 3));
  EXPECT_THAT(text.kept(9), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(text.kept(0), IsEmpty());
}

TEST(ReadTextTest, WhatRisesLaterCountsFromTheBeginning) {
  const ReadText text({first_by({0, -1, 4}), first_by({0, 1})});  // two words of the first: 2 each
  EXPECT_THAT(text.kept(1), ElementsAre(0));
  EXPECT_THAT(text.kept(2), ElementsAre(0, 1));
  EXPECT_THAT(text.kept(3), ElementsAre(0, 1, 2));
}

TEST(ReadTextTest, KeepsAWordIfThereIsOne) {
  EXPECT_EQ(ReadText({first_by({0, -1})}).likeliest(), 1U);
  EXPECT_EQ(ReadText().likeliest(), 0U);
  EXPECT_THAT(ReadText().kept(4), IsEmpty());
}

class ChooseWordsTest : public testing::Test {
 protected:
  std::vector<std::size_t> chosen(const SummaryLimits& limits) const {
    return choose_words(text_, cut_words(kTokenizer, text_), read_, limits);
  }

  const std::string text_ = "We saw, at last, land.";  // 5 words, 3 marks
  const ReadText read_{std::vector{likeliest_by({0.9, 0.8, 0.3, 0.1, 0.2, 0.4, 0.7, 0.95})}};
};

TEST_F(ChooseWordsTest, TheLikeliestOnesComeInTheTextsOrder) {
  EXPECT_THAT(chosen({.sentences = 4}), ElementsAre(0, 1, 6, 7));
  EXPECT_THAT(chosen({.share = 0.5}), ElementsAre(0, 1, 6, 7));
  EXPECT_THAT(chosen({.share = 0.001}), ElementsAre(7));
  EXPECT_EQ(chosen({}).size(), 8U);
}

TEST_F(ChooseWordsTest, MarksAreNoWords) {
  EXPECT_THAT(chosen({.words = 2}), ElementsAre(0, 1, 7));
  EXPECT_THAT(chosen({.words = 3}), ElementsAre(0, 1, 2, 5, 6, 7));  // both commas are likelier than the next word
  EXPECT_EQ(chosen({.words = 5}).size(), 8U);
}

TEST_F(ChooseWordsTest, CharactersAreThoseOfTheSummary) {
  EXPECT_THAT(chosen({.characters = 12}), ElementsAre(0, 1, 6, 7));  // We saw land.
  EXPECT_THAT(chosen({.characters = 11}), ElementsAre(0, 1, 7));
  EXPECT_EQ(chosen({.characters = 22}).size(), 8U);
  EXPECT_THAT(chosen({.words = 1, .characters = 22}), ElementsAre(0, 7));
}

TEST_F(ChooseWordsTest, ALimitOfNothingGivesNothing) {
  for (const SummaryLimits& limits : {SummaryLimits{.sentences = 0}, {.words = 0}, {.characters = 0}, {.share = 0}})
    EXPECT_THAT(chosen(limits), IsEmpty());
}

/// Texts whose summaries lack what stands between commas, and the day.
SummaryData comma_data(int count) {
  const char* const who[] = {"Ann", "Bob", "the mayor", "a nurse", "my aunt"};
  const char* const what[] = {"sold the boat", "won a prize", "left the town"};
  const char* const day[] = {"Monday", "Friday"};
  SummaryData data;
  for (int i = 0; i < count; ++i) {
    const std::string one = who[i % 5], done = what[i % 3];
    data.rows.push_back(
        {.text = one + ", they say, " + done + " on " + day[i % 2] + ".", .summaries = {one + " " + done + "."}});
  }
  return data;
}

TaggerRecipe small_compressor_recipe() {
  TaggerRecipe recipe;
  recipe.network.channels = {{"word", 0, 12}};
  recipe.network.hidden = 8;
  recipe.fit = {.epochs = 20, .batch_size = 4, .learning_rate = 0.02};
  return recipe;
}

TrainedCompressor trained_compressor(int threads = 1, const TaggerRecipe& recipe = small_compressor_recipe()) {
  Executor executor(threads);
  return train_compressor({comma_data(40), comma_data(10)}, recipe, executor, {});
}

ReadText read(const CompressModel& model, const std::string& text) {
  Executor executor(1);
  const SummaryRow row = row_of(text);
  return predict(model, std::span(&row, 1), false, executor).front();
}

TEST(CompressTest, ASmallTextIsLearntByHeart) {
  const TrainedCompressor result = trained_compressor();
  EXPECT_DOUBLE_EQ(result.fit.best_score, 1);
  EXPECT_EQ(result.data.partial, 0);
  EXPECT_LT(result.data.lead, 0.8);
  const std::string text = "Bob, they say, left the town on Friday.";
  const ReadText found = read(result.model, text);
  EXPECT_EQ(joined(text, found.kept(found.likeliest())), "Bob left the town.");
  EXPECT_GT(found.p()[0], 0.9);
  EXPECT_LT(found.p()[1], 0.1);
}

TEST(CompressTest, TheReportStandsBetweenLeadAndOracle) {
  const TrainedCompressor result = trained_compressor();
  std::vector<SummaryRow> rows = comma_data(10).rows;
  Executor executor(2);
  find_kept(rows, kTokenizer, executor);
  const CompressReport report = compress_report(result.model, rows, {}, {}, executor);
  EXPECT_DOUBLE_EQ(report.model.sentences.f1, 1);
  EXPECT_DOUBLE_EQ(report.free.sentences.f1, 1);
  EXPECT_DOUBLE_EQ(report.oracle.summaries.rouge.mean.rouge2.f1, 1);
  EXPECT_LT(report.lead.sentences.f1, 0.8);
  EXPECT_DOUBLE_EQ(report.model.share, report.oracle.share);
  const CompressReport half = compress_report(result.model, rows, {.share = 0.25}, {}, executor);
  EXPECT_NEAR(half.model.share, 0.25, 0.05);
  EXPECT_DOUBLE_EQ(half.free.sentences.f1, 1);
}

TEST(CompressTest, NeitherThreadsNorNeighboursChangeAProbability) {
  const TrainedCompressor one = trained_compressor(1), three = trained_compressor(3);
  std::vector<SummaryRow> rows;
  for (const SummaryRow& row : comma_data(90).rows) rows.push_back(row_of(row.text));
  EXPECT_EQ(read(one.model, rows[2].text).p(), read(three.model, rows[2].text).p());
  Executor executor(2);
  EXPECT_EQ(predict(one.model, rows, false, executor)[2].p(), read(one.model, rows[2].text).p());
}

TEST(CompressTest, EmissionsAreKeptIfAskedForAndNotElse) {
  const CompressModel model = trained_compressor().model;
  const std::vector<SummaryRow> rows{row_of("Bob left.")};
  Executor executor(1);
  const ReadSentence with = predict(model, rows, true, executor)[0].sentences()[0];
  const ReadSentence without = predict(model, rows, false, executor)[0].sentences()[0];
  EXPECT_EQ(with.emissions.shape().rows(), 3);
  EXPECT_EQ(without.emissions.size(), 0);
  EXPECT_EQ(with.p, without.p);
}

TEST(CompressTest, HardTextsHaveAProbabilityForEachWordAndKeepOneAtLeast) {
  const CompressModel model = trained_compressor().model;
  EXPECT_THAT(read(model, "").p(), IsEmpty());
  EXPECT_EQ(read(model, " \n\n").likeliest(), 0U);
  EXPECT_EQ(read(model, "on").likeliest(), 1U);
  EXPECT_EQ(read(model, "😀😀 🎉").p().size(), cut_words(kTokenizer, "😀😀 🎉").size());
  std::string many, endless;
  for (int i = 0; i < 20'000; ++i) many += "Ann left. ";
  for (int i = 0; i < 3'000; ++i) endless += "they say ";
  EXPECT_EQ(read(model, many).kept(12'345).size(), 12'345U);
  EXPECT_EQ(read(model, endless).kept(1'234).size(), 1'234U);  // one sentence, read in parts
}

TEST(CompressTest, AModelFileGivesTheSameAnswersAndIsNoTagger) {
  const TemporaryFolder folder;
  CompressModel model = trained_compressor().model;
  const std::string text = comma_data(1).rows[0].text;
  for (const Precision precision : {Precision::float32, Precision::int8}) {
    model.network->round_to(precision);
    save(model, folder / "model");
    EXPECT_EQ(read(read_compressor(ModelFile::open(folder / "model")), text).p(), read(model, text).p());
  }
  EXPECT_THROW(read_tagger(ModelFile::open(folder / "model")), DataError);
  save(static_cast<const TaggerModel&>(model), folder / "tagger");
  EXPECT_THROW(read_compressor(ModelFile::open(folder / "tagger")), DataError);
}

TEST(CompressTest, ATaggerOfOtherSpansIsNoCompressor) {
  CompressModel model = trained_compressor().model;
  model.tags = TagSet({"PER"}, true);
  EXPECT_THROW(check(model), ArgumentError);
}

TEST(CompressTest, WithoutAWordInCommonThereIsNothingToLearn) {
  SummaryData data = comma_data(4);
  for (SummaryRow& row : data.rows) row.summaries = {"Nothing like it"};
  Executor executor(1);
  EXPECT_THROW(train_compressor({std::move(data)}, small_compressor_recipe(), executor, {}), DataError);
}

TEST(CompressTest, KeptF1CountsWordsInSpans) {
  std::vector<TaggedText> texts(2);
  texts[0].spans = {{0, 3, kKept}, {5, 6, kKept}};
  const std::vector<PredictedSpans> predicted{{.spans = {{1, 6, kKept}}}, {.spans = {{0, 1, kKept}}}};
  EXPECT_DOUBLE_EQ(kept_f1(texts, predicted), 2 * 0.5 * 0.75 / (0.5 + 0.75));  // 3 of 6 given, 3 of 4 wanted
}

}  // namespace
}  // namespace recura
