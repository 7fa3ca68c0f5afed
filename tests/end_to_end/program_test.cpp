#include "end_to_end/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace recura {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const std::string kSmallProgram =
    " --hidden 8 --embedding 8 --epochs 6 --learning-rate 0.02 --batch-size 8 --patience 0 --seed 3";

/// A model that all tests share: trained once.
class ProgramTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    place_ = std::make_unique<Workplace>("program");
    write_file(*place_ / "data.jsonl", small_corpus(80));
    trained_ = place_->run("train data.jsonl" + kSmallProgram);
  }
  static void TearDownTestSuite() { place_.reset(); }

  static Outcome run(const std::string& arguments, const std::string& before = "", const std::string& after = "") {
    return place_->run(arguments, before, after);
  }
  static void write(const std::string& name, const std::string& content) { write_file(*place_ / name, content); }

  /// The exit code is `code`, the message says `what`, and nothing else came out.
  static std::unique_ptr<Workplace> place_;
  static Outcome trained_;
};

std::unique_ptr<Workplace> ProgramTest::place_;
Outcome ProgramTest::trained_;

TEST_F(ProgramTest, TrainingSaysWhatItFoundAndWritesAModelNamedAfterTheData) {
  EXPECT_EQ(trained_.code, 0) << trained_.err;
  EXPECT_THAT(trained_.err, HasSubstr("data.jsonl: jsonl, 72 rows to train on, 8 to choose the best epoch by"));
  EXPECT_THAT(trained_.err, HasSubstr("labels: neg 36, pos 36; the most frequent one alone scores 0.5000"));
  EXPECT_THAT(trained_.err, HasSubstr("epoch 6/6  loss"));
  EXPECT_THAT(trained_.err, HasSubstr("model: data.recura"));
  EXPECT_TRUE(std::filesystem::exists(*place_ / "data.recura"));
}

TEST_F(ProgramTest, ItHasLearntAndEvaluationSaysSo) {
  const Outcome table = run("evaluate data.recura data.jsonl");
  EXPECT_EQ(table.code, 0) << table.err;
  EXPECT_THAT(table.out, HasSubstr("accuracy 1.0000"));
  const json report = json::parse(run("evaluate data.recura data.jsonl --json").out);
  EXPECT_EQ(report["accuracy"], 1.0);
  EXPECT_EQ(report["confusion"], json::parse("[[40,0],[0,40]]"));
  EXPECT_EQ(report["per_label"]["pos"]["rows"], 40);
  EXPECT_LT(report["log_loss"], 0.6);
}

TEST_F(ProgramTest, ExtractAnswersEachLineInItsPlace) {
  write("lines.txt", "a good film\n\n我讨厌 3\nI love it\n");
  const Outcome outcome = run("extract data.recura lines.txt");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  std::istringstream lines(outcome.out);
  std::vector<std::string> labels;
  for (std::string line; std::getline(lines, line);) {
    const json answer = json::parse(line);
    EXPECT_GE(answer["score"], 0.5);
    labels.push_back(answer["label"]);
  }
  ASSERT_EQ(labels.size(), 4U);
  EXPECT_EQ(labels[0], "pos");
  EXPECT_EQ(labels[2], "neg");
  EXPECT_EQ(labels[3], "pos");
}

TEST_F(ProgramTest, ExtractSaysWhyInOffsetsOfTheText) {
  const Outcome outcome = run("extract data.recura --why --top-k 1", "echo \"😀 I hate it\" |");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(json::parse(outcome.out)["why"]["label"], "neg");
  const json why = json::parse(outcome.out)["why"]["tokens"];
  ASSERT_EQ(why.size(), 4U);
  EXPECT_EQ(why[2]["start"], 4);
  EXPECT_EQ(why[2]["end"], 8);
  EXPECT_GT(why[2]["weight"], 0);
  EXPECT_FALSE(why[2].contains("attention"));
  const Outcome units = run("extract data.recura --why --offsets utf16", "echo \"😀 I hate it\" |");
  EXPECT_EQ(json::parse(units.out)["why"]["tokens"][2]["start"], 5);
  EXPECT_THAT(run("extract data.recura --why --output text", "echo \"I hate it\" |").out,
              testing::MatchesRegex("neg\tI hate it\thate [+][0-9.]+, .*\n"));
  EXPECT_EQ(run("extract data.recura --why --output tsv", "echo x |").code, 2);
}

