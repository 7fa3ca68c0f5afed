#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "end_to_end/program.h"
#include "end_to_end/terminal.h"
#include "store/raw_file.h"
#include "task/classify/model.h"

namespace recura {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kSmallRobustness =
    " --hidden 4 --embedding 4 --epochs 2 --learning-rate 0.02 --batch-size 8 --patience 0";

/// Wrong use, hostile files, streams that are full or closed: with a model that all tests share.
class RobustnessTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    place_ = std::make_unique<Workplace>("robustness");
    write_file(*place_ / "data.jsonl", small_corpus(40));
    ASSERT_EQ(run("train data.jsonl -o model.recura" + kSmallRobustness).code, 0);
  }
  static void TearDownTestSuite() { place_.reset(); }

  static Outcome run(const std::string& arguments, const std::string& before = "", const std::string& after = "") {
    return place_->run(arguments, before, after);
  }
  static void write(const std::string& name, const std::string& content) { write_file(*place_ / name, content); }
  static std::string read(const std::string& name) { return read_file(*place_ / name); }
  static bool exists(const std::string& name) { return std::filesystem::exists(*place_ / name); }
  static void remove(const std::string& name) { std::filesystem::remove_all(*place_ / name); }

  static std::unique_ptr<Workplace> place_;
};

std::unique_ptr<Workplace> RobustnessTest::place_;

TEST_F(RobustnessTest, WhereNothingCanBeSaidTheWorkIsDone) {
  write("rows.jsonl", "{\"text\":\"I love it\"}\nnot json\n");
  for (const std::string closed : {"2>/dev/full", "2>&-", "2> >(true)"}) {
    EXPECT_EQ(run("nope", "", closed).code, 2) << closed;
    EXPECT_EQ(run("", "", closed).code, 2) << closed;
    EXPECT_EQ(run("train missing.jsonl", "", closed).code, 4) << closed;
    EXPECT_EQ(run("inspect data.jsonl", "", closed).code, 3) << closed;
    remove("quiet.recura");
    EXPECT_EQ(run("train data.jsonl -o quiet.recura" + kSmallRobustness, "", closed).code, 0) << closed;
    EXPECT_EQ(run("inspect quiet.recura").code, 0) << closed;
    const Outcome rows = run("extract model.recura rows.jsonl --format jsonl", "", closed);
    EXPECT_EQ(rows.code, 0) << closed;
    EXPECT_EQ(std::ranges::count(rows.out, '\n'), 2) << closed;
  }
}

TEST_F(RobustnessTest, AClosedOutputIsAnErrorAndNoFileTakesItsPlace) {
  expect_refused(run("extract model.recura data.jsonl", "", ">&-"), 4, "standard output: ");
  expect_refused(run("extract model.recura", "", "<&-"), 4, "");
  EXPECT_EQ(run("extract model.recura", "echo I love it |", "2>&-").code, 0);
}

TEST_F(RobustnessTest, AFileMayBeNamedLikeAVerb) {
  for (const char* name : {"train", "evaluate", "extract"}) write(name, small_corpus(10));
  const Outcome two = run("evaluate model.recura evaluate train --json");
  EXPECT_EQ(two.code, 0) << two.err;
  EXPECT_EQ(std::ranges::count(two.out, '\n'), 2);
  EXPECT_EQ(std::ranges::count(run("extract model.recura train extract").out, '\n'), 20);
  EXPECT_EQ(std::ranges::count(run("benchmark model.recura train --seconds 0.1 --json").out, '\n'), 1);
  EXPECT_EQ(run("train train -o from_train.recura" + kSmallRobustness).code, 0);
  expect_refused(run("train data.jsonl evaluate"), 2, "only a tagger learns from several files of data, got 2");
  expect_refused(run("inspect model.recura train"), 2, "unknown argument \"train\"");
}

