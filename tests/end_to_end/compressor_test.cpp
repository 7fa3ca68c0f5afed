#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "end_to_end/program.h"

namespace recura {
namespace {

using nlohmann::json;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::StartsWith;

/// Texts whose summaries lack what stands between commas, and the day.
std::string comma_pairs(int count) {
  const char* const who[] = {"Ann", "Bob", "the mayor", "a nurse", "my aunt"};
  const char* const what[] = {"sold the boat", "won a prize", "left the town"};
  const char* const day[] = {"Monday", "Friday"};
  std::string lines;
  for (int i = 0; i < count; ++i) {
    const std::string one = who[i % 5], done = what[i % 3];
    lines +=
        json{{"text", one + ", they say, " + done + " on " + day[i % 2] + "."}, {"summary", one + " " + done + "."}}
            .dump() +
        "\n";
  }
  return lines;
}

const std::string kSmallCompressor =
    " --embedding 12 --hidden 8 --shape-size 0 --characters none --batch-size 4 --learning-rate 0.02 --min-count 1 "
    "--seed 3 --epochs ";

/// What a summarizer's verbs print, with a model that knows which words matter.
class CompressorProgramTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    place_ = std::make_unique<Workplace>("compressor");
    write("pairs.jsonl", comma_pairs(40));
    write(
        "raw.jsonl",
        "{\"id\":7,\"kept\":1,\"text\":\"Ü: Bob, they say, left  the town on Friday.\"}\n{\"id\":8}\n{\"text\":\"\"}\n"
        "{\"text\":\"😀\"}\n");
    trained_ = run("train pairs.jsonl --kind compress -o short.recura --dev pairs.jsonl" + kSmallCompressor + "20");
  }
  static void TearDownTestSuite() { place_.reset(); }

  static Outcome run(const std::string& arguments, const std::string& before = "") {
    return place_->run(arguments, before);
  }
  static void write(const std::string& name, const std::string& content) { write_file(*place_ / name, content); }
  static std::vector<json> rows_of(const std::string& arguments) {
    std::vector<json> rows;
    std::istringstream lines(run("extract short.recura raw.jsonl " + arguments).out);
    for (std::string line; std::getline(lines, line);) rows.push_back(json::parse(line));
    return rows;
  }
  static std::string shortened(const std::string& text, const std::string& limits = "") {
    return run("extract short.recura --output text " + limits, "echo \"" + text + "\" |").out;
  }
  inline static std::unique_ptr<Workplace> place_;
  inline static Outcome trained_;
};

TEST_F(CompressorProgramTest, RowsAreReadByTheFieldsOfTheTraining) {
  std::string rows;
  for (int row = 0; row < 8; ++row)
    rows += "{\"body\":\"Ann won it.\",\"words\":[\"Ann\",\"won\",\"it\",\".\"],\"use\":[1,1,0,1]}\n";
  write("fields.jsonl", rows);
  const std::string fields = " --text-field body --tokens-field words --keep-field use ";
  ASSERT_EQ(run("train fields.jsonl --kind compress -o fields.recura" + fields + kSmallCompressor + "2").code, 0);
  for (const std::string call :
       {"evaluate fields.recura fields.jsonl", "export fields.recura -o x.recura --dev fields.jsonl"}) {
    const Outcome outcome = run(call);
    EXPECT_EQ(outcome.code, 0) << call << outcome.err;
  }
}

TEST_F(CompressorProgramTest, TrainingSaysWhatItFound) {
  EXPECT_EQ(trained_.code, 0) << trained_.err;
  EXPECT_THAT(trained_.err, HasSubstr("pairs.jsonl: jsonl, 40 texts to train on, 40 to choose the best epoch by\n"));
  EXPECT_THAT(trained_.err,
              ContainsRegex("words and marks: [0-9]+, of which summaries keep [0-9]+ \\([3-6][0-9]\\.[0-9] "
                            "%\\); the first ones alone score 0\\.[0-9]+ on dev\n"));
  EXPECT_THAT(trained_.err, HasSubstr("summaries with words that their text has not in that order: 0\n"));
  EXPECT_THAT(trained_.err, HasSubstr("dev F1 1.0000"));
}

