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

}  // namespace
}  // namespace recura