TEST_F(ProgramTest, RowsKeepTheirOwnFieldsAndABadRowGivesAnErrorRow) {
  write("rows.jsonl",
        "{\"id\":7,\"text\":\"I hate it\",\"label\":\"x\"}\n{\"id\":8}\nnot json\n{\"id\":9,\"text\":\"I love it\"}\n");
  const Outcome outcome = run("extract data.recura rows.jsonl --top-k 2");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  std::istringstream lines(outcome.out);
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(json::parse(line)["id"], 7);
  EXPECT_EQ(json::parse(line)["input_label"], "x");
  EXPECT_EQ(json::parse(line)["label"], "neg");
  EXPECT_EQ(json::parse(line)["labels"].size(), 2U);
  std::getline(lines, line);
  EXPECT_THAT(json::parse(line)["error"], HasSubstr("no field \"text\""));
  std::getline(lines, line);
  EXPECT_THAT(json::parse(line)["error"], HasSubstr("not JSON"));
  EXPECT_EQ(json::parse(line)["line"], 3);
  std::getline(lines, line);
  EXPECT_EQ(json::parse(line)["label"], "pos");
}

TEST_F(ProgramTest, OnlyARowsOwnNamesGiveWayToThoseOfTheAnswer) {
  const json row{{"text", "I love it"},
                 {"error", 1},
                 {"inner", {{"label", 2}, {"list", {"a", "label"}}}},
                 {"score", "label"},
                 {"quoted", R"(\","label":3)"},
                 {"labels", {4}}};
  write("row.jsonl", row.dump() + "\n");
  const json answer = json::parse(run("extract data.recura row.jsonl").out);
  EXPECT_EQ(answer["label"], "pos");
  EXPECT_EQ(answer["input_error"], 1);
  EXPECT_EQ(answer["input_score"], "label");
  EXPECT_EQ(answer["input_labels"], row["labels"]);
  EXPECT_EQ(answer["inner"], row["inner"]);
  EXPECT_EQ(answer["quoted"], row["quoted"]);
  EXPECT_EQ(answer.size(), 7U);
}

TEST_F(ProgramTest, OutputsForPeopleAndTables) {
  EXPECT_EQ(run("extract data.recura --output text", "echo I love it |").out, "pos\n");
  EXPECT_THAT(run("extract data.recura --output tsv", "echo I love it |").out,
              testing::MatchesRegex("pos\t0\\.[0-9]+\tI love it\n"));
}

TEST_F(ProgramTest, OneSeedGivesOneFileForAnyNumberOfThreads) {
  for (const std::string threads : {"1", "2", "4"}) {
    const std::string file = "bf16." + threads + ".recura";
    ASSERT_EQ(
        run("train data.jsonl -o " + file + " --training-precision bf16 --threads " + threads + kSmallProgram).code, 0);
    EXPECT_TRUE(read_file(*place_ / file) == read_file(*place_ / "bf16.1.recura")) << threads;
  }
  for (const std::string threads : {"1", "2", "3", "4", "8"}) {
    ASSERT_EQ(run("train data.jsonl -o t" + threads + ".recura --threads " + threads + kSmallProgram).code, 0);
    EXPECT_TRUE(read_file(*place_ / ("t" + threads + ".recura")) == read_file(*place_ / "data.recura")) << threads;
  }
  run("train data.jsonl -o other.recura" + kSmallProgram + "1");
  EXPECT_FALSE(read_file(*place_ / "other.recura") == read_file(*place_ / "data.recura"));
}

TEST_F(ProgramTest, InspectShowsWhatAModelIs) {
  const json info = json::parse(run("inspect data.recura --json").out);
  EXPECT_EQ(info["labels"], json::parse("[\"neg\",\"pos\"]"));
  EXPECT_EQ(info["options"]["hidden"], "8");
  EXPECT_EQ(info["training"]["train_rows"], 72);
  EXPECT_EQ(info["digest"].get<std::string>().size(), 32U);
  EXPECT_THAT(run("inspect data.recura").out, AllOf(HasSubstr("a classifier of 2 labels"), HasSubstr(" neg, pos\n")));
}

