#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "end_to_end/program.h"

namespace recura {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

/// Ten pairs: who did what, of a longer text.
std::string ten_pairs() {
  const char* const who[] = {"Ann", "Bob", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hal", "Ida", "Jo"};
  const char* const what[] = {"won 12 races", "lost the key"};
  std::string lines;
  for (int i = 0; i < 10; ++i) {
    const std::string one = std::string(who[i]) + " " + what[i / 5];
    lines +=
        json{{"body", "It rained. Then " + one + " (of 40), they said, in May."}, {"title", one + "."}}.dump() + "\n";
  }
  return lines;
}

const std::string kFields = " --text-field body --summary-field title";
const std::string kSmallWriter =
    kFields +
    " --embedding 16 --hidden 12 --decoder-hidden 16 --attention 12 --batch-size 5 --learning-rate 0.02 "
    "--min-count 3 --dropout 0 --word-dropout 0 --label-smoothing 0 --average 0 --patience 0 --epochs ";

/// What the verbs print for a writer that knows ten pairs by heart.
class WriterProgramTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    place_ = std::make_unique<Workplace>("writer");
    write("ten.jsonl", ten_pairs());
    write("raw.jsonl",
          "{\"id\":7,\"score\":1,\"body\":\"Ü: it rained. Then Zoltan won 12 races (of 40), they said, in May.\"}\n"
          "{\"id\":8}\n{\"body\":\"\"}\n");
    trained_ =
        run("train ten.jsonl --kind write -o ten.recura --dev ten.jsonl --log-json ten.log" + kSmallWriter + "60");
  }
  static void TearDownTestSuite() { place_.reset(); }

  static Outcome run(const std::string& arguments, const std::string& before = "") {
    return place_->run(arguments, before);
  }
  static void write(const std::string& name, const std::string& content) { write_file(*place_ / name, content); }
  static std::vector<json> rows_of(const std::string& arguments) { return rows_of("raw.jsonl", arguments); }
  static std::vector<json> rows_of(const std::string& file, const std::string& arguments) {
    std::vector<json> rows;
    std::istringstream lines(run("extract ten.recura " + file + " " + arguments).out);
    for (std::string line; std::getline(lines, line);) rows.push_back(json::parse(line));
    return rows;
  }
  inline static std::unique_ptr<Workplace> place_;
  inline static Outcome trained_;
};

TEST_F(WriterProgramTest, TrainingSaysWhatItFoundAndLearnsTenPairsByHeart) {
  EXPECT_EQ(trained_.code, 0) << trained_.err;
  EXPECT_THAT(trained_.err, HasSubstr("ten.jsonl: jsonl, 10 texts to train on, 10 to choose the best epoch by\n"));
  EXPECT_THAT(trained_.err, HasSubstr("words of summaries: 50, 100.0 % stand in their texts, 0.0 % cannot be written"));
  EXPECT_THAT(trained_.err, testing::ContainsRegex("the beginning of the text alone has ROUGE 0\\.[0-9]+ on dev\n"));
  EXPECT_THAT(trained_.err, HasSubstr("model: ten.recura\n"));
  EXPECT_THAT(read_file(*place_ / "ten.log"), HasSubstr("\"dev_rouge\":"));
  const json report = json::parse(run("evaluate ten.recura ten.jsonl --json").out);
  EXPECT_GT(report["rouge2"]["f1"], 0.95);
  EXPECT_GT(report["rouge2"]["f1"], report["lead"]["rouge2"]["f1"]);
  EXPECT_EQ(report["with_new"], 0.0);
  EXPECT_FALSE(report.contains("oracle"));
  EXPECT_THAT(run("evaluate ten.recura ten.jsonl").out, HasSubstr("\nlead "));
}

