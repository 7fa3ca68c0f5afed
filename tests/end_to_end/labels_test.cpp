#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "end_to_end/program.h"

namespace recura {
namespace {

using nlohmann::json;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kSmallLabels =
    " --hidden 8 --embedding 8 --epochs 12 --learning-rate 0.02 --batch-size 8 --patience 0 --seed 3 --threads 1";

/// "red" and "round" in a text are its labels; every third has none.
std::string shapes(int rows) {
  std::string lines;
  for (int row = 0; row < rows; ++row) {
    json labels = json::array();
    std::string text = "number " + std::to_string(row % 3);
    if (row % 3 != 0) text += " red", labels.push_back("Red");
    if (row % 3 == 2) text += " round", labels.push_back("is <round>");
    lines += json{{"text", text}, {"labels", labels}, {"id", row}}.dump() + "\n";
  }
  return lines;
}

/// Two models that all tests share: of several labels a text, and of one.
class LabelsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    place_ = std::make_unique<Workplace>("labels");
    write("shapes.jsonl", shapes(90));
    write("one.jsonl", small_corpus(80));
    several_ = place_->run("train shapes.jsonl" + kSmallLabels);
    one_ = place_->run("train one.jsonl" + kSmallLabels);
  }
  static void TearDownTestSuite() { place_.reset(); }

  static Outcome run(const std::string& arguments, const std::string& before = "", const std::string& after = "") {
    return place_->run(arguments, before, after);
  }
  static void write(const std::string& name, const std::string& content) { write_file(*place_ / name, content); }
  static json object(const std::string& arguments, const std::string& before = "") {
    const Outcome outcome = run(arguments, before);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return json::parse(outcome.out, nullptr, false);
  }
  static std::unique_ptr<Workplace> place_;
  static Outcome several_, one_;
};

std::unique_ptr<Workplace> LabelsTest::place_;
Outcome LabelsTest::several_, LabelsTest::one_;

TEST_F(LabelsTest, ListsMakeAModelOfSeveralLabelsAndItIsSaid) {
  EXPECT_EQ(several_.code, 0) << several_.err;
  EXPECT_THAT(several_.err, HasSubstr("a text may have several of them: 27 rows have more than one, 27 none"));
  EXPECT_THAT(several_.err, HasSubstr("dev micro_f1"));
  EXPECT_THAT(several_.err, HasSubstr("for the highest F1 of each on 9 dev rows"));
  const json info = object("inspect shapes.recura --json");
  EXPECT_EQ(info["several"], true);
  EXPECT_EQ(info["thresholds"].size(), 2U);
  EXPECT_EQ(info["decision_rows"], 9);
  EXPECT_THAT(run("inspect shapes.recura").out,
              AllOf(HasSubstr("of which a text may have several"), HasSubstr(" Red, is <round>\n"),
                    ContainsRegex("on 9 dev rows: Red [0-9.]+, is <round> [0-9.]+\n")));
}

TEST_F(LabelsTest, AnswersAreListsThatMayBeEmpty) {
  const json both = object("extract shapes.recura", "echo number 2 red round |");
  ASSERT_EQ(both["labels"].size(), 2U) << both;
  EXPECT_GE(both["labels"][0]["score"], both["labels"][1]["score"]);
  EXPECT_FALSE(both.contains("label"));
  const json none = object("extract shapes.recura --top-k 2", "echo number 0 |");
  EXPECT_EQ(none["labels"], json::array());
  EXPECT_EQ(none["top"].size(), 2U);
  EXPECT_EQ(run("extract shapes.recura --output text", "echo number 0 |").out, "-\n");
  EXPECT_EQ(run("extract shapes.recura --output text", "echo number 1 red |").out, "Red\n");
  EXPECT_EQ(run("extract shapes.recura --output tsv", "echo number 1 red |").out, "Red\tnumber 1 red\n");
}

TEST_F(LabelsTest, EvaluationCountsSets) {
  const json report = object("evaluate shapes.recura shapes.jsonl --json");
  EXPECT_EQ(report["subset_accuracy"], 1.0);
  EXPECT_EQ(report["micro_f1"], 1.0);
  EXPECT_EQ(report["precision_at_1"], 2.0 / 3);
  EXPECT_EQ(report["recall_at_1"], 0.75);
  EXPECT_EQ(report["roc_auc"], 1.0);
  EXPECT_FALSE(report.contains("confusion"));
  EXPECT_THAT(run("evaluate shapes.recura shapes.jsonl").out, HasSubstr("all labels of a row right 1.0000"));
}

