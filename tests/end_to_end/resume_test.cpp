#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "end_to_end/program.h"

namespace recura {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A small training that takes a second or two.
class ResumedProgramTest : public testing::Test {
 protected:
  static std::string train(const std::string& more, const std::string& data = "en.train.jsonl") {
    return "train " + kCorpus + data + " --hidden 32 --embedding 32 --ngrams 1 --epochs 50 --patience 0 " + more;
  }
  bool exists(const std::string& name) const { return std::filesystem::exists(place_ / name); }
  std::string read(const std::string& name) const { return read_file(place_ / name); }

  Workplace place_{"resume"};
};

/// Sends a signal as soon as an epoch is told.
std::string stop_by(const std::string& signal) {
  return "& until grep -sq ^epoch err; do sleep 0.01; done; kill -" + signal + " $!; wait $!";
}

TEST_F(ResumedProgramTest, ASignalLeavesACheckpointFromWhichTheSameModelComes) {
  ASSERT_EQ(place_.run(train("-q -o whole.recura")).code, 0);
  EXPECT_FALSE(exists("whole.recura.checkpoint"));
  for (const std::string signal : {"INT", "TERM", "HUP"}) {
    const Outcome stopped = place_.run(train("-o m.recura --threads 1"), "rm -f err;", stop_by(signal));
    EXPECT_EQ(stopped.code, 130) << stopped.err;
    EXPECT_THAT(stopped.err,
                HasSubstr("interrupted; the best weights so far are kept; the same command with --resume"));
    EXPECT_EQ(place_.run("evaluate m.recura " + kCorpus + "en.test.jsonl").code, 0);
    const Outcome resumed = place_.run(train("-o m.recura --threads 2 --resume"));
    EXPECT_EQ(resumed.code, 0) << resumed.err;
    EXPECT_THAT(resumed.err, HasSubstr("m.recura.checkpoint: going on in epoch "));
    EXPECT_TRUE(read("m.recura") == read("whole.recura"));
    EXPECT_FALSE(exists("m.recura.checkpoint"));
    EXPECT_FALSE(exists("m.recura.lock"));
  }
}

/// Killed again and again, at other moments each time, until it ends.
TEST_F(ResumedProgramTest, KillsDoNotChangeTheModelOfAnyTask) {
  const std::string unlabelled = " --virtual-adversarial 0.1 --unlabelled " + kCorpus + "en.test.jsonl";
  const std::pair<const char*, std::string> runs[] = {
      {"en.train.jsonl", "--hidden 32 --embedding 32 --ngrams 1 --epochs 20"},
      {"en.train.jsonl", "--hidden 16 --embedding 16 --ngrams 1 --epochs 8" + unlabelled},
      {"names.train.conll", "--hidden 24 --epochs 3"},
      {"summaries.train.jsonl", "--hidden 32 --epochs 20"},
      {"summaries.train.jsonl", "--kind write --embedding 16 --hidden 16 --epochs 6 --scheduled-sampling 0.5"}};
  for (const auto& [data, options] : runs) {
    const std::string command = "train " + kCorpus + data + " --patience 0 --resume -q " + options;
    ASSERT_EQ(place_.run(command + " -o whole.recura").code, 0);
    int kills = 0;
    for (double seconds = 0.03;; seconds *= kills % 4 == 3 ? 0.5 : 1.4) {
      const Outcome outcome = place_.run(command + " -o m.recura --threads " + std::to_string(1 + kills % 2),
                                         "timeout -s KILL " + std::to_string(seconds));
      if (outcome.code == 0) break;
      ASSERT_EQ(outcome.code, 137) << outcome.err;
      ++kills;
    }
    EXPECT_GT(kills, 0);  // fast processors leave few moments
    EXPECT_TRUE(read("m.recura") == read("whole.recura")) << data << ", " << kills << " kills";
    std::filesystem::remove(place_ / "m.recura");
  }
}

TEST_F(ResumedProgramTest, WhatAStoppedTrainingLeftIsNotOverwrittenUnasked) {
  ASSERT_EQ(place_.run(train("-o m.recura"), "rm -f err;", stop_by("INT")).code, 130);
  const std::string left = read("m.recura.checkpoint");
  const Outcome again = place_.run(train("-o m.recura"));
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.err, HasSubstr("--resume goes on, --no-resume begins anew"));
  const Outcome options = place_.run(train("-o m.recura --resume --dropout 0.25"));
  EXPECT_EQ(options.code, 2);
  EXPECT_THAT(options.err, HasSubstr("dropout was 0.5, now it is 0.25"));
  EXPECT_THAT(options.err, Not(HasSubstr("hidden")));
  const Outcome data = place_.run(train("-o m.recura --resume", "zh.train.jsonl"));
  EXPECT_EQ(data.code, 3);
  EXPECT_THAT(data.err, HasSubstr("the data that it began with: the training data changed\n"));
  const Outcome task = place_.run("train " + kCorpus + "names.train.conll -o m.recura --resume");
  EXPECT_EQ(task.code, 2);
  EXPECT_THAT(task.err, HasSubstr("it was the task classify, now it is the task tag\n"));
  const Outcome weights = place_.run(train("-o m.recura --resume --class-weights balanced"));
  EXPECT_THAT(weights.err, HasSubstr("class-weights was none, now it is balanced\n"));
  const Outcome model = place_.run("extract m.recura.checkpoint", "echo text |");
  EXPECT_EQ(model.code, 3);
  EXPECT_THAT(model.err, HasSubstr("it is the checkpoint of a training, not a model"));
  EXPECT_TRUE(read("m.recura.checkpoint") == left);
  EXPECT_EQ(place_.run(train("-q -o m.recura --no-resume --epochs 1")).code, 2);  // a flag may not stand twice
  EXPECT_EQ(place_.run("train " + kCorpus + "en.train.jsonl -q -o m.recura --no-resume --hidden 4 --epochs 1").code, 0);
  EXPECT_FALSE(exists("m.recura.checkpoint"));
}