TEST_F(WriterProgramTest, MayBeginWithALanguageModel) {
  write("texts.jsonl", [] {
    std::string lines;
    std::istringstream pairs(ten_pairs());
    for (std::string line; std::getline(pairs, line);) lines += json{{"text", json::parse(line)["body"]}}.dump() + "\n";
    return lines;
  }());
  const std::string language = "train texts.jsonl -q --task language-model --hidden 12 --embedding 16 --epochs 2 ";
  ASSERT_EQ(run(language + "--no-lower-case -o words.recura").code, 0);
  ASSERT_EQ(run(language + "--unit subword --subwords 60 -o pieces.recura").code, 0);
  const std::string train = "train ten.jsonl --kind write --dev ten.jsonl --attention 12 --batch-size 5 " + kFields +
                            " --learning-rate 0.02 --dropout 0 --word-dropout 0 --label-smoothing 0 --average 0 "
                            "--patience 0 --from-rate 0.5 ";
  const Outcome outcome = run(train + "--min-count 3 --epochs 60 --from words.recura -o begun.recura");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("begins with words.recura"));
  const json info = json::parse(run("inspect begun.recura --json").out);
  EXPECT_EQ(info["network"]["hidden"], 12);
  EXPECT_EQ(info["network"]["decoder_hidden"], 12);
  EXPECT_EQ(info["text"]["drop_html"], false) << "though the language model leaves tags out";
  EXPECT_FALSE(info["options"].contains("decoder-hidden")) << "the language model decided it";
  EXPECT_EQ(run("extract begun.recura --output text",
                "echo \"It rained. Then Ann won 12 races (of 40), they said, in May.\" |")
                .out,
            "Ann won 12 races.\n");
  EXPECT_EQ(run(train + "--epochs 1 --from pieces.recura -o pieces.writer.recura").code, 0);
  expect_refused(run(train + "--epochs 1 --from pieces.recura --min-count 3 -o x.recura"), 2,
                 "--min-count: does nothing beside --from");
  expect_refused(run(train + "--epochs 1 --from words.recura --decoder-hidden 20 -o x.recura"), 2,
                 "--decoder-hidden: does nothing beside --from");
  expect_refused(run(train + "--epochs 1 --from words.recura --subwords 20 -o x.recura"), 2,
                 "--subwords: does nothing beside --from");
  expect_refused(run(train + "--epochs 1 --from ten.recura -o x.recura"), 3, "ten.recura: ");
}

TEST_F(WriterProgramTest, EveryCellWritesAndTellsWhereWordsComeFrom) {
  for (const std::string cell : {"rnn", "lstm", "gru", "sru"}) {
    const Outcome trained =
        run("train ten.jsonl --kind write -q --dev ten.jsonl -o cell.recura --cell " + cell + kSmallWriter + "2");
    ASSERT_EQ(trained.code, 0) << cell << trained.err;
    for (const char* const precision : {"float32", "bf16", "int8"}) {
      ASSERT_EQ(run(std::string("export cell.recura -o small.recura --precision ") + precision).code, 0) << cell;
      const Outcome found = run("extract small.recura raw.jsonl --attention 2 --best 2");
      EXPECT_EQ(found.code, 0) << cell << precision << found.err;
      EXPECT_THAT(found.out, HasSubstr("\"attention\":")) << cell << precision;
    }
  }
}

TEST_F(WriterProgramTest, ExtractGivesTheSummaryAndWhereItsWordsComeFrom) {
  const std::vector<json> rows = rows_of("--attention 2");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0]["id"], 7);
  EXPECT_EQ(rows[0]["input_score"], 1);
  EXPECT_EQ(rows[0]["summary"], "Zoltan won 12 races.");
  EXPECT_LT(rows[0]["score"], 0.0);
  EXPECT_EQ(rows[0]["new"], json::array());
  const json word = rows[0]["words"][0];
  EXPECT_EQ(word["text"], "Zoltan");
  EXPECT_EQ(word["end"], 6);
  EXPECT_GT(word["copied"], 0.9);
  EXPECT_EQ(word["source"], json({19, 25}));
  EXPECT_EQ(word["attention"].size(), 2U);
  EXPECT_EQ(rows_of("--attention 1 --offsets bytes")[0]["words"][0]["source"], json({20, 26}));
  EXPECT_EQ(rows[1]["line"], 2);
  EXPECT_EQ(rows[2]["summary"], "");
  EXPECT_FALSE(rows_of("")[0].contains("words"));
}

TEST_F(WriterProgramTest, EveryWordHasItsOwnPlacesInTheText) {
  const std::string text = "Ü: it rained. Then Zoltan won 12 races (of 40), they said, in May.";
  const json bytes = rows_of("--attention 3 --offsets bytes")[0]["words"],
             points = rows_of("--attention 3")[0]["words"];
  const auto in_points = [](int byte) { return byte == 0 ? 0 : byte - 1; };
  ASSERT_EQ(points.size(), bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t begin = bytes[i]["source"][0], end = bytes[i]["source"][1];
    EXPECT_EQ(text.substr(begin, end - begin), bytes[i]["text"].get<std::string>());
    ASSERT_EQ(bytes[i]["attention"].size(), 3U);
    for (std::size_t k = 0; k < 3; ++k) {
      for (const int side : {0, 1})
        EXPECT_EQ(points[i]["attention"][k][side], in_points(bytes[i]["attention"][k][side])) << i << ' ' << k;
      EXPECT_EQ(points[i]["attention"][k][2], bytes[i]["attention"][k][2]);
    }
  }
}