TEST_F(CompressorProgramTest, ExtractGivesTheSummaryAndWhereWhatIsKeptStands) {
  const std::vector<json> rows = rows_of("--words 4");
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0]["id"], 7);
  EXPECT_EQ(rows[0]["input_kept"], 1);
  EXPECT_EQ(rows[0]["summary"], "Bob left the town.");
  ASSERT_EQ(rows[0]["kept"].size(), 3U);
  EXPECT_EQ(rows[0]["kept"][1]["start"], 18);
  EXPECT_EQ(rows[0]["kept"][1]["end"], 32);
  EXPECT_GT(rows[0]["kept"][1]["score"], 0.5);
  EXPECT_EQ(rows_of("--words 4 --offsets bytes")[0]["kept"][1]["start"], 19);
  EXPECT_EQ(rows[1]["line"], 2);
  EXPECT_EQ(rows[2], json::parse(R"({"summary":"","kept":[]})"));
  EXPECT_EQ(rows[3]["kept"][0]["end"], 1);
}

TEST_F(CompressorProgramTest, EveryLimitHolds) {
  const std::string text = "Ann, they say, won a prize on Monday.";
  EXPECT_EQ(shortened(text), "Ann won a prize.\n");
  EXPECT_EQ(shortened(text, "--words 0"), "\n");
  EXPECT_EQ(shortened(text, "--words 100"), text + "\n");
  EXPECT_EQ(shortened(text, "--share 1"), text + "\n");
  EXPECT_EQ(shortened(text, "--characters 16"), "Ann won a prize.\n");
  EXPECT_LE(shortened(text, "--characters 9").size(), 10U);
  EXPECT_EQ(shortened("on", "--share 0.1"), "on\n");
  EXPECT_EQ(shortened(text, "--share 0"), "\n");
  expect_refused(run("extract short.recura raw.jsonl --share 2"), 2, "--share");
  expect_refused(run("extract short.recura raw.jsonl --share -0.5"), 2, "expected -1 or a number in [0, 1]");
  expect_refused(run("extract short.recura raw.jsonl --words -7"), 2, "--words");
  expect_refused(run("extract short.recura raw.jsonl --sentences 2"), 2, "--sentences: no option of compress");
  expect_refused(run("extract short.recura raw.jsonl --output tsv"), 2, "jsonl or text");
  expect_refused(run("train pairs.jsonl --task tag --kind compress"), 2, "--kind compress is for the task summarise");
}

TEST_F(CompressorProgramTest, EvaluationStandsBetweenLeadAndOracleAndTellsTheLengthThatIsReached) {
  const std::string table = run("evaluate short.recura pairs.jsonl").out;
  EXPECT_THAT(table, StartsWith("pairs.jsonl: jsonl, 40 texts\nchosen: as many words as the reference has\n"));
  EXPECT_THAT(table, ContainsRegex("\noracle( +1\\.0000){5} +1\\.00\nfree "));
  const json report = json::parse(run("evaluate short.recura pairs.jsonl --json").out);
  EXPECT_EQ(report["kept_f1"], 1.0);
  EXPECT_LT(report["lead"]["kept_f1"], 0.8);
  EXPECT_EQ(report["share"], report["oracle"]["share"]);
  EXPECT_EQ(report["free"]["kept_f1"], 1.0);
  EXPECT_LT(json::parse(run("evaluate short.recura pairs.jsonl --json --words 2").out)["share"], report["share"]);
}

TEST_F(CompressorProgramTest, ALanguageModelHelpsToChooseAndMeasures) {
  std::istringstream pairs(comma_pairs(40));
  std::string summaries;
  for (std::string line; std::getline(pairs, line);)
    summaries += json::parse(line)["summary"].get<std::string>() + "\n";
  write("usual.txt", summaries);
  const std::string small = " --task language-model --dev-share 0 --embedding 8 --hidden 8 --epochs 2 -o ";
  ASSERT_EQ(run("train usual.txt" + small + "usual.recura").code, 0);
  ASSERT_EQ(run("train usual.txt --unit character" + small + "letters.recura").code, 0);
  const json with = json::parse(run("evaluate short.recura pairs.jsonl --json --fluency usual.recura").out);
  const json only = json::parse(
      run("evaluate short.recura pairs.jsonl --json --fluency usual.recura --fluency-weight 0 --words 2").out);
  EXPECT_EQ(with["kept_f1"], 1.0);
  EXPECT_EQ(with["perplexity"], with["oracle"]["perplexity"]);
  EXPECT_GT(with["lead"]["perplexity"], with["perplexity"]);
  EXPECT_EQ(only["share"], json::parse(run("evaluate short.recura pairs.jsonl --json --words 2").out)["share"]);
  EXPECT_THAT(run("evaluate short.recura pairs.jsonl --fluency usual.recura").out,
              ContainsRegex("\nperplexity [0-9.]+, lead [0-9.]+, oracle [0-9.]+, free [0-9.]+\n"));
  const std::string text = "Ann, they say, won a prize on Monday.",
                    judged = " --fluency usual.recura --fluency-weight ";
  EXPECT_EQ(shortened(text, judged + "0.05"), "Ann won a prize.\n");
  EXPECT_EQ(shortened(text, judged + "0 --words 3"), shortened(text, "--words 3"));
  EXPECT_LE(shortened(text, judged + "1000 --characters 9").size(), 10U);
  expect_refused(
      run("extract short.recura raw.jsonl --fluency letters.recura"), 2,
      "--fluency letters.recura: the language model: expected one that reads words (--unit word), this one reads "
      "characters");
  expect_refused(run("evaluate short.recura pairs.jsonl --fluency short.recura"), 2,
                 "--fluency short.recura: expected a language model, got one of the task summarise");
  expect_refused(run("extract usual.recura raw.jsonl --fluency usual.recura"), 2, "for models that leave words out");
  expect_refused(run("extract short.recura raw.jsonl --fluency-weight 1"), 2, "does nothing without --fluency");
  write("weight.toml", "fluency-weight = 1\n");
  for (const char* const verb : {"extract", "evaluate"})
    expect_refused(run(verb + std::string(" short.recura pairs.jsonl --config weight.toml")), 2,
                   "--fluency-weight does nothing without --fluency");
  EXPECT_EQ(run("extract short.recura raw.jsonl --config weight.toml --fluency usual.recura").code, 0);
  expect_refused(run("extract short.recura raw.jsonl --fluency usual.recura --fluency-weight -1"), 2, "fluency-weight");
}

