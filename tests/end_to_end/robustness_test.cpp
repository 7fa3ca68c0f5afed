#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>

#include <nlohmann/json.hpp>

#include "end_to_end/program.h"

namespace recura {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kSmall = " --hidden 4 --embedding 4 --epochs 2 --learning-rate 0.02 --batch-size 8 --patience 0";

/// Wrong use, hostile files, streams that are full or closed: with a model that all tests share.
class RobustnessTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    place_ = std::make_unique<Workplace>("robustness");
    write_file(*place_ / "data.jsonl", small_corpus(40));
    ASSERT_EQ(run("train data.jsonl -o model.recura" + kSmall).code, 0);
  }
  static void TearDownTestSuite() { place_.reset(); }

  static Outcome run(const std::string& arguments, const std::string& before = "", const std::string& after = "") {
    return place_->run(arguments, before, after);
  }
  static void write(const std::string& name, const std::string& content) { write_file(*place_ / name, content); }
  static std::string read(const std::string& name) { return read_file(*place_ / name); }
  static bool exists(const std::string& name) { return std::filesystem::exists(*place_ / name); }
  static void remove(const std::string& name) { std::filesystem::remove_all(*place_ / name); }

  static void expect_refused(const Outcome& outcome, int code, const std::string& what) {
    EXPECT_EQ(outcome.code, code) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(what));
    EXPECT_THAT(outcome.err, StartsWith("recura: "));
  }

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
    EXPECT_EQ(run("train data.jsonl -o quiet.recura" + kSmall, "", closed).code, 0) << closed;
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
  EXPECT_EQ(run("train train -o from_train.recura" + kSmall).code, 0);
  expect_refused(run("train data.jsonl evaluate"), 2, "unknown argument \"evaluate\"");
  expect_refused(run("inspect model.recura train"), 2, "unknown argument \"train\"");
}

TEST_F(RobustnessTest, TwoDashesEndTheOptions) {
  write("-dashed", small_corpus(6));
  const Outcome outcome = run("extract model.recura --format jsonl -- -dashed");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(std::ranges::count(outcome.out, '\n'), 6);
  EXPECT_EQ(run("evaluate -- model.recura data.jsonl").code, 0);
  expect_refused(run("inspect model.recura -- -dashed"), 2, "unknown option \"-dashed\"");
}

TEST_F(RobustnessTest, ASwitchWithAWrongValueIsWrongUse) {
  expect_refused(run("train data.jsonl --shuffle=maybe"), 2, "--shuffle: expected true or false, got \"maybe\"");
  ASSERT_EQ(run("train data.jsonl -o switched.recura --no-lower-case --shuffle=false" + kSmall).code, 0);
  const json options = json::parse(run("inspect switched.recura --json").out)["options"];
  EXPECT_EQ(options["lower-case"], "false");
  EXPECT_EQ(options["shuffle"], "false");
}

TEST_F(RobustnessTest, AConfigurationSaysWhereItIsWrong) {
  write("value.toml", "# a comment\nepochs = \"many\"\n");
  expect_refused(run("train data.jsonl --config value.toml"), 2,
                 "value.toml: line 2: --epochs: expected an integer in 0 ... 1000000, got \"many\"");
  expect_refused(run("train data.jsonl --config ."), 4, ".: expected a TOML file, it is a folder");
  expect_refused(run("train data.jsonl --config missing.toml"), 4, "missing.toml: ");
}

TEST_F(RobustnessTest, HelpThatCannotBeWrittenIsAnError) {
  for (const std::string asked : {"--help", "--version", "train --help", "reference"})
    EXPECT_EQ(run(asked, "", ">/dev/full").code, 4) << asked;
  EXPECT_EQ(run("--version").code, 0);
}