TEST_F(WriterProgramTest, ExtractSaysHowMuchOfATextWasNotRead) {
  std::string text = "Then Zoltan won 12 races, they said.";
  for (int i = 0; i < 400; ++i) text += " more";
  write("long.jsonl", json{{"body", text}, {"dropped", "own"}}.dump() + "\n{\"body\":\"Ann won.\"}\n");
  const std::vector<json> rows = rows_of("long.jsonl", "");
  EXPECT_EQ(rows[0]["dropped"], 9);  // of 409 words and marks
  EXPECT_EQ(rows[0]["input_dropped"], "own");
  EXPECT_FALSE(rows[1].contains("dropped"));
}

/// Texts of which the sentence that tells who did what is the summary.
std::string telling_texts() {
  std::string lines;
  for (int i = 0; i < 30; ++i) {
    std::string telling = "Then ", text;
    telling += i % 2 == 0 ? "Ann" : "Bob";
    telling += " won 12 races (of 40), in May. ";
    for (int k = 0; k < 5; ++k) text += k == i % 5 ? telling : "It rained. ";
    lines += json{{"text", text}, {"summary", telling}}.dump() + "\n";
  }
  return lines;
}

/// Reads 19 words and marks of a text, and has a chooser of sentences beside it.
class SelectingWriterTest : public WriterProgramTest {
 protected:
  static void SetUpTestSuite() {
    WriterProgramTest::SetUpTestSuite();
    write("telling.jsonl", telling_texts());
    const Outcome writer =
        run("train ten.jsonl --kind write -o short.recura --dev ten.jsonl --max-length 19" + kSmallWriter + "60");
    ASSERT_EQ(writer.code, 0) << writer.err;
    const Outcome selector =
        run("train telling.jsonl -o chooser.recura --dev-share 0 --embedding 12 --hidden 8 --document-hidden 8 "
            "--batch-size 4 --learning-rate 0.02 --epochs 20");
    ASSERT_EQ(selector.code, 0) << selector.err;
    std::string text = "Ü: it rained. ";
    for (int i = 0; i < 20; ++i) text += "It rained. ";
    text += "Then Zoltan won 12 races (of 40), they said, in May.";
    write("late.jsonl", json{{"body", text}, {"title", "Zoltan won 12 races."}}.dump() + "\n");
  }

  static json answer(const std::string& arguments) { return json::parse(run("extract short.recura " + arguments).out); }
};

TEST_F(SelectingWriterTest, ReadsASentenceBeyondItsLengthAndSaysWhereItsWordsStand) {
  EXPECT_THAT(answer("late.jsonl")["summary"].get<std::string>(), testing::Not(HasSubstr("Zoltan")));
  const json found = answer("late.jsonl --select chooser.recura --attention 2");
  EXPECT_EQ(found["summary"], "Zoltan won 12 races.");
  EXPECT_EQ(found["words"][0]["source"], json({239, 245}));  // behind 14 characters, 20 times 11, and "Then "
  EXPECT_EQ(answer("late.jsonl --select chooser.recura --attention 1 --offsets bytes")["words"][0]["source"],
            json({240, 246}));
  EXPECT_EQ(found["dropped"], 5 + 19 * 3);
}

TEST_F(SelectingWriterTest, AShortTextHasTheSameAnswerAsWithout) {
  write("short.jsonl", json{{"body", "It rained. Then Zoltan won 12 races (of 40), in May."}}.dump() + "\n");
  EXPECT_EQ(answer("short.jsonl --select chooser.recura --attention 2"), answer("short.jsonl --attention 2"));
}

TEST_F(SelectingWriterTest, IsEvaluatedOnWhatItReads) {
  const auto rouge = [](const std::string& arguments) {
    return json::parse(run("evaluate short.recura late.jsonl --json" + arguments).out)["rouge1"]["f1"].get<double>();
  };
  EXPECT_EQ(rouge(" --select chooser.recura"), 1.0);
  EXPECT_LT(rouge(""), 1.0);
}

TEST_F(SelectingWriterTest, OtherModelsAreRefusedByName) {
  expect_refused(run("extract short.recura late.jsonl --select ten.recura"), 2,
                 "--select ten.recura: expected a model that chooses sentences, got one of kind write");
  expect_refused(run("extract chooser.recura late.jsonl --select chooser.recura"), 2,
                 "--select is for models that write");
  expect_refused(run("evaluate chooser.recura late.jsonl --select chooser.recura"), 2,
                 "--select is for models that write");
  expect_refused(run("extract short.recura late.jsonl --select none.recura"), 4, "none.recura");
  expect_refused(run("extract short.recura late.jsonl --keyphrases 2"), 2,
                 "--keyphrases: no option of write, but of select");
}