TEST_F(LabelsTest, LabelsThatSomebodyGaveScoreAsTheModelThatGaveThem) {
  for (const std::string name : {"shapes", "one"}) {
    std::string data = name + ".jsonl ", model = name + ".recura ";
    ASSERT_EQ(run("extract " + model + data, "", "> given.jsonl").code, 0);
    const json given = object("evaluate --gold " + data + "--predicted given.jsonl --json");
    const json scored = object("evaluate " + model + data + "--json");
    for (const std::string key : {"micro_f1", "macro_f1", "macro_f1_interval", "per_label", "rows"})
      EXPECT_EQ(given[key], scored[key]) << name << key;
    EXPECT_EQ(given.value("confusion", json()), scored.value("confusion", json()));
    EXPECT_TRUE(given["log_loss"].is_null() && given["roc_auc"].is_null() && given["calibration_error"].is_null());
  }
  write("other.csv", "label\na\nb\n");
  write("texts.jsonl", R"({"text":"x","topic":"a"})"
                       "\n"
                       R"({"text":"y","topic":"a"})"
                       "\n");
  const std::string against = "evaluate --gold texts.jsonl --label-field topic --predicted ";
  EXPECT_THAT(run(against + "other.csv").out, HasSubstr("accuracy 0.5000"));
  EXPECT_THAT(run(against + "other.csv").out, HasSubstr("wrong answers\n  line 2: b, right is a: y\n"));
  expect_refused(run(against + "given.jsonl"), 3, "expected labels for each text");
  expect_refused(run(against + "other.csv --abstain 0.5"), 2, "there is none");
  write("shuffled.csv", "text,label\ny,b\nx,a\n");
  expect_refused(run(against + "shuffled.csv"), 3, "shuffled.csv: line 2: not the text of line 1 of texts.jsonl");
  write("null.jsonl", "{\"label\":null}\n{\"label\":\"a\"}\n");
  expect_refused(run(against + "null.jsonl"), 3, "line 1: \"label\" is null: expected a label");
}

TEST_F(LabelsTest, WhatHasOneLabelIsNoListAndAListNotOne) {
  const Outcome lists = run("evaluate one.recura shapes.jsonl");
  EXPECT_THAT(lists.out, HasSubstr("left out: 60 bad rows"));
  EXPECT_THAT(lists.out, HasSubstr("no label; a row must have one"));
  EXPECT_EQ(run("evaluate shapes.recura one.jsonl").code, 0) << "labels that it does not know are missed ones";
  expect_refused(run("train shapes.jsonl --labels-per-text one --on-error fail -o x.recura"), 3, "line 1: no label");
  write("mixed.jsonl", small_corpus(40) + R"({"text":"good and bad","labels":["pos","neg"]})" + "\n");
  const Outcome mixed = run("train mixed.jsonl -o x.recura" + kSmallLabels);
  EXPECT_THAT(mixed.err, HasSubstr("1 rows have more than one, 0 none"));
  expect_refused(run("train one.jsonl --labels-per-text two"), 2, "--labels-per-text");
}

TEST_F(LabelsTest, OddLabelsAreTold) {
  write("alike.jsonl", small_corpus(40) + R"({"text":"I love it","label":"Pos"})" + "\n");
  EXPECT_THAT(run("train alike.jsonl -o x.recura" + kSmallLabels).err,
              HasSubstr("note: labels that differ by case or blanks only: \"Pos\", \"pos\""));
  write("dev.jsonl", R"({"text":"number 1 red","labels":["Red"]})"
                     "\n");
  EXPECT_THAT(run("train shapes.jsonl --dev dev.jsonl -o x.recura" + kSmallLabels).err,
              HasSubstr("note: labels that no dev row has, their threshold is 0.5: is <round>"));
  write("one-class.jsonl", R"({"text":"I love it","label":"pos"})"
                           "\n");
  EXPECT_THAT(run("train one.jsonl --dev one-class.jsonl -o x.recura" + kSmallLabels).err,
              HasSubstr("all dev rows have the same label"));
  write("none.jsonl", "{\"text\":\"a\",\"labels\":[]}\n{\"text\":\"b\",\"labels\":[]}\n");
  expect_refused(run("train none.jsonl"), 3, "no row has a label");
}