TEST_F(CompressorProgramTest, RowsMaySayWhichOfTheirWordsAreKept) {
  write("said.jsonl", R"({"text":"Ann won it","summary":"x","tokens":["Ann","won","it"],"keep":[1,1,0]})"
                      "\n"
                      R"({"text":"Ann won it","tokens":["Ann","won","it"],"keep":[1,1,0]})"
                      "\n"
                      R"({"text":"Ann won it","summary":"x","tokens":["Ann"],"keep":[1,1]})"
                      "\n");
  const Outcome outcome = run("train said.jsonl --kind compress -o said.recura --dev-share 0" + kSmallCompressor + "1");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("words and marks: 6, of which summaries keep 4 (66.7 %)"));
  EXPECT_THAT(outcome.err, HasSubstr("line 3: 2 flags, but 1 tokens"));
}

TEST_F(CompressorProgramTest, MayBeginWithALanguageModelOfWords) {
  const std::string language = "train pairs.jsonl -q --task language-model --hidden 8 --embedding 12 --epochs 1 ";
  ASSERT_EQ(run(language + "-o words.recura").code, 0);
  ASSERT_EQ(run(language + "--unit character -o letters.recura").code, 0);
  const std::string train = "train pairs.jsonl --kind compress --dev pairs.jsonl --shape-size 0 --characters none ";
  const Outcome outcome = run(train +
                              "--batch-size 4 --learning-rate 0.02 --min-count 1 --epochs 20 --from-rate 0.5 "
                              "--from words.recura -o begun.recura");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err,
              HasSubstr("begins with words.recura, whose text rule, vocabulary and recurrent layers it has"));
  const json info = json::parse(run("inspect begun.recura --json").out);
  EXPECT_EQ(info["network"]["hidden"], 8);
  EXPECT_FALSE(info["options"].contains("hidden")) << "the language model decided it";
  EXPECT_EQ(run("extract begun.recura --output text", "echo \"Ann, they say, won a prize on Monday.\" |").out,
            "Ann won a prize.\n");
  for (const char* const other : {"letters.recura", "begun.recura"})
    expect_refused(run(train + "-o x.recura --from " + other), 3, std::string(other) + ": a ");
  expect_refused(run(train + "-o x.recura --from words.recura --dictionary"), 2, "--dictionary: does nothing beside");
  expect_refused(run(train + "-o words.recura --from words.recura"), 2, "would overwrite the model to begin with");
}

TEST_F(CompressorProgramTest, InspectExportAndBenchmarkKnowIt) {
  EXPECT_THAT(run("inspect short.recura").out, StartsWith("short.recura: a summarizer that leaves words out\n"));
  EXPECT_EQ(json::parse(run("inspect short.recura --json").out)["kind"], "compress");
  const Outcome outcome = run("export short.recura -o small.recura --dev pairs.jsonl");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("dev F1"));
  EXPECT_EQ(run("extract small.recura raw.jsonl --output text").out,
            run("extract short.recura raw.jsonl --output text").out);
  EXPECT_EQ(run("benchmark short.recura raw.jsonl --seconds 0.2").code, 0);
}

}  // namespace
}  // namespace recura