TEST_F(ProgramTest, OptionsOfTheNetworkReachIt) {
  const std::string options =
      " --layers 2 --hidden 8 --embedding 8 --residual --locked-dropout --recurrent-dropout 0.25 ";
  EXPECT_EQ(run("train data.jsonl -q --epochs 1 -o deep.recura" + options).code, 0);
  std::vector<json> dropouts, recurrent;
  const json info = json::parse(run("inspect deep.recura --json").out);
  for (const json& layer : info["network"]) {
    if (layer["layer"] == "dropout") dropouts.push_back(layer["unit"]);
    if (layer["layer"] == "recurrent") recurrent.push_back(layer);
  }
  EXPECT_EQ(dropouts, (std::vector<json>{"row", "column", "column", "value"}));
  ASSERT_EQ(recurrent.size(), 2U);
  EXPECT_EQ(recurrent[0].value("residual", false), false);
  EXPECT_EQ(recurrent[1].value("residual", false), true);
  for (const json& layer : recurrent) EXPECT_EQ(layer.value("recurrent_dropout", 0.0), 0.25);
}

TEST_F(ProgramTest, OfOneLabelATextEvaluationTellsHowFarBelowTheFirstTheRightOneIs) {
  std::string rows;
  for (int i = 0; i < 40; ++i)
    rows += json{{"text", "word" + std::to_string(i % 4)}, {"label", "l" + std::to_string(i % 4)}}.dump() + "\n";
  write("four.jsonl", rows);
  EXPECT_EQ(run("train four.jsonl -q --dev-share 0 -o four.recura" + kSmallProgram).code, 0);
  const json report = json::parse(run("evaluate four.recura four.jsonl --json").out);
  EXPECT_EQ(report["recall_at_1"], report["accuracy"]);
  EXPECT_DOUBLE_EQ(report["precision_at_3"].get<double>(), report["recall_at_3"].get<double>() / 3);
  EXPECT_FALSE(report.contains("recall_at_5"));
  EXPECT_THAT(run("evaluate four.recura four.jsonl --report four.html").out,
              HasSubstr("right label among the 3 likeliest"));
  EXPECT_THAT(read_file(*place_ / "four.html"), HasSubstr("right label among the 3 likeliest"));
  EXPECT_THAT(run("evaluate data.recura data.jsonl").out, Not(HasSubstr("likeliest")));
}

TEST_F(ProgramTest, ExportMakesAModelSmallerAndTellsWhatItCost) {
  for (const std::string precision : {"bf16", "int8"}) {
    const std::string file = precision + ".recura";
    const Outcome done = run("export data.recura -o " + file + " --dev data.jsonl --precision " + precision);
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_THAT(done.err, HasSubstr("weights: " + precision + ", dev accuracy 1.0000"));
    EXPECT_LT(read_file(*place_ / file).size(), read_file(*place_ / "data.recura").size());
    const json info = json::parse(run("inspect " + file + " --json").out);
    EXPECT_EQ(info["precision"], precision);
    EXPECT_EQ(info["narrowing"]["from"], "float32");
    EXPECT_EQ(info["narrowing"]["dev_rows"], 80);
    EXPECT_EQ(run("extract " + file + " --output text", "echo I love it |").out, "pos\n");
  }
  EXPECT_THAT(run("train data.jsonl -o narrow.recura --precision int8" + kSmallProgram).err,
              HasSubstr("weights: int8, dev accuracy"));
  EXPECT_EQ(json::parse(run("inspect narrow.recura --json").out)["narrowing"]["dev_rows"], 8);
  expect_refused(run("export int8.recura -o wide.recura --precision float32"), 2, "int8 already");
  expect_refused(run("export data.recura -o data.recura"), 2, "would overwrite the model");
  expect_refused(run("export data.recura -o data.jsonl --dev data.jsonl"), 2, "would overwrite the dev rows");
  expect_refused(run("export data.recura"), 2, "-o MODEL");
}

TEST_F(ProgramTest, BenchmarkMeasuresWhatAModelDoesHere) {
  const json result = json::parse(run("benchmark data.recura data.jsonl --seconds 0.2 --threads 2 --json").out);
  EXPECT_EQ(result["texts"], 80);
  EXPECT_EQ(result["threads"], 2);
  EXPECT_GT(result["p50_milliseconds"], 0);
  EXPECT_GE(result["p99_milliseconds"], result["p50_milliseconds"]);
  EXPECT_GT(result["tokens_per_second"], result["texts_per_second"]);
  EXPECT_GT(result["peak_memory_bytes"], 1 << 20);
  EXPECT_THAT(run("benchmark data.recura data.jsonl --seconds 0.2 --threads 1").out,
              AllOf(HasSubstr(", 1 thread\n"), HasSubstr("one at a time  p50")));
  EXPECT_EQ(run("benchmark data.recura missing.jsonl").code, 4);
}