TEST_F(LabelsTest, LabelsThatAreOthersJoinedAreTold) {
  const auto note = [](const std::string& sign, const std::string& cells) {
    write("joined.csv", "text,labels\n" + cells);
    const Outcome trained = run("train joined.csv --dev-share 0 -o x.recura" + kSmallLabels);
    const std::string said = "labels that are others joined by \"" + sign + "\": ";
    EXPECT_EQ(trained.err.find("note: " + said) == std::string::npos,
              run("inspect data joined.csv").out.find("  " + said) == std::string::npos);
    return trained.err.substr(std::min(trained.err.find(said), trained.err.size()));
  };
  EXPECT_THAT(note("、", "a,故障、物流\nb,故障\nc,物流\nd,故障、退款\n"),
              StartsWith("labels that are others joined by \"、\": 1, such as 故障、物流; a list of labels stands in "
                         "\"labels\"\n"));
  EXPECT_THAT(note(",", "a,\"x, y\"\nb,\"y, z\"\nc,\"z, x\"\n"), HasSubstr(": 3, such as x, y;"));
  EXPECT_EQ(note(",", "a,\"Washington, DC\"\nb,\"Paris, France\"\nc,Paris\n"), "") << "a comma of its own";
  EXPECT_EQ(note(";", "a,x;y\nb,x\nc,z\n"), "") << "y stands nowhere else";
  EXPECT_EQ(note(",", "a,\"1,000\"\nb,\"1,500\"\nc,\"2,500\"\nd,\"2,000\"\n"), "") << "numbers";
}

TEST_F(LabelsTest, TrainingTextsWithoutATokenAreTold) {
  write("blank.jsonl",
        small_corpus(40) + R"({"text":" ","label":"pos"})" + "\n" + R"({"text":"","label":"neg"})" + "\n");
  const std::string train = " --dev one.jsonl -o x.recura" + kSmallLabels;
  EXPECT_THAT(run("train blank.jsonl" + train).err, HasSubstr("note: training texts without a token: 2\n"));
  EXPECT_THAT(run("train one.jsonl" + train).err, Not(HasSubstr("without a token")));
}

TEST_F(LabelsTest, WeightsAreCheckedByNameAndLine) {
  expect_refused(run("train one.jsonl -o x.recura --class-weights pos=-1"), 2,
                 "must be a number in 0 … 1000000000, it is -1");
  expect_refused(run("train one.jsonl -o x.recura --class-weights pos=nan"), 2,
                 "must be a number in 0 … 1000000000, it is nan");
  expect_refused(run("train one.jsonl -o x.recura --class-weights often"), 2, "expected balanced or label=weight");
  expect_refused(run("train one.jsonl -o x.recura --class-weights what=1"), 3, "no row has the label \"what\"");
  expect_refused(run("train one.jsonl -o x.recura --weight-field w"), 3, "line 1: no field \"w\"");
  write("weights.csv", "text,label,w\na,x,1\nb,y,-2\nc,x,0\nd,y,\ne,y,nan\n");
  expect_refused(run("train weights.csv -o x.recura --weight-field w --on-error fail"), 3,
                 "weights.csv: line 3: \"w\" must be a number >= 0, it is -2");
  const Outcome skipped = run("train weights.csv -o x.recura --weight-field w --dev-share 0" + kSmallLabels);
  EXPECT_THAT(skipped.err, HasSubstr("every row has the label \"x\"")) << "what is left";
  EXPECT_THAT(run("train one.jsonl -o x.recura --class-weights pos=0" + kSmallLabels).err,
              HasSubstr("labels of weight 0, which are not learnt: pos"));
  EXPECT_EQ(
      run("train one.jsonl -o x.recura --class-weights \"{\\\"pos\\\": 2}\" --label-smoothing 0.1" + kSmallLabels).code,
      0);
}

TEST_F(LabelsTest, WeightsChangeTheModel) {
  EXPECT_EQ(run("train one.jsonl -o balanced.recura --class-weights neg=3" + kSmallLabels).code, 0);
  EXPECT_FALSE(read_file(*place_ / "balanced.recura") == read_file(*place_ / "one.recura"));
  const json base = object("evaluate one.recura one.jsonl --against balanced.recura --json | tail -n 1");
  EXPECT_EQ(base["rows"], 80);
}

