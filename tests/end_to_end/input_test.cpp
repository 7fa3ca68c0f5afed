#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <recura/classifier.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "end_to_end/program.h"

namespace recura {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const std::string kSmallInput = " --hidden 4 --embedding 4 --epochs 2 --learning-rate 0.02 --batch-size 8";

class InputTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    place_ = std::make_unique<Workplace>("input");
    write("data.jsonl", small_corpus(80));
    ASSERT_EQ(run("train data.jsonl" + kSmallInput).code, 0);
  }
  static void TearDownTestSuite() { place_.reset(); }

  static Outcome run(const std::string& arguments, const std::string& before = "", const std::string& after = "") {
    return place_->run(arguments, before, after);
  }
  static void write(const std::string& name, const std::string& content) { write_file(*place_ / name, content); }
  static Classifier model() { return Classifier::load((*place_ / "data.recura").string(), 1); }

  static std::unique_ptr<Workplace> place_;
};

std::unique_ptr<Workplace> InputTest::place_;

TEST_F(InputTest, BadRowsOfTheDevFileAreToldAsThoseOfTheTrainingFileAre) {
  write("dev.jsonl", "not json\n" + small_corpus(20) + "{\"text\":\"a\"}\n");
  const Outcome outcome = run("train data.jsonl --dev dev.jsonl -o dev.recura" + kSmallInput);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("left out of the dev file: 2 bad rows, such as\n  line 1: not JSON"));
  EXPECT_THAT(outcome.err, HasSubstr("  line 22: no field \"label\""));
  EXPECT_THAT(outcome.err, Not(HasSubstr("left out: ")));
  const Outcome stopped = run("train data.jsonl --dev dev.jsonl --on-error fail" + kSmallInput);
  EXPECT_EQ(stopped.code, 3);
  EXPECT_THAT(stopped.err, HasSubstr("recura: dev.jsonl: line 1: not JSON"));
}

TEST_F(InputTest, OfSeveralFilesEachAnswerSaysWhichOneItIsOf) {
  write("a.jsonl", "{\"text\":\"a good film\"}\n");
  write("b.jsonl", "{\"file\":7,\"text\":\"a bad film\"}\n{\"id\":8}\n");
  const Outcome outcome = run("extract data.recura a.jsonl b.jsonl");
  std::istringstream lines(outcome.out);
  std::string first, second, third;
  std::getline(std::getline(std::getline(lines, first), second), third);
  EXPECT_EQ(json::parse(first)["file"], "a.jsonl");
  EXPECT_EQ(json::parse(second)["file"], 7);
  EXPECT_THAT(third, testing::StartsWith("{\"file\":\"b.jsonl\",\"id\":8,\"error\":"));
  EXPECT_THAT(run("extract data.recura a.jsonl").out, Not(HasSubstr("\"file\"")));
}

TEST_F(InputTest, WhereNoRowIsGoodTheProgramEndsWithThree) {
  write("bad.jsonl", "{\"id\":1}\n{\"id\":2}\n");
  const Outcome outcome = run("extract data.recura bad.jsonl");
  EXPECT_EQ(outcome.code, 3);
  EXPECT_EQ(std::ranges::count(outcome.out, '\n'), 2);
  EXPECT_THAT(outcome.err, HasSubstr("bad rows: 2, all there are; each has an error in its place\n"));
}

TEST_F(InputTest, AnswersAreNotWrittenToWhatIsRead) {
  write("grows.txt", "a good film\n");
  const std::string refused = "the answers would be written to ";
  for (const std::string arguments :
       {"extract data.recura grows.txt >> grows.txt", "extract data.recura - < grows.txt >> grows.txt"}) {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.code, 2) << arguments;
    EXPECT_THAT(outcome.err, HasSubstr(refused));
  }
  EXPECT_EQ(read_file(*place_ / "grows.txt"), "a good film\n");
}

TEST_F(InputTest, ALimitOnTheSizeOfFilesIsAnErrorOfWriting) {
  write("many.jsonl", small_corpus(1000));
  const Outcome outcome = run("extract data.recura many.jsonl", "ulimit -f 4;");
  EXPECT_EQ(outcome.code, 4);
  EXPECT_EQ(outcome.err, "recura: standard output: File too large\n");
}

TEST_F(InputTest, AFolderAmongTextsIsFoundBeforeTheFirstAnswer) {
  write("good.txt", "a good film\n");
  std::filesystem::create_directory(*place_ / "folder");
  const Outcome outcome = run("extract data.recura good.txt folder");
  EXPECT_EQ(outcome.code, 4);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("folder: is a folder, expected a file"));
}

