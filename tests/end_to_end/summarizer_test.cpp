#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "end_to_end/program.h"

namespace recura {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Texts of five sentences; the two or so that speak of gold are the summary.
std::string gold_texts(int count) {
  const char* const words[] = {"ships", "trees", "wind", "bread", "rain"};
  std::string lines;
  for (int i = 0; i < count; ++i) {
    std::string text, summary;
    for (int k = 0; k < 5; ++k) {
      const bool is_gold = (i + k) % 3 == 0;
      const std::string sentence =
          std::string("We saw ") + (is_gold ? "gold and " : "some ") + words[(i * 7 + k) % 5] + " there. ";
      text += sentence;
      if (is_gold) summary += sentence;
    }
    lines += json{{"text", text}, {"summary", summary}}.dump() + "\n";
  }
  return lines;
}

const std::string kSmallSummarizer =
    " --embedding 12 --hidden 8 --document-hidden 8 --batch-size 4 --learning-rate 0.02 --seed 3 --epochs ";

/// What a summarizer's verbs print, with a model that knows which sentences matter.
class SummarizerProgramTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    place_ = std::make_unique<Workplace>("summarizer");
    write("gold.jsonl", gold_texts(40));
    write("raw.jsonl",
          "{\"id\":7,\"summary\":1,\"text\":\"Ü: we saw gold and wind there.\\nWe saw some rain there. "
          "We saw gold and bread there.\"}\n{\"id\":8}\n{\"text\":\"\"}\n");
    trained_ = run("train gold.jsonl -o gold.recura --dev gold.jsonl" + kSmallSummarizer + "20");
  }
  static void TearDownTestSuite() { place_.reset(); }

  static Outcome run(const std::string& arguments, const std::string& before = "") {
    return place_->run(arguments, before);
  }
  static void write(const std::string& name, const std::string& content) { write_file(*place_ / name, content); }

  static std::vector<json> rows_of(const std::string& arguments) {
    std::vector<json> rows;
    std::istringstream lines(run("extract gold.recura raw.jsonl " + arguments).out);
    for (std::string line; std::getline(lines, line);) rows.push_back(json::parse(line));
    return rows;
  }
  inline static std::unique_ptr<Workplace> place_;
  inline static Outcome trained_;
};

TEST_F(SummarizerProgramTest, TrainingSaysWhatItFoundAndOnWhichTextsTheFirstSentencesScore) {
  EXPECT_EQ(trained_.code, 0) << trained_.err;
  EXPECT_THAT(trained_.err, HasSubstr("gold.jsonl: jsonl, 40 texts to train on, 40 to choose the best epoch by\n"));
  EXPECT_THAT(trained_.err, testing::ContainsRegex("sentences: 200, of which 6[0-9] belong to summaries; the first "
                                                   "ones alone score 0\\.[1-9][0-9]+ on dev\n"));
  EXPECT_THAT(trained_.err, HasSubstr("model: gold.recura\n"));
  const Outcome alone = run("train gold.jsonl -o alone.recura --dev-share 0" + kSmallSummarizer + "1");
  EXPECT_EQ(alone.code, 0) << alone.err;
  EXPECT_THAT(alone.err, testing::ContainsRegex("ones alone score 0\\.[1-9][0-9]+ on the training texts\n"));
}