TEST_F(LabelsTest, AModelMayAbstain) {
  const json sure = object("extract one.recura --abstain 0.1", "echo I love it |");
  EXPECT_EQ(sure["label"], "pos");
  const json unsure = object("extract one.recura --abstain 0.999999999", "echo I love it |");
  EXPECT_TRUE(unsure["label"].is_null());
  EXPECT_GT(unsure["score"], 0.5);
  EXPECT_EQ(run("extract one.recura --abstain 0.999999999 --output text", "echo I love it |").out, "-\n");
  const json report = object("evaluate one.recura one.jsonl --abstain 0.5 --json");
  EXPECT_EQ(report["coverage"], 1.0);
  EXPECT_EQ(report["answered_accuracy"], report["accuracy"]);
  expect_refused(run("extract shapes.recura --abstain 0.5", "echo x |"), 2, "each has its threshold");
}

TEST_F(LabelsTest, TheTemperatureStandsInTheModel) {
  EXPECT_THAT(one_.err, HasSubstr("temperature: 1, as another takes 100 dev rows"));
  write("dev.jsonl", small_corpus(120));
  const Outcome trained = run("train one.jsonl --dev dev.jsonl -o warm.recura" + kSmallLabels);
  EXPECT_THAT(trained.err, HasSubstr("for honest probabilities on 120 dev rows"));
  const json info = object("inspect warm.recura --json");
  EXPECT_NE(info["temperature"], 1.0);
  EXPECT_EQ(info["decision_rows"], 120);
}

TEST_F(LabelsTest, TheReportIsOnePageThatEscapesWhatItShows) {
  write("bad.jsonl", R"({"text":"<script>alert(1)</script> number 1 red","labels":["is <round>"]})"
                     "\n" +
                         shapes(6));
  EXPECT_EQ(run("evaluate shapes.recura bad.jsonl --report page.html").code, 0);
  const std::string page = read_file(*place_ / "page.html");
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)"));
  EXPECT_THAT(page, HasSubstr("is &lt;round&gt;"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("://")));
  EXPECT_THAT(page, HasSubstr("Loss while training"));
  expect_refused(run("evaluate shapes.recura bad.jsonl --report bad.jsonl"), 2, "would overwrite");
  expect_refused(run("evaluate shapes.recura bad.jsonl --report none/page.html"), 4,
                 "none/page.html: cannot create a file in its folder");
}

TEST_F(LabelsTest, TheLogAndTheReportShowHowFarGradientsReach) {
  ASSERT_EQ(run("train one.jsonl --gradient-flow --layers 2 -o flow.recura --log-json flow.log" + kSmallLabels).code,
            0);
  std::istringstream log(read_file(*place_ / "flow.log"));
  std::string options, first;
  std::getline(std::getline(log, options), first);
  const json epoch = json::parse(first);
  EXPECT_GT(epoch["gradient_norm"], 0.0);
  EXPECT_LE(epoch["clipped"], 1.0);
  ASSERT_EQ(epoch["gradient_flow"].size(), 2U);
  EXPECT_GT(epoch["gradient_flow"][1][0], 0.0);
  EXPECT_EQ(object("inspect flow.recura --json")["training"]["epochs"][0]["gradient_flow"].size(), 2U);
  EXPECT_EQ(run("evaluate flow.recura one.jsonl --report flow.html").code, 0);
  EXPECT_THAT(read_file(*place_ / "flow.html"), HasSubstr("How far gradients reach back"));
  EXPECT_EQ(run("evaluate one.recura one.jsonl --report none.html").code, 0);
  EXPECT_THAT(read_file(*place_ / "none.html"), Not(HasSubstr("gradients")));
}