TEST_F(InputTest, RowsAreReadByTheFieldsOfTheTrainingUntilOthersAreNamed) {
  std::string columns = "Review,Topic\n";
  for (int row = 0; row < 20; ++row) columns += row % 2 == 0 ? "a good film,pos\n" : "a bad film,neg\n";
  write("columns.csv", columns);
  ASSERT_EQ(run("train columns.csv --text-field Review --label-field Topic -o columns.recura" + kSmallInput).code, 0);
  for (const std::string verb : {"evaluate", "benchmark --seconds 0.1", "export --dev columns.csv -o small.recura"}) {
    const Outcome outcome = run(verb + " columns.recura" + (verb.starts_with("export") ? "" : " columns.csv"));
    EXPECT_EQ(outcome.code, 0) << verb << outcome.err;
  }
  EXPECT_THAT(run("extract columns.recura columns.csv").out, testing::StartsWith("{\"Topic\":\"pos\",\"label\":"));
  EXPECT_THAT(run("extract columns.recura data.jsonl").out,
              HasSubstr("\"error\":\"no field \\\"Review\\\"; there are"));
  EXPECT_EQ(run("evaluate columns.recura data.jsonl --text-field text --label-field label").code, 0);
  EXPECT_THAT(run("evaluate columns.recura columns.csv").err,
              HasSubstr("note: rows are read as in training, by --label-field Topic --text-field Review\n"));
  write("lines.txt", "a good film\n");
  for (const std::string lines :
       {"extract columns.recura lines.txt", "extract columns.recura columns.csv --format lines"})
    EXPECT_EQ(run(lines).err, "") << "lines have no fields";
  write("fields.toml", "text-field = \"text\"\n");
  EXPECT_EQ(run("extract columns.recura data.jsonl --config fields.toml --on-error fail").code, 0);
}

TEST_F(InputTest, APipeWithOtherColumnsThanThoseOfTheTrainingIsNoProse) {
  write("columns.csv", "Review,Topic\na good film,pos\na bad film,neg\na good one,pos\na bad one,neg\n");
  ASSERT_EQ(run("train columns.csv --text-field Review --label-field Topic -o piped.recura" + kSmallInput).code, 0);
  const Outcome other = run("extract piped.recura", "printf \"text,label\\na good film,pos\\n\" |");
  EXPECT_EQ(other.code, 3);
  EXPECT_THAT(other.err, HasSubstr("no column \"Review\"; there are \"text\", \"label\""));
  EXPECT_THAT(run("extract piped.recura --output text", "printf \"Review,Topic\\na good film,pos\\n\" |").out,
              Not(HasSubstr("Review")));
  EXPECT_THAT(run("extract piped.recura", "echo a good film |").out, testing::StartsWith("{\"label\":"));
}

TEST_F(InputTest, OptionsOfReadingAreRefusedWhereNothingIsRead) {
  const Outcome inspect = run("inspect data.recura --format jsonl");
  EXPECT_EQ(inspect.code, 2);
  EXPECT_THAT(inspect.err, HasSubstr("--format: no option of a model, but of data"));
  const Outcome exported = run("export data.recura -o small.recura --text-field text");
  EXPECT_EQ(exported.code, 2);
  EXPECT_THAT(exported.err, HasSubstr("--text-field: does nothing without --dev"));
}

TEST_F(InputTest, ADevFileOfOtherLabelsIsNamedWithWhatWasLeftOut) {
  write("other.jsonl", "{\"text\":\"a\",\"label\":\"new\"}\n{\"text\":\"b\"}\n");
  const Outcome outcome = run("train data.jsonl --dev other.jsonl" + kSmallInput);
  EXPECT_EQ(outcome.code, 3);
  EXPECT_EQ(outcome.err,
            "recura: other.jsonl: no row has a label of the training rows; left out: 1 bad rows, line 2: no field "
            "\"label\" or \"labels\"; --label-field names another\n");
}

TEST_F(InputTest, ARefusalTellsWhichRowsWereLeftOut) {
  write("few.jsonl", "{\"text\":\"a\",\"label\":\"x\"}\nbad\nbad\nbad\n");
  const Outcome outcome = run("train few.jsonl");
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, HasSubstr("few.jsonl: every row has the label \"x\""));
  EXPECT_THAT(outcome.err, HasSubstr("; left out: 3 bad rows, line 2: not JSON, expected one object a line"));
}

TEST_F(InputTest, BrokenUtf8InAHeaderIsAnErrorOfTheData) {
  write("header.csv", "text,\xff\na,b\n");
  const Outcome refused = run("extract data.recura header.csv");
  EXPECT_EQ(refused.code, 3);
  EXPECT_THAT(refused.err, HasSubstr("header.csv: line 1: the header has bytes that are no UTF-8"));
  const Outcome replaced = run("extract data.recura header.csv --bad-utf8 replace");
  EXPECT_EQ(replaced.code, 0) << replaced.err;
  EXPECT_EQ(json::parse(replaced.out)["\xEF\xBF\xBD"], "b");
}