TEST_F(ProgramTest, OptionsComeFromAFileAndFlagsOverrideIt) {
  write("options.toml", "hidden = 4\nembedding = 8\nepochs = 1\nlower-case = false\n");
  ASSERT_EQ(run("train data.jsonl --config options.toml --embedding 6 -o configured.recura").code, 0);
  const json options = json::parse(run("inspect configured.recura --json").out)["options"];
  EXPECT_EQ(options["hidden"], "4");
  EXPECT_EQ(options["embedding"], "6");
  EXPECT_EQ(options["lower-case"], "false");
  write("wrong.toml", "epochs = 1\nhiden = 4\n");
  expect_refused(run("train data.jsonl --config wrong.toml"), 2,
                 "line 2: unknown option \"hiden\"; did you mean hidden?");
}

TEST_F(ProgramTest, TaskAndKindMayStandInTheFileToo) {
  write("pairs.jsonl", "{\"text\":\"It rained. Ann won.\",\"summary\":\"Ann won.\"}\n");
  write("write.toml", "embedding = 4\nkind = \"write\"\nhidden = 4\nepochs = 1\n");
  EXPECT_EQ(run("train pairs.jsonl --dev pairs.jsonl --config write.toml -o wrote.recura").code, 0);
  EXPECT_EQ(json::parse(run("inspect wrote.recura --json").out)["kind"], "write");
  expect_refused(run("train pairs.jsonl --task classify --config write.toml"), 2, "--kind write is for the task");
  EXPECT_EQ(run("train pairs.jsonl --dev pairs.jsonl --kind select --config write.toml -o chose.recura").code, 0);
  EXPECT_EQ(json::parse(run("inspect chose.recura --json").out)["kind"], "select") << "flags override it";
  write("form.toml", "\nformat = \"conll\"\n");
  write("names", "Ann B-PER\nwon O\n\n");
  EXPECT_THAT(run("train names --dev names --epochs 1 --hidden 2 --config form.toml -o names.recura").err,
              HasSubstr("names: conll"))
      << "what decides the task is read there too";
  write("wrong.toml", "\ntask = \"guess\"\n");
  expect_refused(run("train data.jsonl --config wrong.toml"), 2,
                 "wrong.toml: line 2: --task: expected detect, classify, tag, summarise or language-model, got");
  write("negated.toml", "no-shuffle = true\n");
  expect_refused(run("train data.jsonl --config negated.toml"), 2, "unknown option \"no-shuffle\"");
  write("verb.toml", "quiet = true\n");
  expect_refused(run("train data.jsonl --config verb.toml"), 2, "line 1: \"quiet\" is given as a flag alone");
}

TEST_F(ProgramTest, TheReferencePageIsThatOfTheOptions) {
  EXPECT_EQ(run("reference").out, read_file(std::filesystem::path(RECURA_SOURCE_DIR) / "docs/reference.md"));
}

TEST_F(ProgramTest, WrongUseNamesWhatIsNearest) {
  expect_refused(run("train data.jsonl --lerning-rate 1"), 2, "did you mean --learning-rate?");
  expect_refused(run("trian data.jsonl"), 2, "did you mean train?");
  expect_refused(run("train data.jsonl --cell lsmt"), 2, "--cell: expected rnn, lstm, gru or sru, got \"lsmt\"");
  expect_refused(run("train data.jsonl --epochs -1"), 2, "--epochs: expected an integer");
  expect_refused(run("train"), 2, "expected a file");
  expect_refused(run("extract"), 2, "expected a model");
  expect_refused(run("extract data.recura data.jsonl -o x"), 2, "option \"-o\"; answers go to standard output");
  const std::string swapped = "begin with the size of a header; the model comes first, then texts";
  expect_refused(run("extract data.jsonl data.recura"), 3, swapped);
  expect_refused(run("evaluate data.jsonl data.recura"), 3, swapped);
  write("text.recura", "a good film\n");
  EXPECT_THAT(run("extract text.recura data.jsonl").err, Not(HasSubstr("comes first")));
}