TEST_F(ResumedProgramTest, AnotherInstructionSetGoesOnAndSaysSo) {
  ASSERT_EQ(place_.run(train("-o m.recura"), "rm -f err; RECURA_ISA=baseline", stop_by("INT")).code, 130);
  const Outcome resumed = place_.run(train("-o m.recura --resume"));
  EXPECT_EQ(resumed.code, 0);
  if (resumed.err.find("instruction set") == std::string::npos) GTEST_SKIP() << "this processor has no other one";
  EXPECT_THAT(resumed.err, HasSubstr("computed with the instruction set baseline, this is "));
}

TEST_F(ResumedProgramTest, TwoTrainingsOfOneModelAreRefused) {
  const std::string endless = "train " + kCorpus + "en.train.jsonl --epochs 100000 --patience 0 -o m.recura";
  const Outcome outcome = place_.run(endless, "rm -f err;",
                                     "& until grep -sq ^epoch err; do sleep 0.01; done; " RECURA_PROGRAM " " +
                                         train("-o m.recura") + " 2>second; echo $? >code; kill -KILL $!");
  EXPECT_EQ(read("code"), "4\n") << outcome.err;
  EXPECT_THAT(read("second"), HasSubstr("m.recura.lock: another training holds it"));
  EXPECT_EQ(place_.run(train("-q -o m.recura --no-resume")).code, 0);  // the lock died with its process
}

TEST_F(ResumedProgramTest, NoCheckpointIsKeptWhereNoneIsWanted) {
  const Outcome outcome = place_.run(train("-o m.recura --checkpoint none"), "rm -f err;", stop_by("INT"));
  EXPECT_EQ(outcome.code, 130);
  EXPECT_THAT(outcome.err, Not(HasSubstr("--resume")));
  EXPECT_FALSE(exists("m.recura.checkpoint"));
  EXPECT_FALSE(exists("none"));
  const Outcome resumed = place_.run(train("-o m.recura --checkpoint none --resume"));
  EXPECT_EQ(resumed.code, 2);
  EXPECT_THAT(resumed.err, HasSubstr("--checkpoint none"));
}

TEST_F(ResumedProgramTest, AFileThatIsNoCheckpointIsNeitherOverwrittenNorRemoved) {
  write_file(place_ / "precious.txt", "precious");
  ASSERT_EQ(place_.run(train("-q -o old.recura")).code, 0);
  const std::string model = read("old.recura");
  for (const std::string resume : {"", " --no-resume", " --resume"}) {
    for (const std::string file : {"precious.txt", "old.recura"}) {
      const Outcome outcome = place_.run(train("-o m.recura --checkpoint " + file + resume));
      EXPECT_EQ(outcome.code, 2) << outcome.err;
      EXPECT_THAT(outcome.err, HasSubstr(file + ": "));
      EXPECT_THAT(outcome.err, HasSubstr("it is not overwritten"));
    }
  }
  EXPECT_EQ(read("precious.txt"), "precious");
  EXPECT_TRUE(read("old.recura") == model);
  const Outcome nowhere = place_.run(train("-o m.recura --checkpoint nowhere/c"));
  EXPECT_EQ(nowhere.code, 4);
  EXPECT_THAT(nowhere.err, HasSubstr("nowhere/c: cannot create a file in its folder"));
  EXPECT_THAT(nowhere.err, Not(HasSubstr("epoch")));
}

}  // namespace
}  // namespace recura