TEST_F(RobustnessTest, HelpShowsWhatIsNeededAndWhatIsUsual) {
  EXPECT_THAT(run("evaluate --help").out, HasSubstr("Usage: recura evaluate [OPTIONS] MODEL DATA...\n"));
  const std::string help = run("train --help").out;
  EXPECT_THAT(help, HasSubstr("Usage: recura train [OPTIONS] DATA\n"));
  EXPECT_THAT(help, Not(HasSubstr("{")));
  EXPECT_THAT(run("extract --help").out, HasSubstr("--threads an integer in 0 ... 1024, default 0\n"));
}

TEST_F(RobustnessTest, NoOutputOverwritesAnInput) {
  const std::string rows = small_corpus(40), options = "epochs = 1\n";
  write("kept.jsonl", rows);
  write("dev.jsonl", rows);
  write("kept.toml", options);
  std::filesystem::create_symlink("kept.jsonl", *place_ / "link");
  for (const std::string output : {"-o ./kept.jsonl", "-o link", "-o dev.jsonl", "-o kept.toml", "--log-json dev.jsonl",
                                   "--log-json link", "--log-json kept.toml", "-o new --log-json ./new"}) {
    const Outcome outcome = run("train kept.jsonl --dev dev.jsonl --config kept.toml " + output + kSmall);
    expect_refused(outcome, 2, "would overwrite");
  }
  expect_refused(run("train - -o kept.jsonl" + kSmall, "", "<kept.jsonl"), 2, "would overwrite the training data");
  EXPECT_EQ(read("kept.jsonl"), rows);
  EXPECT_EQ(read("dev.jsonl"), rows);
  EXPECT_EQ(read("kept.toml"), options);
  EXPECT_FALSE(exists("new"));
}

TEST_F(RobustnessTest, TheLogIsBegunOnceTheDataAreRead) {
  write("old.log", "old\n");
  expect_refused(run("train missing.jsonl --log-json old.log"), 4, "missing.jsonl");
  EXPECT_EQ(read("old.log"), "old\n");
  expect_refused(run("train data.jsonl -q -o logged.recura --log-json nowhere/log" + kSmall), 4,
                 "nowhere/log: the log cannot be written: No such file or directory");
  expect_refused(run("train data.jsonl -q -o logged.recura --log-json /dev/full" + kSmall), 4, "No space left");
  EXPECT_FALSE(exists("logged.recura"));
  EXPECT_EQ(run("train data.jsonl -q -o logged.recura --log-json old.log" + kSmall).code, 0);
  EXPECT_EQ(json::parse(read("old.log").substr(0, read("old.log").find('\n')))["epoch"], 1);
}

TEST_F(RobustnessTest, AModelThatCannotBeWrittenIsFoundBeforeTraining) {
  std::filesystem::create_directories(*place_ / "a_folder");
  for (const std::string model : {"nowhere/m.recura", "a_folder", "/dev/full", "data.jsonl/m.recura"}) {
    const Outcome outcome = run("train data.jsonl -o " + model + kSmall);
    expect_refused(outcome, 4, model);
    EXPECT_THAT(outcome.err, Not(HasSubstr("epoch")));
  }
}

TEST_F(RobustnessTest, AnInterruptBeforeTheFirstScoreLeavesTheOldModel) {
  write("long.jsonl", small_corpus(8000));
  write("old.recura", read("model.recura"));
  const std::string stop = "& until grep -q labels: err; do sleep 0.05; done; kill -INT $!; wait $!";
  const std::string slow = " --hidden 256 --layers 2 --batch-size 8";
  const Outcome kept = run("train long.jsonl -o old.recura" + slow, "", stop);
  EXPECT_EQ(kept.code, 130);
  EXPECT_THAT(kept.err, HasSubstr("interrupted before the first epoch was done; old.recura is left as it was"));
  EXPECT_TRUE(read("old.recura") == read("model.recura"));
  EXPECT_EQ(run("train long.jsonl -o none.recura" + slow, "", stop).code, 130);
  EXPECT_FALSE(exists("none.recura"));
  EXPECT_EQ(run("train long.jsonl -o last.recura --dev-share 0" + slow, "", stop).code, 130);
  EXPECT_TRUE(exists("last.recura"));
}

}  // namespace
}  // namespace recura
