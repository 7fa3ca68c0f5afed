#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "end_to_end/program.h"

namespace recura {
namespace {

using testing::HasSubstr;
using testing::Not;

/// All that would be searched but the pooling and the cell, so that there are at most four trials.
const std::string kSettled =
    " --hidden 8 --embedding 8 --learning-rate 0.01 --dropout 0.2 --word-dropout 0.1 --ngrams 3 --label-smoothing 0.05 "
    "--layers 3 --min-count 3 --virtual-adversarial 0.05 --epochs 2";

class TuneTest : public testing::Test {
 protected:
  std::string digest(const std::string& model) { return place_.run("inspect " + model + " --json").out; }

  Workplace place_{"tune"};
};

TEST_F(TuneTest, TheFlagsThatItEndsWithGiveTheModelThatItSaves) {
  const std::string data = kCorpus + "en.train.jsonl";
  const Outcome tuned = place_.run("tune " + data + kSettled + " -o tuned.recura");
  EXPECT_EQ(tuned.code, 0) << tuned.err;
  EXPECT_THAT(tuned.err, HasSubstr("trial  1  as they are"));
  EXPECT_THAT(tuned.err, HasSubstr("--pooling attention"));
  EXPECT_THAT(tuned.err, HasSubstr("--cell gru"));
  EXPECT_THAT(tuned.err, Not(HasSubstr("--hidden")));  // it was given
  const std::string title = "best options: ";
  const std::size_t at = tuned.err.find(title) + title.size();
  std::string flags = tuned.err.substr(at, tuned.err.find('\n', at) - at);
  if (flags == "as they are") flags = "";
  ASSERT_EQ(place_.run("train -q " + data + kSettled + " " + flags + " -o trained.recura").code, 0);
  EXPECT_EQ(digest("tuned.recura"), digest("trained.recura"));
}

TEST_F(TuneTest, TaggersAreSearchedToo) {
  const Outcome tuned =
      place_.run("tune " + kCorpus + "names.train.conll --epochs 1 --hidden 8 --minutes 0.05 -o names.recura");
  EXPECT_EQ(tuned.code, 0) << tuned.err;
  EXPECT_THAT(tuned.err, HasSubstr("dev F1"));
}

TEST_F(TuneTest, WhatIsGivenStaysEvenIfItIsTheUsualValue) {
  const Outcome tuned =
      place_.run("tune " + kCorpus + "en.train.jsonl" + kSettled + " --pooling mean-max --cell lstm -o given.recura");
  EXPECT_EQ(tuned.code, 0) << tuned.err;
  EXPECT_THAT(tuned.err, HasSubstr("best options: as they are"));
  EXPECT_THAT(tuned.err, Not(HasSubstr("trial  2")));
}

TEST_F(TuneTest, AChoiceThatDoesNotGoWithWhatIsGivenIsLeftOut) {
  const Outcome tuned = place_.run(
      "tune " + kCorpus + "en.train.jsonl -o x.recura --minutes 1 --epochs 1 --hidden 4 --embedding 4 --ngram-size 8");
  EXPECT_EQ(tuned.code, 0) << tuned.err;
  EXPECT_THAT(tuned.err, HasSubstr("--ngrams 3"));
  EXPECT_THAT(tuned.err, Not(HasSubstr("--ngrams 1")));
}

TEST_F(TuneTest, BesideALanguageModelWhatItDoesNotDecideIsSearched) {
  ASSERT_EQ(place_
                .run("train " + kCorpus +
                     "en.train.jsonl -q --task language-model --epochs 1 --hidden 8 --embedding 8 "
                     "-o language.recura")
                .code,
            0);
  const Outcome tuned =
      place_.run("tune " + kCorpus + "names.train.conll --from language.recura --epochs 1 -o x.recura");
  EXPECT_EQ(tuned.code, 0) << tuned.err;
  EXPECT_THAT(tuned.err, HasSubstr("--dropout 0.3"));
  EXPECT_THAT(tuned.err, Not(HasSubstr("--hidden")));
}

TEST_F(TuneTest, WhatCannotBeSearchedIsRefused) {
  const std::string data = kCorpus + "en.train.jsonl";
  expect_refused(place_.run("tune " + data + " -o x.recura --minutes 0"), 2, "--minutes must be above 0");
  expect_refused(place_.run("tune " + data + " -o x.recura --minutes nan"), 2, "--minutes must be above 0");
  expect_refused(place_.run("tune -"), 2, "must be in a file");
  expect_refused(place_.run("tune " + data + " -o x.recura --dev-share 0"), 2, "no dev texts");
  expect_refused(place_.run("tune " + data + " -o x.recura --minutes 1e-6"), 2, "the first training gave no model");
  expect_refused(place_.run("tune " + data + " -o x.recura --resume"), 2, "--resume");
  expect_refused(place_.run("tune " + kCorpus + "summaries.train.jsonl -o x.recura"), 2,
                 "summarizers are not searched");
  EXPECT_FALSE(std::filesystem::exists(place_ / "x.recura"));
}

}  // namespace
}  // namespace recura
