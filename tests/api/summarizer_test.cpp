#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <recura/summarizer.h>

#include "base/temporary_folder.h"

namespace recura {
namespace {

using testing::HasSubstr;

/// Rows of five sentences, of which those that speak of gold are the summary.
std::string gold_rows(int count) {
  const char* const words[] = {"ships", "trees", "wind", "bread", "rain"};
  std::string rows;
  for (int i = 0; i < count; ++i) {
    std::string text, summary;
    for (int k = 0; k < 5; ++k) {
      const bool is_gold = (i + k) % 3 == 0;
      const std::string sentence =
          std::string("We saw ") + (is_gold ? "gold and " : "some ") + words[(i * 7 + k) % 5] + " there. ";
      text += sentence;
      if (is_gold) summary += sentence;
    }
    rows += R"({"text":")" + text + R"(","summary":")" + summary + "\"}\n";
  }
  return rows;
}

class SummarizerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    put(*folder_ / "train.jsonl", gold_rows(40));
    put(*folder_ / "test.jsonl", gold_rows(9) + "{\"text\":\"a\"}\n");
    SummarizerOptions options;
    options.embedding = 12;
    options.hidden = options.document_hidden = 8;
    options.min_count = 1;
    options.epochs = 20;
    options.learning_rate = 0.02;
    options.batch_size = 4;
    options.dev_share = 0.2;
    SummarizerCallbacks callbacks;
    callbacks.data = [](const SummaryDataSummary& data) { summary_ = data; };
    callbacks.progress = [](const Progress& p) { epochs_seen_ += p.epoch_ended ? 1 : 0; };
    Summarizer::train(*folder_ / "train.jsonl", options, callbacks).save(*folder_ / "model");
  }
  static void TearDownTestSuite() { folder_.reset(); }

  Summarizer load() const { return Summarizer::load(*folder_ / "model", 2); }

  static std::unique_ptr<TemporaryFolder> folder_;
  static SummaryDataSummary summary_;
  static int epochs_seen_;
};

std::unique_ptr<TemporaryFolder> SummarizerTest::folder_;
SummaryDataSummary SummarizerTest::summary_;
int SummarizerTest::epochs_seen_ = 0;

TEST_F(SummarizerTest, SaysWhatItWasTrainedOn) {
  EXPECT_EQ(summary_.format, "jsonl");
  EXPECT_EQ(summary_.train_texts, 32);
  EXPECT_EQ(summary_.dev_texts, 8);
  EXPECT_EQ(summary_.sentences, 160);
  EXPECT_GT(epochs_seen_, 0);
  const SummarizerInfo info = load().info();
  EXPECT_EQ(info.vocabulary, summary_.vocabulary);
  EXPECT_NEAR(info.share, static_cast<double>(summary_.kept) / static_cast<double>(summary_.sentences), 1e-12);
  EXPECT_THAT(info.options, HasSubstr(R"("document-hidden":"8")"));
  EXPECT_THAT(info.training, HasSubstr("dev_f1"));
}

TEST_F(SummarizerTest, ChoosesSentencesWithTheirOffsetsInTheTextsOrder) {
  const std::string text = "Ä: we saw gold and wind there.\nWe saw some rain there. We saw gold and bread there.";
  const Summary summary = load().summarise(text, {.sentences = 2});
  EXPECT_EQ(summary.text, "Ä: we saw gold and wind there. We saw gold and bread there.");
  ASSERT_EQ(summary.sentences.size(), 2u);
  EXPECT_EQ(summary.sentences[0].begin, 0u);
  EXPECT_EQ(text.substr(summary.sentences[1].begin, summary.sentences[1].end), "We saw gold and bread there.");
  EXPECT_GT(summary.sentences[1].score, 0.5);
}