TEST_F(SummarizerProgramTest, MayBeginWithALanguageModel) {
  const std::string language = "train gold.jsonl -q --task language-model --hidden 8 --embedding 12 --epochs 1 ";
  ASSERT_EQ(run(language + "-o both.recura").code, 0);
  ASSERT_EQ(run(language + "--no-bidirectional -o forward.recura").code, 0);
  ASSERT_EQ(run(language + "--unit subword --subwords 40 -o pieces.recura").code, 0);
  const std::string train = "train gold.jsonl --dev gold.jsonl --document-hidden 8 --batch-size 4 --epochs 20 ";
  const Outcome outcome = run(train + "--learning-rate 0.02 --from-rate 0.5 --from both.recura -o begun.recura");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err,
              HasSubstr("begins with both.recura, whose text rule, vocabulary and recurrent layers it has"));
  const json info = json::parse(run("inspect begun.recura --json").out);
  EXPECT_EQ(info["network"]["hidden"], 8);
  EXPECT_EQ(info["network"]["embedding"], 12);
  EXPECT_EQ(info["text"]["drop_html"], false) << "though the language model leaves tags out";
  EXPECT_FALSE(info["options"].contains("hidden")) << "the language model decided it";
  EXPECT_EQ(info["options"]["from-rate"], "0.5");
  EXPECT_EQ(run("extract begun.recura --output text", "echo \"We saw some rain. We saw gold and wind.\" |").out,
            "We saw gold and wind.\n");
  expect_refused(run(train + "-o x.recura --from forward.recura"), 3,
                 "forward.recura: this summarizer reads in both directions");
  expect_refused(run(train + "-o x.recura --from pieces.recura"), 3,
                 "pieces.recura: a chooser reads words or characters");
  expect_refused(run(train + "-o x.recura --from gold.recura"), 3,
                 "gold.recura: such a summarizer begins with a language model, this is of the task summarise");
  ASSERT_EQ(
      run("train gold.jsonl -q --task language-model --cell sru --hidden 8 --embedding 5 --epochs 1 -o sru.recura")
          .code,
      0);
  expect_refused(run(train + "-o x.recura --from sru.recura"), 3, "sru.recura: an sru whose states are 3 wider");
  expect_refused(run(train + "-o x.recura --from both.recura --hidden 9"), 2, "--hidden: does nothing beside --from");
  expect_refused(run(train + "-o x.recura --from-rate 0.5"), 2, "--from-rate: does nothing without --from");
}

TEST_F(SummarizerProgramTest, ExtractGivesTheSummaryAndWhereItsSentencesStand) {
  const std::vector<json> rows = rows_of("--sentences 2");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0]["id"], 7);
  EXPECT_EQ(rows[0]["input_summary"], 1);
  write("named.jsonl", "{\"text\":\"We saw gold.\",\"summary\":\"a\",\"input_summary\":\"b\"}\n");
  EXPECT_THAT(run("extract gold.recura named.jsonl").out,
              StartsWith("{\"input_summary\":\"a\",\"input_input_summary\":\"b\",\"summary\":"));
  EXPECT_EQ(rows[0]["summary"], "Ü: we saw gold and wind there. We saw gold and bread there.");
  EXPECT_EQ(rows[0]["sentences"][0]["start"], 0);
  EXPECT_EQ(rows[0]["sentences"][0]["end"], 30);
  EXPECT_EQ(rows[0]["sentences"][1]["start"], 55);
  EXPECT_GT(rows[0]["sentences"][1]["score"], 0.5);
  EXPECT_EQ(rows[2], json::parse(R"({"summary":"","sentences":[]})"));
  EXPECT_EQ(run("extract gold.recura --output text --sentences 1", "echo We saw rain. We saw gold. |").out,
            "We saw gold.\n");
}

TEST_F(SummarizerProgramTest, OffsetsCountWhatIsAskedFor) {
  EXPECT_EQ(rows_of("--sentences 2 --offsets bytes")[0]["sentences"][0]["end"], 31);
  EXPECT_EQ(rows_of("--sentences 2 --offsets utf16")[0]["sentences"][0]["end"], 30);
}

TEST_F(SummarizerProgramTest, EveryLimitHolds) {
  const auto chosen = [](const std::string& limits) { return rows_of(limits)[0]["sentences"].size(); };
  EXPECT_EQ(chosen("--sentences 3"), 3U);
  EXPECT_EQ(chosen("--sentences 3 --words 13"), 2U);  // 7, 5 and 6 words
  EXPECT_EQ(chosen("--words 4"), 0U);
  EXPECT_EQ(chosen("--characters 30"), 1U);
  EXPECT_EQ(chosen("--share 0.34"), 1U);
  EXPECT_EQ(chosen("--share 0"), 0U);
  EXPECT_EQ(chosen("--sentences 3 --no-repeat 3"), 2U);
  for (const std::string share : {"2", "-0.5", "-2"})
    expect_refused(run("extract gold.recura raw.jsonl --share " + share), 2,
                   "--share: expected -1 or a number in [0, 1], got \"" + share + "\"");
  expect_refused(run("extract gold.recura raw.jsonl --output tsv"), 2, "jsonl or text");
}