TEST_F(ProgramTest, HelpIsAVerbToo) {
  EXPECT_EQ(run("help").out, run("--help").out);
  EXPECT_EQ(run("help train").out, run("train --help").out);
  EXPECT_THAT(run("help trian").err, HasSubstr("unknown verb \"trian\"; did you mean train?"));
}

TEST_F(ProgramTest, WhatIsGivenAndDoesNothingIsRefused) {
  expect_refused(run("train data.jsonl -o \"\""), 2, "--model: expected MODEL, got \"\"");
  expect_refused(run("extract data.recura --top-k -1"), 2, "--top-k: expected an integer in 0 ... 1000000, got \"-1\"");
  expect_refused(run("benchmark data.recura --seconds 0"), 2, "--seconds: expected a number in [0.1, 3600], got \"0\"");
  expect_refused(run("extract data.recura --output html"), 2, "--output html is for models that find spans");
  expect_refused(run("reference of-options"), 2, "unknown argument \"of-options\"");
}

TEST_F(ProgramTest, AFileThatIsMissingIsFoundBeforeTheFirstIsRead) {
  expect_refused(run("extract data.recura data.jsonl missing.jsonl"), 4, "missing.jsonl: cannot be opened");
  expect_refused(run("evaluate data.recura - -"), 2, "standard input is named twice");
}

TEST_F(ProgramTest, TheFileOfOptionsIsNotOverwritten) {
  write("options.toml", "precision = \"bf16\"\n");
  expect_refused(run("export data.recura -o options.toml --config options.toml"), 2, "the options");
}

TEST_F(ProgramTest, DevTextsThatAreThoseOfTrainingAreTold) {
  const Outcome same = run("train data.jsonl --dev data.jsonl -o same.recura --epochs 1");
  EXPECT_THAT(same.err, HasSubstr("the dev texts are those of training"));
}

TEST_F(ProgramTest, BadTrainingFilesAreRefusedByName) {
  write("empty.jsonl", "");
  write("binary", std::string("\x7f\x45LF\0\1\2", 7));
  write("one.jsonl", "{\"text\":\"a\",\"label\":\"x\"}\n{\"text\":\"b\",\"label\":\"x\"}\n");
  write("table.csv", "body,label\na,x\n");
  write("unknown.txt", "just a text\n");
  std::filesystem::create_directories(*place_ / "folder");
  expect_refused(run("train missing.jsonl"), 4, "missing.jsonl: cannot be opened: No such file");
  expect_refused(run("train folder"), 4, "folder: is a folder");
  expect_refused(run("train empty.jsonl"), 3, "empty.jsonl: has no rows");
  expect_refused(run("train binary"), 3, "looks binary");
  expect_refused(run("train one.jsonl"), 3, "every row has the label \"x\"");
  expect_refused(run("train table.csv"), 3, "no column \"text\"; there are \"body\", \"label\"");
  expect_refused(run("train unknown.txt"), 3, "unknown form of data");
}

TEST_F(ProgramTest, BadRowsAreCountedOrStopTheRun) {
  write("rows2.jsonl", small_corpus(40) + "{\"text\":\"\xff\",\"label\":\"pos\"}\n{\"text\":3,\"label\":\"pos\"}\n");
  const Outcome skipped = run("train rows2.jsonl -o bad_rows.recura" + kSmallProgram);
  EXPECT_EQ(skipped.code, 0) << skipped.err;
  EXPECT_THAT(skipped.err, HasSubstr("left out: 2 bad rows"));
  EXPECT_THAT(skipped.err, HasSubstr("line 41: bytes that are no UTF-8 at column 10"));
  EXPECT_THAT(skipped.err, HasSubstr("line 42: \"text\" must be a string"));
  expect_refused(run("train rows2.jsonl --on-error fail"), 3, "rows2.jsonl: line 41:");
}

TEST_F(ProgramTest, OddTextsAreAnswered) {
  std::string long_text;
  for (int i = 0; i < 1'000'000; ++i) long_text += "word ";
  write("odd.jsonl", "\xEF\xBB\xBF{\"text\":\"\"}\n{\"text\":\"a\\u0000b\"}\n{\"text\":\"" + long_text + "\"}\n");
  const Outcome outcome = run("extract data.recura odd.jsonl");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(std::ranges::count(outcome.out, '\n'), 3);
  EXPECT_THAT(outcome.out, testing::Not(HasSubstr("error")));
  ASSERT_EQ(run("train data.jsonl -o whole.recura --max-length 0 --epochs 1 --hidden 4 --embedding 4").code, 0);
  EXPECT_EQ(run("extract whole.recura odd.jsonl").code, 0);
}