TEST_F(RobustnessTest, TwoDashesEndTheOptions) {
  write("-dashed", small_corpus(6));
  const Outcome outcome = run("extract model.recura --format jsonl -- -dashed");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(std::ranges::count(outcome.out, '\n'), 6);
  EXPECT_EQ(run("evaluate -- model.recura data.jsonl").code, 0);
  expect_refused(run("inspect model.recura -- -dashed"), 2, "unknown argument \"-dashed\"");
}

TEST_F(RobustnessTest, WhatIsWrittenToAFileDoesNotGoToStandardOutput) {
  for (const std::string verb : {"train data.jsonl", "export model.recura", "vectors data.jsonl"})
    expect_refused(run(verb + " -o -"), 2, "-: expected the name of a file, standard output is none");
  expect_refused(run("vectors data.jsonl -o words.vec.gz"), 2, "words.vec.gz: nothing compressed is written");
}

TEST_F(RobustnessTest, ASwitchWithAWrongValueIsWrongUse) {
  expect_refused(run("train data.jsonl --shuffle=maybe"), 2, "--shuffle: expected true or false, got \"maybe\"");
  ASSERT_EQ(run("train data.jsonl -o switched.recura --no-lower-case --shuffle=false" + kSmallRobustness).code, 0);
  const json options = json::parse(run("inspect switched.recura --json").out)["options"];
  EXPECT_EQ(options["lower-case"], "false");
  EXPECT_EQ(options["shuffle"], "false");
}

TEST_F(RobustnessTest, AConfigurationSaysWhereItIsWrong) {
  write("value.toml", "# a comment\nepochs = \"many\"\n");
  expect_refused(run("train data.jsonl --config value.toml"), 2,
                 "value.toml: line 2: --epochs: expected an integer in 0 ... 1000000, got \"many\"");
  for (const auto& [value, kind] :
       {std::pair{"[\"a\"]", "list"}, std::pair{"{a = 1}", "table"}, std::pair{"1979-05-27", "date or time"}}) {
    write("value.toml", fmt::format("checkpoint = {}\n", value));
    expect_refused(
        run("train data.jsonl --config value.toml"), 2,
        std::string("value.toml: line 1: \"checkpoint\": expected a text, a number, true or false, got a ") + kind);
  }
  expect_refused(run("train data.jsonl --config ."), 4, ".: expected a TOML file, it is a folder");
  expect_refused(run("train data.jsonl --config missing.toml"), 4, "missing.toml: cannot be opened: No such file");
}

TEST_F(RobustnessTest, HelpThatCannotBeWrittenIsAnError) {
  for (const std::string asked : {"--help", "--version", "train --help", "reference"})
    EXPECT_EQ(run(asked, "", ">/dev/full").code, 4) << asked;
  EXPECT_EQ(run("--version").code, 0);
}

TEST_F(RobustnessTest, HelpShowsWhatIsNeededAndWhatIsUsual) {
  EXPECT_THAT(run("evaluate --help").out, HasSubstr("Usage: recura evaluate [OPTIONS] MODEL DATA...\n"));
  const std::string help = run("train --help").out;
  EXPECT_THAT(help, HasSubstr("Usage: recura train [OPTIONS] DATA...\n"));
  EXPECT_THAT(help, Not(HasSubstr("{")));
  const std::string of_tagger = run("train --help --task tag").out;
  EXPECT_THAT(of_tagger, AllOf(HasSubstr("--crf"), HasSubstr("--best-by loss or f1, default f1\n")));
  EXPECT_THAT(of_tagger, Not(AnyOf(HasSubstr("--pooling"), HasSubstr("tag: "))));
  EXPECT_THAT(run("train --kind write --help").out, HasSubstr("--decoder-hidden"));
  EXPECT_THAT(run("extract --help").out, HasSubstr("--threads an integer in 0 ... 1024, default 0\n"));
}