TEST_F(SummarizerProgramTest, KeyphrasesComeWithTheirPlaces) {
  const std::vector<json> rows = rows_of("--sentences 1 --keyphrases 2 --offsets bytes");
  const json& found = rows[0]["keyphrases"];
  ASSERT_EQ(found.size(), 2U);
  EXPECT_THAT(found[0]["text"].get<std::string>(), HasSubstr("gold"));
  EXPECT_GE(found[0]["score"], found[1]["score"]);
  const std::string text = "Ü: we saw gold and wind there.\nWe saw some rain there. We saw gold and bread there.";
  for (const json& one : found) {
    const std::size_t begin = one["places"][0][0], end = one["places"][0][1];
    EXPECT_EQ(text.substr(begin, end - begin), one["text"].get<std::string>());
  }
  const json in_code_points = rows_of("--keyphrases 2")[0]["keyphrases"];
  EXPECT_EQ(in_code_points[0]["places"][0][0], found[0]["places"][0][0].get<int>() - 1);
  EXPECT_EQ(rows[2], json::parse(R"({"summary":"","sentences":[],"keyphrases":[]})"));
  EXPECT_FALSE(rows_of("")[0].contains("keyphrases"));
}

TEST_F(SummarizerProgramTest, KeyphrasesStandBehindTheSummaryOfTextAndKeepTheirRange) {
  EXPECT_THAT(run("extract gold.recura raw.jsonl --output text --sentences 1 --keyphrases 2").out,
              testing::ContainsRegex("^.*gold.*\t[^\t]*gold[^\t;]*; [^\t;]+\n"));
  write("own.jsonl", "{\"keyphrases\":3,\"text\":\"Gold.\"}\n");
  EXPECT_EQ(json::parse(run("extract gold.recura own.jsonl").out)["keyphrases"], 3);
  EXPECT_EQ(json::parse(run("extract gold.recura own.jsonl --keyphrases 1").out)["input_keyphrases"], 3);
  expect_refused(run("extract gold.recura raw.jsonl --keyphrases 1001"), 2,
                 "--keyphrases: expected an integer in 0 ... 1000, got \"1001\"");
  expect_refused(run("extract gold.recura raw.jsonl --keyphrases -1"), 2, "--keyphrases");
  expect_refused(run("extract gold.recura raw.jsonl --select gold.recura"), 2, "--select is for models that write");
}

TEST_F(SummarizerProgramTest, ABadRowHasItsErrorInItsPlace) {
  const Outcome outcome = run("extract gold.recura raw.jsonl --output text --sentences 1");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.err, HasSubstr("bad rows: 1; each has an error in its place\n"));
  EXPECT_THAT(outcome.out, HasSubstr("\nerror: line 2: no field \"text\""));
  EXPECT_EQ(rows_of("")[1]["line"], 2);
  expect_refused(run("extract gold.recura raw.jsonl --on-error fail"), 3, "raw.jsonl: line 2: no field \"text\"");
  write("bad.jsonl", gold_texts(4) + "{\"text\":\"We saw gold.\"}\n");
  EXPECT_THAT(run("evaluate gold.recura bad.jsonl").out, HasSubstr("4 texts\nbad rows: 1, such as\n  "));
}

TEST_F(SummarizerProgramTest, EvaluationStandsBetweenLeadAndOracleAndSaysHowManySentencesAreChosen) {
  const std::string table = run("evaluate gold.recura gold.jsonl").out;
  EXPECT_THAT(table, StartsWith("gold.jsonl: jsonl, 40 texts\nchosen: as many sentences as the reference has\n"));
  EXPECT_THAT(table, testing::ContainsRegex("\noracle( +1\\.0000){5} +1\\.00\n"));
  EXPECT_THAT(run("evaluate gold.recura gold.jsonl --sentences 1").out, Not(HasSubstr("as the reference")));
  const json report = json::parse(run("evaluate gold.recura gold.jsonl --json").out);
  EXPECT_EQ(report["as_many_as_reference"], true);
  EXPECT_GT(report["sentence_f1"], 0.9);
  EXPECT_GT(report["rouge2"]["f1"], report["lead"]["rouge2"]["f1"]);
  EXPECT_EQ(report["oracle"]["sentence_f1"], 1.0);
}