TEST_F(SummarizerTest, KeyphrasesStandWhereTheySayAndThoseOfBetterSentencesComeFirst) {
  const Summarizer summarizer = load();
  const std::string text = "We saw some rain there. Ä: we saw gold and wind there. We saw some ships there.";
  const std::vector<Keyphrase> found = summarizer.keyphrases(text, 3);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_THAT(found[0].text, HasSubstr("gold"));
  for (const Keyphrase& one : found) {
    for (const TextPlace& place : one.places)
      EXPECT_EQ(text.substr(place.begin, place.end - place.begin).size(), one.text.size());
    EXPECT_EQ(text.substr(one.places[0].begin, one.places[0].end - one.places[0].begin), one.text);
  }
  const std::vector<std::string> texts{"", text};
  const auto together = summarizer.keyphrases(texts, 3);
  EXPECT_TRUE(together[0].empty());
  EXPECT_EQ(together[1][0].score, found[0].score);
  EXPECT_EQ(summarizer.summarise(text, {.keyphrases = 2}).keyphrases[1].text, found[1].text);
  EXPECT_TRUE(summarizer.summarise(text).keyphrases.empty());
  EXPECT_THROW(summarizer.summarise(text, {.keyphrases = 1'001}), ArgumentError);
  EXPECT_THROW(summarizer.keyphrases("\xFF", 1), DataError);
}

TEST_F(SummarizerTest, ChineseSentencesStandSideBySideAsInTheText) {
  const Summary summary = load().summarise("今天很冷。我们没有出门。", {.sentences = 2});
  EXPECT_EQ(summary.text, "今天很冷。我们没有出门。");
}

TEST_F(SummarizerTest, HardTextsAndLimitsGiveARightAnswerOrAClearError) {
  const Summarizer summarizer = load();
  EXPECT_EQ(summarizer.summarise("").text, "");
  EXPECT_EQ(summarizer.summarise("gold").text, "gold");
  EXPECT_EQ(summarizer.summarise("gold and rain", {.sentences = 0}).text, "");
  EXPECT_EQ(summarizer.summarise("gold and rain", {.words = 2}).text, "");
  EXPECT_EQ(summarizer.summarise("gold and rain", {.sentences = 1'000'000}).text, "gold and rain");
  EXPECT_THROW(summarizer.summarise("a", {.sentences = -2}), ArgumentError);
  EXPECT_THROW(summarizer.summarise("a", {.share = 1.5}), ArgumentError);
  EXPECT_THROW(summarizer.summarise("a", {.share = -0.5}), ArgumentError);
  EXPECT_EQ(summarizer.summarise("gold", {.share = 0}).text, "");
  EXPECT_THROW(summarizer.summarise("\xFF"), DataError);
}

TEST_F(SummarizerTest, ATextAmongOthersHasTheSummaryThatItHasAlone) {
  const Summarizer summarizer = load();
  const std::vector<std::string> texts{"We saw gold. We saw rain.", "", "We saw some wind. Gold! It is late."};
  const std::vector<Summary> together = summarizer.summarise(texts);
  ASSERT_EQ(together.size(), 3u);
  for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(together[i].text, summarizer.summarise(texts[i]).text);
}

TEST_F(SummarizerTest, RowsAreExtractedInOrderWithBadOnesInTheirPlace) {
  put(*folder_ / "raw.jsonl", "{\"id\":7,\"text\":\"We saw gold. We saw rain.\"}\n{\"id\":8}\n{\"text\":\"Gold\"}\n");
  std::vector<SummaryRowAnswer> rows;
  load().extract(*folder_ / "raw.jsonl", {}, [&](const SummaryRowAnswer& row) { rows.push_back(row); },
                 {.sentences = 1});
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].fields, "\"id\":7");
  EXPECT_EQ(rows[0].answer.sentences.size(), 1u);
  EXPECT_THAT(rows[1].error, HasSubstr("no field \"text\""));
  EXPECT_EQ(rows[2].answer.text, "Gold");
}

TEST_F(SummarizerTest, IsEvaluatedBesideTheFirstSentencesAndTheRightOnes) {
  const SummaryEvaluation e = load().evaluate(*folder_ / "test.jsonl");
  EXPECT_EQ(e.texts, 9);
  EXPECT_EQ(e.bad_rows, 1);
  EXPECT_GT(e.scores.sentences.f1, 0.9);
  EXPECT_GT(e.scores.rouge2.f1, e.lead.rouge2.f1);
  EXPECT_DOUBLE_EQ(e.oracle.rouge2.f1, 1);
  EXPECT_LE(e.scores.rouge1.f1_low, e.scores.rouge1.f1);
  EXPECT_EQ(load().evaluate(*folder_ / "test.jsonl", {.input = {}, .length = {.sentences = 0}}).scores.rouge1.f1, 0);
}

TEST_F(SummarizerTest, GivenSummariesAreComparedWithoutAModel) {
  put(*folder_ / "right.jsonl", "{\"text\":\"a b c d\",\"summary\":\"a b\"}\n{\"text\":\"x y\",\"summary\":\"x\"}\n");
  put(*folder_ / "given.jsonl", "{\"summary\":\"a b\"}\n{\"summary\":\"q\"}\n");
  const SummaryEvaluation e = compare_summaries(*folder_ / "right.jsonl", *folder_ / "given.jsonl");
  EXPECT_DOUBLE_EQ(e.scores.rouge1.f1, 0.5);
  EXPECT_DOUBLE_EQ(e.scores.copied, 2.0 / 3);
  EXPECT_DOUBLE_EQ(e.scores.length_ratio, 1);
  put(*folder_ / "given.jsonl", "{\"summary\":\"a b\"}\n");
  EXPECT_THROW(compare_summaries(*folder_ / "right.jsonl", *folder_ / "given.jsonl"), DataError);
}

TEST_F(SummarizerTest, ReferencesThatGivenSummariesPassOnAreNotComparedWithThemselves) {
  put(*folder_ / "right.jsonl", "{\"text\":\"a b c d\",\"headline\":\"a b\"}\n");
  put(*folder_ / "given.jsonl", "{\"headline\":\"a b\",\"summary\":\"c d\"}\n");
  SummaryEvaluationOptions options;
  options.input.summary_field = "headline";
  EXPECT_EQ(compare_summaries(*folder_ / "right.jsonl", *folder_ / "given.jsonl", options).scores.rouge1.f1, 0);
  EXPECT_THROW(compare_summaries(*folder_ / "right.jsonl", *folder_ / "right.jsonl", options), DataError);
}

TEST_F(SummarizerTest, IsRoundedOnceAndScoredBeforeAndAfter) {
  Summarizer summarizer = load();
  SummarizerExportOptions options;
  options.dev = *folder_ / "test.jsonl";
  const PrecisionReport report = summarizer.set_precision(options);
  EXPECT_EQ(report.rows, 9);
  EXPECT_EQ(report.bad_rows, 1);
  EXPECT_GT(report.score, 0.8);
  EXPECT_EQ(summarizer.info().precision, "int8");
  options.precision = TrainOptions::Precision::bf16;
  EXPECT_THROW(summarizer.set_precision(options), ArgumentError);
}

TEST_F(SummarizerTest, ChoosesClausesIfItLearntToAndItsFileSaysSo) {
  put(*folder_ / "clauses.jsonl",
      "{\"text\":\"Late today, gold was found, and we left.\",\"summary\":\"gold was found\"}\n");
  SummarizerOptions options;
  options.cut = SummarizerOptions::Cut::clause;
  options.dev_share = 0;
  options.embedding = options.hidden = options.document_hidden = 4;
  options.min_count = options.epochs = 1;
  Summarizer::train(*folder_ / "clauses.jsonl", options).save(*folder_ / "clauses");
  const Summarizer summarizer = Summarizer::load(*folder_ / "clauses");
  EXPECT_EQ(summarizer.summarise("Rain, wind; sun. Snow", {.sentences = 9}).sentences.size(), 4u);
  EXPECT_EQ(load().summarise("Rain, wind; sun. Snow", {.sentences = 9}).sentences.size(), 2u);
  EXPECT_DOUBLE_EQ(summarizer.evaluate(*folder_ / "clauses.jsonl").oracle.rouge1.f1, 1);
}

TEST_F(SummarizerTest, IsNoClassifierAndAClassifierIsNoSummarizer) {
  EXPECT_THROW(Classifier::load(*folder_ / "model"), DataError);
  put(*folder_ / "none", "no model at all, but long enough to be one");
  EXPECT_THROW(Summarizer::load(*folder_ / "none"), DataError);
}

TEST_F(SummarizerTest, OptionsOutOfRangeAreRefusedBeforeTheDataAreRead) {
  SummarizerOptions options;
  options.hidden = 0;
  EXPECT_THROW(Summarizer::train(*folder_ / "no such file", options), ArgumentError);
  EXPECT_THROW(Summarizer::train(*folder_ / "no such file"), SystemError);
}

TEST_F(SummarizerTest, WritesSummariesThatSayWhereTheirWordsComeFrom) {
  std::string pairs;
  for (const char* const name : {"Ann", "Bob", "Cleo", "Dan", "Eve", "Finn"})
    pairs += std::string(R"({"text":"It rained. )") + name + R"( won, they said.","summary":")" + name + " won.\"}\n";
  put(*folder_ / "pairs.jsonl", pairs);
  WriterOptions options;
  options.embedding = options.hidden = options.decoder_hidden = options.attention = 12;
  options.min_count = 3;
  options.dropout = options.word_dropout = options.label_smoothing = options.average = 0;
  options.batch_size = 3;
  options.epochs = 60;
  options.learning_rate = 0.02;
  options.dev_share = 0;
  Summarizer::train_writer(*folder_ / "pairs.jsonl", options).save(*folder_ / "writer");
  const Summarizer writer = Summarizer::load(*folder_ / "writer");
  EXPECT_EQ(writer.info().kind, "write");
  EXPECT_EQ(writer.info().longest, 3);
  const std::string text = "It rained. Zoltan won, they said.";
  const Summary summary = writer.summarise(text, {.writing = {.best = 2, .attention = 3}});
  EXPECT_EQ(summary.text, "Zoltan won.");
  ASSERT_EQ(summary.written.size(), 2u);
  EXPECT_GE(summary.written[0].score, summary.written[1].score);
  const SummaryWord& first = summary.written[0].words.front();
  EXPECT_EQ(text.substr(first.source_begin, first.source_end - first.source_begin), "Zoltan");
  EXPECT_EQ(first.attention.size(), 3u);
  EXPECT_TRUE(writer.summarise("").written.empty());
  EXPECT_EQ(summary.dropped, 0);
  std::string long_text = text;  // of 9 words and marks, and 400 more: so many are read
  for (int i = 0; i < 400; ++i) long_text += " more";
  EXPECT_EQ(writer.summarise(long_text).dropped, 9);
  EXPECT_THROW(writer.summarise("a", {.writing = {.beam = 0}}), ArgumentError);
  EXPECT_THROW(writer.keyphrases("a", 1), ArgumentError);
  EXPECT_THROW(writer.summarise("a", {.keyphrases = 1}), ArgumentError);
  EXPECT_THROW(load().select_by(load()), ArgumentError);
  Summarizer selecting = Summarizer::load(*folder_ / "writer");
  Summarizer other = Summarizer::load(*folder_ / "writer");
  EXPECT_THROW(selecting.select_by(std::move(other)), ArgumentError);
  EXPECT_EQ(other.info().kind, "write");  // NOLINT(bugprone-use-after-move): that it stays as it is is the fact
  selecting.select_by(load());
  EXPECT_EQ(selecting.summarise(text).text, summary.text);
  EXPECT_EQ(selecting.summarise(long_text).dropped, 9);
}

TEST_F(SummarizerTest, ALanguageModelIsForOneThatLeavesWordsOut) {
  const std::string models = RECURA_GOLDEN_DIR "/models/";
  LanguageModel language = LanguageModel::load(models + "language.recura");
  EXPECT_THROW(load().judge_by(std::move(language)), ArgumentError);
  Summarizer compressor = Summarizer::load(models + "compress.recura");
  const std::string text = "Ann, they say, won a prize on Monday.";
  const std::size_t alone = compressor.summarise(text, {.words = 3}).text.size();
  compressor.judge_by(std::move(language));  // NOLINT(bugprone-use-after-move): so is it here
  EXPECT_GT(alone, 0u);
  EXPECT_FALSE(compressor.summarise(text, {.words = 3}).text.empty());
  EXPECT_THROW(compressor.summarise(text, {.fluency_weight = -1}), ArgumentError);
}

}  // namespace
}  // namespace recura