TEST_F(RobustnessTest, AnOptionThatDoesNothingIsRefusedBesideTheOneThatItNeeds) {
  write("rows.jsonl", small_corpus(40));
  for (const std::string task : {"classify", "tag", "summarise", "summarise --kind write"}) {
    const std::string train = "train rows.jsonl --task " + task;
    expect_refused(run(train + " --momentum 0.9"), 2,
                   "--momentum: does nothing unless --optimizer is sgd, it is lazy-adam");
    expect_refused(run(train + " --weight-decay 0.1"), 2,
                   "--weight-decay: does nothing unless --optimizer is adamw, it is lazy-adam");
    expect_refused(run(train + " --decay-epochs 2 --schedule cosine"), 2,
                   "--decay-epochs: does nothing unless --schedule is step or plateau, it is cosine");
    expect_refused(run(train + " --decay 0.1"), 2, "--decay: does nothing unless --schedule is step or plateau");
  }
  for (const auto& [options, reason] :
       {std::pair{"--activation relu", "--activation: does nothing unless --cell is rnn, it is lstm"},
        {"--no-reset-after", "--reset-after: does nothing unless --cell is gru, it is lstm"},
        {"--pooling last --pool-embeddings", "--pool-embeddings: does nothing where --pooling is last"},
        {"--cell sru --init pytorch", "--init: does nothing where --cell is sru"},
        {"--residual", "--residual: does nothing where --layers is 1"},
        {"--dropout 0 --locked-dropout", "--locked-dropout: does nothing where --dropout is 0"},
        {"--ngrams 1 --ngram-size 8", "--ngram-size: does nothing where --ngrams is 1"},
        {"--ngrams 1 --ngram-buckets 8", "--ngram-buckets: does nothing where --ngrams is 1"},
        {"--unit character --dictionary", "--dictionary: does nothing where --unit is character"}})
    expect_refused(run(std::string("train rows.jsonl ") + options), 2, reason);
  expect_refused(run("train rows.jsonl --freeze-vectors"), 2, "--freeze-vectors: does nothing without --vectors");
  expect_refused(run("train rows.jsonl --task tag --freeze-vectors"), 2, "does nothing without --vectors");
  EXPECT_EQ(
      run("train rows.jsonl -q --optimizer sgd --momentum 0.5 --schedule step --decay 0.9" + kSmallRobustness).code, 0);
}

TEST_F(RobustnessTest, WrongWordsAndRepeatedFlagsAreToldAsWhatWasExpected) {
  expect_refused(run("train x --kind nonsense"), 2, "--kind: expected select, compress or write, got \"nonsense\"");
  expect_refused(run("train x --task no"), 2,
                 "--task: expected detect, classify, tag, summarise or language-model, got \"no\"");
  expect_refused(run("train x --hidden 4 --hidden 5"), 2, "--hidden: expected it once, got \"4\" and \"5\"");
}

TEST_F(RobustnessTest, NoOutputOverwritesAnInput) {
  const std::string rows = small_corpus(40), options = "epochs = 1\n";
  write("kept.jsonl", rows);
  write("dev.jsonl", rows);
  write("kept.toml", options);
  std::filesystem::create_symlink("kept.jsonl", *place_ / "link");
  for (const std::string output : {"-o ./kept.jsonl", "-o link", "-o dev.jsonl", "-o kept.toml", "--log-json dev.jsonl",
                                   "--log-json link", "--log-json kept.toml", "-o new --log-json ./new"}) {
    const Outcome outcome = run("train kept.jsonl --dev dev.jsonl --config kept.toml " + output + kSmallRobustness);
    expect_refused(outcome, 2, "would overwrite");
  }
  expect_refused(run("train - -o kept.jsonl" + kSmallRobustness, "", "<kept.jsonl"), 2,
                 "would overwrite the training data");
  write("w.vec", "1 2\na 1 2\n");
  write("tagged.conll", "a O\n");
  for (const std::string output : {"-o w.vec", "--log-json w.vec", "--checkpoint w.vec"}) {
    expect_refused(run("train kept.jsonl --vectors w.vec " + output), 2, "would overwrite the word vectors, w.vec");
    expect_refused(run("train kept.jsonl --virtual-adversarial 0.1 --unlabelled w.vec " + output), 2,
                   "would overwrite the texts without a label, w.vec");
    const std::string tags = "train tagged.conll " + output;
    expect_refused(run(tags + " --lexicon PER=other,LOC=./w.vec"), 2, "would overwrite the lexicon, ./w.vec");
    expect_refused(run(tags + " --labels w.vec"), 2, "would overwrite the labels, w.vec");
    expect_refused(run(tags + " --dev-labels w.vec"), 2, "would overwrite the labels of the dev texts, w.vec");
  }
  EXPECT_EQ(read("w.vec"), "1 2\na 1 2\n");
  EXPECT_EQ(read("kept.jsonl"), rows);
  EXPECT_EQ(read("dev.jsonl"), rows);
  EXPECT_EQ(read("kept.toml"), options);
  EXPECT_FALSE(exists("new"));
}