TEST_F(SummarizerProgramTest, GivenSummariesAreComparedAndWhatIsNotKnownOfThemIsNotSaid) {
  write("right.jsonl", "{\"text\":\"a b c d\",\"summary\":\"a b\"}\n{\"text\":\"x y\",\"summary\":\"x\"}\n");
  write("given.jsonl", "{\"summary\":\"a b\"}\n{\"summary\":\"q\"}\n");
  const std::string compare = "evaluate --gold right.jsonl --predicted given.jsonl ";
  EXPECT_THAT(run(compare).out, testing::ContainsRegex("\nmodel +0\\.5000 .* +n/a +1\\.00\n"));
  const json report = json::parse(run(compare + "--json").out);
  EXPECT_EQ(report["rouge1"]["f1"], 0.5);
  EXPECT_TRUE(report["sentence_f1"].is_null());
  EXPECT_TRUE(report["sentence_recall"].is_null());
  EXPECT_FALSE(report.contains("lead") || report.contains("as_many_as_reference"));
  expect_refused(run(compare + "--sentences 2"), 2, "--sentences is for a model");
  expect_refused(run(compare + "--no-repeat 3"), 2, "--no-repeat is for a model");
  EXPECT_EQ(run("evaluate --gold - --predicted given.jsonl --json", "cat right.jsonl |").out,
            run(compare + "--json").out);
  write("given.jsonl", "{\"summary\":\"a b\"}\n");
  expect_refused(run(compare), 3, "given.jsonl has 1 rows, right.jsonl has 2");
}

TEST_F(SummarizerProgramTest, LeadAndOracleKeepToTheLimitsToo) {
  const json found = json::parse(run("evaluate gold.recura gold.jsonl --sentences 1 --json").out);
  EXPECT_LT(found["oracle"]["length_ratio"], 0.8);
  EXPECT_NEAR(found["oracle"]["rouge1"]["precision"].get<double>(), 1, 1e-9);
  EXPECT_EQ(json::parse(run("evaluate gold.recura gold.jsonl --words 0 --json").out)["oracle"]["length_ratio"], 0);
}

TEST_F(SummarizerProgramTest, OtherFieldsAndAKindSayWhatTheFileIs) {
  write("right.jsonl", gold_texts(12));
  write("other.jsonl", [] {
    std::string lines;
    std::istringstream rows(gold_texts(12));
    for (std::string line; std::getline(rows, line);)
      lines += json{{"text", json::parse(line)["text"]}, {"title", json::parse(line)["summary"]}}.dump() + "\n";
    return lines;
  }());
  const Outcome same = run("evaluate --gold other.jsonl --predicted right.jsonl --summary-field title --json");
  EXPECT_EQ(same.code, 0) << same.err;
  EXPECT_EQ(json::parse(same.out)["rouge1"]["f1"], 1.0);
  expect_refused(run("evaluate --gold other.jsonl --predicted other.jsonl --summary-field title"), 3,
                 "other.jsonl: line 1: no field \"summary\"");
  const std::string few = kSmallSummarizer + "1 --summary-field title --dev-share 0 ";
  EXPECT_EQ(run("train other.jsonl --kind select -o other.recura" + few).code, 0);
  EXPECT_EQ(run("train - --kind select -o other.recura" + few, "cat other.jsonl |").code, 0);
  expect_refused(run("train gold.jsonl --kind select --task classify -o x.recura"), 2,
                 "--kind select is for the task summarise, this is classify");
}

TEST_F(SummarizerProgramTest, DevTextsWithoutAWordChooseNothing) {
  write("empty.jsonl", "{\"text\":\"\",\"summary\":\"\"}\n");
  for (const char* const kind : {"select", "compress", "write"})
    expect_refused(run(std::string("train gold.jsonl --dev empty.jsonl -o x.recura --kind ") + kind), 3,
                   "no summary of the dev texts can be scored");
}

TEST_F(SummarizerProgramTest, InspectAndExportKnowIt) {
  EXPECT_THAT(run("inspect gold.recura").out, StartsWith("gold.recura: a summarizer that chooses sentences, "));
  EXPECT_EQ(json::parse(run("inspect gold.recura --json").out)["task"], "summarise");
  const Outcome outcome = run("export gold.recura -o small.recura --dev gold.jsonl");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(json::parse(run("inspect small.recura --json").out)["precision"], "int8");
  EXPECT_EQ(run("extract small.recura raw.jsonl --sentences 2 --output text").out,
            run("extract gold.recura raw.jsonl --sentences 2 --output text").out);
}

}  // namespace
}  // namespace recura