TEST_F(LabelsTest, TwoModelsAreComparedOnTheSameRows) {
  const Outcome same = run("evaluate one.recura one.jsonl --against one.recura");
  EXPECT_THAT(same.out, HasSubstr("only the first 0, only the second 0"));
  EXPECT_THAT(same.out, HasSubstr("p = 1"));
  expect_refused(run("evaluate one.recura one.jsonl --against shapes.recura"), 2,
                 "both give one label, or both several");
  write("other.jsonl", "{\"text\":\"a\",\"label\":\"x\"}\n{\"text\":\"b\",\"label\":\"y\"}\n");
  ASSERT_EQ(run("train other.jsonl --dev-share 0 --epochs 1 --hidden 4 --embedding 4 -q -o other.recura").code, 0);
  expect_refused(run("evaluate one.recura one.jsonl --against other.recura"), 2, "two models of the same labels");
  const json unseen = object("evaluate one.recura other.jsonl --json");
  EXPECT_EQ(unseen["unseen_labels"], json::parse(R"(["x","y"])"));
}

TEST_F(LabelsTest, APageNamesAllModelsThatItIsOf) {
  ASSERT_EQ(run("evaluate one.recura one.jsonl --with one.recura --against one.recura --report all.html").code, 0);
  EXPECT_THAT(read_file(*place_ / "all.html"), AllOf(HasSubstr("Answers together with one.recura"),
                                                     HasSubstr("against one.recura"), HasSubstr("McNemar")));
}

TEST_F(LabelsTest, InspectDataTellsWhatIsOdd) {
  write("train.jsonl", R"({"text":"a b","label":"x"})"
                       "\n"
                       R"({"text":"a b","label":"y"})"
                       "\n"
                       R"({"text":"你好","label":"X"})"
                       "\nbad\n"
                       R"({"text":"","label":"x"})"
                       "\n");
  write("test.csv", "text,label\nc,x\n你好,X\n");
  const json found = object("inspect data train.jsonl test.csv --json");
  const json& train = found["files"][0];
  EXPECT_EQ(train["rows"], 4);
  EXPECT_EQ(train["bad_rows"], 1);
  EXPECT_EQ(train["labels"][0], (json{{"name", "x"}, {"count", 2}}));
  EXPECT_EQ(train["labels_alike"], (json{"X", "x"}));
  EXPECT_EQ(train["lengths"]["longest"], 2);
  EXPECT_EQ(train["empty"], 1);
  EXPECT_EQ(train["scripts"][0]["name"], "Latin");
  EXPECT_EQ(found["repeats"]["count"], 1);
  EXPECT_EQ(found["conflicts"]["first"][0]["places"][1]["line"], 2);
  EXPECT_EQ(found["conflicts"]["first"][0]["labels"], (json{"x", "y"}));
  EXPECT_EQ(found["shared"]["count"], 1);
  EXPECT_EQ(found["shared"]["first"][0]["places"][1], (json{{"file", "test.csv"}, {"line", 3}}));
  const std::string table = run("inspect data train.jsonl test.csv").out;
  EXPECT_THAT(table, HasSubstr("texts in more than one file: 1\n  \"你好\" train.jsonl:3, test.csv:3"));
  expect_refused(run("inspect data missing.jsonl"), 4, "missing.jsonl");
  expect_refused(run("inspect data missing.conll"), 4, "missing.conll: cannot be opened");
  expect_refused(run("inspect shapes.recura one.jsonl"), 2, "unknown argument \"one.jsonl\"");
}

TEST_F(LabelsTest, InspectDataSaysWhatServesForSpansAndSummaries) {
  std::filesystem::create_directories(*place_ / "pairs");
  write("pairs/a.txt", "Ann left\n");
  write("pairs/a.ann", "T1\tPER 0 3\tAnn\n");
  write("a.conll", "Ann B-PER\nleft O\n\n");
  write("a.seg", "我 爱 北京\n");
  write("spans.jsonl", R"({"text":"Ann left","entities":[[0,3,"PER"]]})"
                       "\n");
  for (const std::string file : {"pairs", "pairs/a.ann", "a.conll", "a.seg", "spans.jsonl"})
    expect_refused(run("inspect data " + file), 3,
                   file + ": expected texts with labels, got marked spans; recura convert");
  write("summary.csv", "text,summary\nIt rained.,Rain.\n");
  expect_refused(run("inspect data summary.csv"), 3, "expected texts with labels, got summaries; recura train");
  write("intents.jsonl", R"({"text":"Ann left","label":"x","spans":[[0,3,"PER"]]})"
                         "\n");
  EXPECT_EQ(run("inspect data intents.jsonl").code, 0) << "it has labels as well";
}

}  // namespace
}  // namespace recura