TEST_F(RobustnessTest, TheLogIsBegunOnceTheDataAreRead) {
  write("old.log", "old\n");
  expect_refused(run("train missing.jsonl --log-json old.log"), 4, "missing.jsonl");
  EXPECT_EQ(read("old.log"), "old\n");
  expect_refused(run("train data.jsonl -q -o logged.recura --log-json nowhere/log" + kSmallRobustness), 4,
                 "nowhere/log: the log cannot be written: No such file or directory");
  expect_refused(run("train data.jsonl -q -o logged.recura --log-json /dev/full" + kSmallRobustness), 4,
                 "No space left");
  EXPECT_FALSE(exists("logged.recura"));
  EXPECT_EQ(run("train data.jsonl -q -o logged.recura --log-json old.log" + kSmallRobustness).code, 0);
  std::vector<json> lines;
  std::istringstream log(read("old.log"));
  for (std::string line; std::getline(log, line);) lines.push_back(json::parse(line));
  ASSERT_GE(lines.size(), 3U);
  EXPECT_EQ(lines.front()["options"]["schedule"], "constant");
  EXPECT_EQ(lines[1]["epoch"], 1);
  EXPECT_EQ(lines[1]["rate"], std::stod(lines.front()["options"]["learning-rate"].get<std::string>()));
  EXPECT_EQ(lines.back()["model"], "logged.recura");
  EXPECT_EQ(lines.back()["training"]["interrupted"], false);
}

TEST_F(RobustnessTest, AModelThatCannotBeWrittenIsFoundBeforeTraining) {
  std::filesystem::create_directories(*place_ / "a_folder");
  for (const std::string model : {"nowhere/m.recura", "a_folder", "/dev/full", "data.jsonl/m.recura"}) {
    const Outcome outcome = run("train data.jsonl -o " + model + kSmallRobustness);
    expect_refused(outcome, 4, model);
    EXPECT_THAT(outcome.err, Not(HasSubstr("epoch")));
  }
}

TEST_F(RobustnessTest, AnInterruptBeforeTheFirstScoreLeavesTheOldModel) {
  write("long.jsonl", small_corpus(8000));
  write("old.recura", read("model.recura"));
  const std::string stop = "& until grep -sq labels: err; do sleep 0.05; done; kill -INT $!; wait $!";
  const std::string fresh = "rm -f err;";  // the words looked for must not be those of the run before
  const std::string slow = " --hidden 256 --layers 2 --batch-size 8";
  const Outcome kept = run("train long.jsonl -o old.recura" + slow, fresh, stop);
  EXPECT_EQ(kept.code, 130);
  EXPECT_THAT(kept.err, HasSubstr("interrupted before the first epoch was done; old.recura is left as it was"));
  EXPECT_TRUE(read("old.recura") == read("model.recura"));
  EXPECT_EQ(run("train long.jsonl -o none.recura" + slow, fresh, stop).code, 130);
  EXPECT_FALSE(exists("none.recura"));
  EXPECT_EQ(run("train long.jsonl -o last.recura --dev-share 0" + slow, fresh, stop).code, 130);
  EXPECT_TRUE(exists("last.recura"));
}