TEST_F(InputTest, ProseOnStandardInputIsAnsweredAsItIs) {
  for (const std::string prose : {"{hello} my parcel", "text,please send it", "a __label__x"}) {
    const Outcome outcome = run("extract data.recura --output tsv", "printf \"%s\\n%s\\n\" \"" + prose + "\" more |");
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("\t" + prose + "\n"));
    EXPECT_EQ(std::ranges::count(outcome.out, '\n'), 2);
  }
  write("rows.csv", "id,text\n8,a b\n");
  write("other.jsonl", "{\"body\":\"a\"}\n");
  EXPECT_EQ(json::parse(run("extract data.recura", "cat rows.csv |").out)["id"], "8");
  EXPECT_THAT(run("extract data.recura", "cat other.jsonl |").out, HasSubstr("no field \\\"text\\\""));
  write("rows.jsonl", "{\"id\":7,\"text\":\"a\"}\n");
  EXPECT_EQ(json::parse(run("extract data.recura", "cat rows.jsonl |").out)["id"], 7);
  EXPECT_EQ(run("extract data.recura --output text", "echo __label__x a |").out,
            run("extract data.recura --output text", "echo a |").out);
}

TEST_F(InputTest, AnErrorHasAsManyCellsOfATableAsAnAnswer) {
  write("two.txt", "good\nbad \xff\n");
  const Outcome outcome = run("extract data.recura two.txt --output tsv --top-k 9");
  const std::size_t end = outcome.out.find('\n');
  const std::string answer = outcome.out.substr(0, end), error = outcome.out.substr(end);
  EXPECT_EQ(std::ranges::count(answer, '\t'), 6) << answer;
  EXPECT_EQ(std::ranges::count(error, '\t'), 6) << error;
}

TEST_F(InputTest, ALineOfAPipeIsAnsweredBeforeTheNextOneIsThere) {
  // Writes the next line only when the answer to the first one has come.
  const std::string waits =
      "{ echo one; for i in {1..600}; do [ -s answers ] && break; sleep 0.1; done; "
      "cp answers first; echo two; } |";
  ASSERT_EQ(run("extract data.recura", waits, ">answers").code, 0);
  EXPECT_EQ(std::ranges::count(read_file(*place_ / "first"), '\n'), 1);
  EXPECT_EQ(std::ranges::count(read_file(*place_ / "answers"), '\n'), 2);
}

TEST_F(InputTest, ABadRowThatStopsExtractionIsNamedByItsFile) {
  write("good.jsonl", "{\"text\":\"a\"}\n");
  write("bad.jsonl", "{\"text\":\"a\"}\nbad\n");
  const Outcome outcome = run("extract data.recura good.jsonl bad.jsonl --on-error fail");
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.err, testing::StartsWith("recura: bad.jsonl: line 2: not JSON"));
}

TEST_F(InputTest, AFileWithoutTheFieldIsRefusedByName) {
  std::string rows;
  for (int row = 0; row < 100; ++row) rows += "{\"body\":\"a\"}\n";
  write("bodies.jsonl", rows);
  const Outcome outcome = run("extract data.recura bodies.jsonl");
  EXPECT_EQ(outcome.code, 3);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("bodies.jsonl: none of the first 100 rows has a field \"text\""));
  EXPECT_THAT(outcome.err, HasSubstr("\"body\""));
}

TEST_F(InputTest, AnErrorRowQuotesTheStartOfWhatItRefuses) {
  std::string array = "[";
  for (int i = 0; i < 100'000; ++i) array += "\"a long string\",";
  write("array.jsonl", "{\"text\":" + array + "1]}\n");
  EXPECT_LT(run("extract data.recura array.jsonl").out.size(), 300U);
}

TEST_F(InputTest, AStrayNulIsAnsweredLikeAnyOtherRow) {
  write("nul.txt", std::string("a good\0film\nI love it\n", 22));
  const Outcome outcome = run("extract data.recura nul.txt");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(std::ranges::count(outcome.out, '\n'), 2);
  EXPECT_THAT(run("extract data.recura /bin/ls").err, HasSubstr("/bin/ls: looks binary"));
}

TEST_F(InputTest, ExtractGivesAsManyLabelsAsAreAskedFor) {
  const Classifier classifier = model();
  write("lines.txt", "a good film\nI hate it\n");
  const std::string path = (*place_ / "lines.txt").string();
  for (const std::size_t top : {0U, 1U, 2U, 9U}) {
    std::vector<bool> more;
    const auto check = [&](const ExtractedRow& row) {
      const Answer whole = classifier.classify(row.text);
      EXPECT_EQ(row.answer.label, whole.label);
      EXPECT_EQ(row.answer.score, whole.score);
      ASSERT_EQ(row.answer.scores.size(), std::min<std::size_t>(top, 2));
      EXPECT_TRUE(std::equal(row.answer.scores.begin(), row.answer.scores.end(), whole.scores.begin()));
      more.push_back(row.more);
    };
    classifier.extract(path, {}, check, {.top = top});
    EXPECT_EQ(more, (std::vector<bool>{true, false}));
  }
}

}  // namespace
}  // namespace recura