TEST_F(ProgramTest, ALabelUnseenInTrainingCountsAsWrong) {
  write("unseen.jsonl", "{\"text\":\"I love it\",\"label\":\"pos\"}\n{\"text\":\"I love it\",\"label\":\"new\"}\n");
  const Outcome outcome = run("evaluate data.recura unseen.jsonl");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(
      outcome.out,
      HasSubstr("labels that the model does not know, in 1 rows, which count as wrong (log loss: of the others): new"));
  EXPECT_THAT(outcome.out, HasSubstr("accuracy 0.5000"));
}

TEST_F(ProgramTest, DamagedModelsAreRefused) {
  const std::string model = read_file(*place_ / "data.recura");
  write("short.recura", model.substr(0, model.size() / 2));
  std::string flipped = model;
  flipped[model.size() / 2] = static_cast<char>(flipped[model.size() / 2] ^ 4);
  write("flipped.recura", flipped);
  std::string newer = model;
  newer.replace(newer.find("recura 1"), 8, "recura 9");
  write("newer.recura", newer);
  expect_refused(run("inspect short.recura"), 3, "cut short");
  expect_refused(run("inspect flipped.recura"), 3, "flipped.recura: damaged");
  expect_refused(run("inspect newer.recura"), 3, "the file's format is \"recura 9\", this program reads \"recura 1\"");
  expect_refused(run("inspect data.jsonl"), 3, "not a Recura model");
  expect_refused(run("inspect missing.recura"), 4, "missing.recura");
}

TEST_F(ProgramTest, AFullDiskLeavesTheOldModel) {
  const std::string old = read_file(*place_ / "data.recura");
  expect_refused(run("train data.jsonl -q" + kSmallProgram, "ulimit -f 1; trap \"\" XFSZ;"), 4, "data.recura");
  EXPECT_TRUE(read_file(*place_ / "data.recura") == old);
  write("lines.txt", "a good film\n");
  expect_refused(run("extract data.recura lines.txt", "", ">/dev/full"), 4, "standard output: No space left");
}

TEST_F(ProgramTest, AClosedPipeIsNoCrash) {
  const Outcome outcome =
      run("extract data.recura", "yes a good film | head -n 200000 |", "| head -n 1; echo ${PIPESTATUS[2]} >code");
  EXPECT_EQ(std::ranges::count(outcome.out, '\n'), 1);
  EXPECT_EQ(read_file(*place_ / "code"), "4\n");
  EXPECT_EQ(outcome.err, "") << "who closed it, as head does, has what he wanted";
}

TEST_F(ProgramTest, DivergenceStopsTheRunAndKeepsTheOldModel) {
  const std::string beyond_all_bounds = "1e38";
  const std::string old = read_file(*place_ / "data.recura");
  expect_refused(
      run("train data.jsonl -q --learning-rate " + beyond_all_bounds + " --clip-norm 0 --hidden 8 --embedding 8"), 5,
      "training diverged in epoch ");
  EXPECT_TRUE(read_file(*place_ / "data.recura") == old);
  EXPECT_FALSE(std::filesystem::exists(*place_ / "data.recura.checkpoint"));  // it would only lead there again
}

TEST_F(ProgramTest, AnInterruptKeepsTheBestModelSoFar) {
  const Outcome outcome =
      run("train data.jsonl -o interrupted.recura --epochs 100000 --patience 0 --hidden 4 --embedding 4",
          "timeout --preserve-status -s INT 2");
  EXPECT_EQ(outcome.code, 130) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("interrupted; the best weights so far are kept"));
  EXPECT_EQ(run("evaluate interrupted.recura data.jsonl").code, 0);
}

TEST_F(ProgramTest, AnInterruptBeforeTrainingLeavesAtOnceAndTheOldModelAlone) {
  const std::string old = read_file(*place_ / "data.recura");
  // It waits for rows that never come. A shell starts what runs beside it without interrupts: hence SIGTERM.
  const Outcome outcome =
      run("train - -o data.recura", "mkfifo pipe; exec 3<>pipe;", "<pipe & sleep 0.5; kill -TERM $!; wait $!");
  EXPECT_EQ(outcome.code, 143);
  EXPECT_TRUE(read_file(*place_ / "data.recura") == old);
}

}  // namespace
}  // namespace recura