TEST_F(RobustnessTest, InspectRefusesDescriptionsThatWouldHarmIt) {
  ClassifierModel model = load_classifier(*place_ / "model.recura");
  const auto inspect = [&](const std::string& options, const std::string& training, const std::string& how = "") {
    model.facts.options = options;
    model.facts.training = training;
    save(model, *place_ / "hostile.recura");
    return run("inspect hostile.recura" + how);
  };
  const std::string nested = "{\"a\":" + std::string(200'000, '[') + std::string(200'000, ']') + "}";
  expect_refused(inspect(nested, "{}"), 3, "nested");
  expect_refused(inspect("{}", nested, " --json"), 3, "nested");
  expect_refused(inspect("[]", "{}"), 3, "must be a JSON object");
  expect_refused(inspect("{}", "no json"), 3, "must be JSON");
}

TEST_F(RobustnessTest, ManyKeysTakeNoLongTime) {
  ClassifierModel model = load_classifier(*place_ / "model.recura");
  std::string keys = "{\"key\":0";
  for (int key = 0; key < 200'000; ++key) keys += ",\"key" + std::to_string(key) + "\":0";
  model.facts.options = keys + "}";
  save(model, *place_ / "keys.recura");
  EXPECT_EQ(run("inspect keys.recura --json", "timeout 20").code, 0);
}

TEST_F(RobustnessTest, NoModelAndNoRowCommandsTheTerminal) {
  std::string bytes = read("model.recura");
  bytes.replace(bytes.find(Tokenizer::version()), 6, "\\u001b");
  bytes.resize(bytes.size() - kChecksumSize);
  write("escape.recura", with_checksum(bytes));
  write("rows.jsonl", "{\"text\":\"I love it\",\"label\":\"a\\u009b\x7f\",\"own\":\"\xc2\x9b\x7f\"}\n");
  for (const std::string verb : {"extract", "evaluate"}) {
    const Outcome outcome =
        run(verb + " escape.recura rows.jsonl --text-field text" + (verb == "evaluate" ? " --json" : ""));
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_THAT(outcome.err, StartsWith("note: trained with  "));
    for (const std::string command : {"\x1b", "\x7f", "\xc2\x9b"}) {
      EXPECT_THAT(outcome.err, Not(HasSubstr(command)));
      EXPECT_THAT(outcome.out, Not(HasSubstr(command)));
    }
  }
  EXPECT_EQ(json::parse(run("extract model.recura rows.jsonl").out)["own"], "\xc2\x9b\x7f");
  write("turned.txt", "I \xe2\x80\xae love \xe2\x81\xa6it\xc2\x85\n");
  EXPECT_THAT(run("extract model.recura turned.txt --output tsv").out, HasSubstr("\tI   love  it \n"));
}

TEST_F(RobustnessTest, AFileNameThatIsNoUtf8IsStillReported) {
  write("\xff.jsonl", small_corpus(6));
  const Outcome outcome = run("evaluate model.recura *.jsonl --json", "rm -f ./rows.jsonl;");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("\xef\xbf\xbd.jsonl"));
}

TEST_F(RobustnessTest, WithoutAKnownLabelThereIsNoLogLoss) {
  write("unknown.jsonl", "{\"text\":\"I love it\",\"label\":\"new\"}\n");
  EXPECT_THAT(run("evaluate model.recura unknown.jsonl").out, HasSubstr("log loss n/a"));
  EXPECT_TRUE(json::parse(run("evaluate model.recura unknown.jsonl --json").out)["log_loss"].is_null());
}

TEST_F(RobustnessTest, ABenchmarkTakesAboutTheTimeItIsGiven) {
  std::string lines;
  for (int row = 0; row < 10'000; ++row) {
    for (int word = 0; word < 400; ++word) lines += "word" + std::to_string((row + word) % 97) + " ";
    lines += "\n";
  }
  write("many.txt", lines);
  ASSERT_EQ(run("train data.jsonl -q -o wide.recura --epochs 1 --embedding 128 --hidden 128").code, 0);
  const auto start = std::chrono::steady_clock::now();
  const Outcome outcome = run("benchmark wide.recura many.txt --format lines --seconds 0.2 --json");
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const json result = json::parse(outcome.out);
  EXPECT_EQ(result["texts"], 10'000);
  const double all = 10'000 / result["texts_per_second"].get<double>();  // what answering all of them would take
  EXPECT_LT(took.count(), 1 + all / 2) << all;
}

TEST_F(RobustnessTest, ABenchmarkStopsAtABadRowIfAskedTo) {
  write("bad.jsonl", "{\"text\":\"I love it\"}\nno json\n");
  expect_refused(run("benchmark model.recura bad.jsonl --seconds 0.1 --format jsonl --on-error fail"), 3,
                 "bad.jsonl: line 2: ");
  EXPECT_EQ(run("benchmark model.recura bad.jsonl --format jsonl --seconds 0.1").code, 0);
}

TEST_F(RobustnessTest, TheReferenceNamesEveryFlag) {
  const std::string page = run("reference").out;
  for (const std::string verb : {"train", "evaluate", "extract", "inspect", "benchmark"}) {
    std::istringstream help(run(verb + " --help").out);
    for (std::string word; help >> word;) {
      if (!word.starts_with("--")) continue;
      const std::string name = word.substr(2, word.find(',') - 2);
      if (name == "help") continue;
      EXPECT_TRUE(page.find("`" + name + "`") + 1 || page.find("--" + name + "`") + 1) << word;
    }
  }
}

TEST_F(RobustnessTest, TheBarStaysWithinTheTerminal) {
  write("bar.jsonl", small_corpus(4000));
  const std::string command = "cd " + (*place_ / "").string() +
                              " && exec " RECURA_PROGRAM
                              " train bar.jsonl -o bar.recura --epochs 1 --hidden 64 --batch-size 8";
  for (const unsigned short columns : {80, 50}) {
    const std::string shown = shown_on_terminal(command, columns);
    const std::string clear = "\r\x1b[K";
    std::size_t bars = 0;
    for (std::size_t at = shown.find(clear); at != std::string::npos; at = shown.find(clear, at + 1)) {
      const std::size_t end = std::min(shown.find('\r', at + 1), shown.size());
      if (shown.substr(end, 2) == "\r\n") continue;  // no bar: the epoch's own line
      const std::string line = shown.substr(at + clear.size(), end - at - clear.size());
      EXPECT_LT(line.size(), columns) << line;
      bars += line.empty() ? 0 : 1;
    }
    EXPECT_GT(bars, 0U);
  }
}

/// In any locale; the demo itself would build all anew.
TEST_F(RobustnessTest, TheDemoTellsChineseFromOtherText) {
  const std::string define = "eval \"$(sed -n /^is_chinese/,/^}/p " RECURA_SOURCE_DIR "/demo.sh)\"; is_chinese ";
  for (const std::string locale : {"C", "POSIX", "C.UTF-8", "en_US.UTF-8"}) {
    const auto is_chinese = [&](const std::string& text) {
      return std::system(("LC_ALL=" + locale + " bash -c '" + define + "\"" + text + "\"' 2>/dev/null").c_str()) == 0;
    };
    EXPECT_TRUE(is_chinese("质量很好")) << locale;
    EXPECT_TRUE(is_chinese("an 龥 in it")) << locale;
    EXPECT_FALSE(is_chinese("a plain text")) << locale;
    EXPECT_FALSE(is_chinese("café, naïve, ça ä é")) << locale;
    EXPECT_FALSE(is_chinese("“quoted” – text …")) << locale;
  }
}

}  // namespace
}  // namespace recura