TEST_F(WriterProgramTest, NumbersHaveSixDigits) {
  const std::string score = rows_of("")[0]["score"].dump();
  EXPECT_LE(std::ranges::count_if(score, [](char c) { return c >= '0' && c <= '9'; }), 8) << score;
}

TEST_F(WriterProgramTest, GivesTheBestOnesAsTextJsonAndTable) {
  const json best = rows_of("--best 3")[0];
  ASSERT_EQ(best["others"].size(), 2U);
  EXPECT_GE(best["score"], best["others"][0]["score"]);
  EXPECT_EQ(run("extract ten.recura raw.jsonl --output text").out.substr(0, 21), "Zoltan won 12 races.\n");
  EXPECT_THAT(run("extract ten.recura raw.jsonl --output tsv --best 2").out,
              testing::ContainsRegex("^Zoltan won 12 races\\.\t-[0-9.]+\t[^\t]+\t-[0-9.]+\tÜ: it rained"));
  expect_refused(run("extract ten.recura raw.jsonl --best 3 --beam 2"), 2, "--beam");
}

TEST_F(WriterProgramTest, EveryLimitHoldsAndThoseOfChoosersAreRefused) {
  EXPECT_EQ(rows_of("--max-words 2 --attention 1")[0]["words"].size(), 2U);
  EXPECT_GE(rows_of("--min-words 8 --max-words 9 --attention 1")[0]["words"].size(), 8U);
  expect_refused(run("extract ten.recura raw.jsonl --min-words 3 --max-words 2"), 2, "--min-words");
  expect_refused(run("extract ten.recura raw.jsonl --sentences 2"), 2, "--sentences: no option of write");
  expect_refused(run("train ten.jsonl --task tag --kind write"), 2, "--kind write is for the task summarise");
  expect_refused(run("train ten.jsonl --kind write --document-hidden 3"), 2, "--document-hidden");
}

TEST_F(WriterProgramTest, PiecesOfWordsAreReadWrittenAndToldAsWords) {
  const std::string small = " --kind write --unit subword --subwords 60" + kFields +
                            " --embedding 16 --hidden 12 --decoder-hidden 16 --attention 12 --batch-size 5 --dropout 0 "
                            "--learning-rate 0.02 --word-dropout 0 --label-smoothing 0 --average 0 --patience 0";
  const Outcome trained = run("train ten.jsonl -o pieces.recura --dev ten.jsonl --epochs 80" + small);
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_THAT(trained.err, HasSubstr("0.0 % cannot be written"));
  EXPECT_GT(json::parse(run("evaluate pieces.recura ten.jsonl --json").out)["rouge2"]["f1"], 0.95);
  write("gal.jsonl", json{{"body", "Ü: it rained. Then Gal won 12 races (of 40), they said, in May."}}.dump() + "\n");
  const json row = json::parse(run("extract pieces.recura gal.jsonl --attention 2").out);
  EXPECT_EQ(row["summary"], "Gal won 12 races.");
  ASSERT_EQ(row["words"].size(), 5U);
  EXPECT_EQ(row["words"][0]["text"], "Gal");
  EXPECT_EQ(row["words"][0]["source"], json({19, 22}));
  EXPECT_EQ(row["words"][2]["text"], "12");
  EXPECT_EQ(row["new"], json::array());
  const json info = json::parse(run("inspect pieces.recura --json").out);
  EXPECT_EQ(info["text"]["unit"], "subword");
  EXPECT_EQ(info["options"]["subwords"], "60");
  EXPECT_EQ(run("inspect pieces.recura --verify").code, 0);
  EXPECT_EQ(run("export pieces.recura -o narrow.recura --dev ten.jsonl").code, 0);
  expect_refused(run("train ten.jsonl -o x.recura --max-outputs 9" + small), 2,
                 "--max-outputs: is of words, it does nothing where --unit is subword");
}

TEST_F(WriterProgramTest, InspectExportAndBenchmarkKnowIt) {
  EXPECT_THAT(run("inspect ten.recura").out, StartsWith("ten.recura: a summarizer that writes, 5 words at most"));
  const json info = json::parse(run("inspect ten.recura --json").out);
  EXPECT_EQ(info["kind"], "write");
  EXPECT_EQ(info["longest"], 5);
  const Outcome outcome = run("export ten.recura -o small.recura --dev ten.jsonl");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("dev ROUGE"));
  EXPECT_EQ(json::parse(run("inspect small.recura --json").out)["precision"], "int8");
  EXPECT_THAT(run("extract small.recura raw.jsonl --output text").out, HasSubstr("Zoltan"));
  EXPECT_EQ(run("benchmark ten.recura raw.jsonl --seconds 0.2").code, 0);
}

}  // namespace
}  // namespace recura
