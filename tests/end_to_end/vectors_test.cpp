#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "end_to_end/program.h"

namespace recura {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class VectorsProgramTest : public testing::Test {
 protected:
  void SetUp() override { write_file(place_ / "texts.jsonl", small_corpus(60)); }
  Workplace place_{"vectors"};
};

TEST_F(VectorsProgramTest, WhatIsLearnedStartsATraining) {
  const Outcome learned = place_.run("vectors texts.jsonl -o words.vec --dimensions 8 --min-count 2");
  EXPECT_EQ(learned.code, 0) << learned.err;
  EXPECT_THAT(learned.err, StartsWith("60 texts, "));
  EXPECT_THAT(read_file(place_ / "words.vec"), testing::ContainsRegex("^[0-9]+ 8\n"));
  const Outcome again = place_.run("vectors - -o again.vec --dimensions 8 --min-count 2", "cat texts.jsonl |");
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(read_file(place_ / "again.vec"), read_file(place_ / "words.vec"));
  const Outcome trained = place_.run("train texts.jsonl --vectors words.vec --epochs 1 --hidden 4");
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_THAT(trained.err, HasSubstr("vectors: for "));
}

TEST_F(VectorsProgramTest, WhatCannotBeLearnedIsRefusedAndNothingWritten) {
  write_file(place_ / "words.vec", "old");
  write_file(place_ / "empty.txt", "");
  expect_refused(place_.run("vectors empty.txt -o words.vec"), 3, "the files have no rows");
  expect_refused(place_.run("vectors texts.jsonl -o words.vec --min-count 1000"), 3, "--min-count 1000 times");
  expect_refused(place_.run("vectors none.txt -o words.vec"), 4, "none.txt");
  expect_refused(place_.run("vectors texts.jsonl -o texts.jsonl"), 2, "what is read");
  expect_refused(place_.run("vectors texts.jsonl -o none/words.vec"), 4, "none/words.vec");
  expect_refused(place_.run("vectors texts.jsonl -o words.vec --min-count 1 --learning-rate 1e30"), 5, "learning rate");
  EXPECT_EQ(read_file(place_ / "words.vec"), "old");
}

TEST_F(VectorsProgramTest, AnInterruptLeavesTheOldFile) {
  write_file(place_ / "words.vec", "old");
  const Outcome stopped = place_.run("vectors texts.jsonl -o words.vec --min-count 1 --epochs 1000000", "rm -f err;",
                                     "& sleep 0.4; kill -INT $!; wait $!");
  EXPECT_EQ(stopped.code, 130) << stopped.err;
  EXPECT_THAT(stopped.err, HasSubstr("interrupted; nothing is written"));
  EXPECT_EQ(read_file(place_ / "words.vec"), "old");
}

}  // namespace
}  // namespace recura
