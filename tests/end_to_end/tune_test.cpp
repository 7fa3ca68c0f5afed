#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "end_to_end/program.h"

namespace recura {
namespace {

using testing::HasSubstr;
using testing::Not;

/// All that would be searched but the pooling and the cell, so that there are at most four trials.
const std::string kSettled =
    " --hidden 8 --embedding 8 --learning-rate 0.01 --dropout 0.2 --word-dropout 0.1 --ngrams 3 --label-smoothing 0.05 "
    "--layers 3 --min-count 3 --virtual-adversarial 0.05 --epochs 2";

/// What settles that too: there is one trial.
const std::string kOneTrial = kSettled + " --pooling mean-max --cell lstm";

/// Small trainings of which there are more than end while a test looks on.
const std::string kManyTrials = " --hidden 4 --embedding 4 --epochs 20 --patience 0 -o best.recura --minutes 1";

/// Does this as soon as a model is there.
std::string with_first_model(const std::string& command) {
  return "& until [ -e best.recura ]; do sleep 0.01; done; " + command + "; wait $!";
}

class TuneTest : public testing::Test {
 protected:
  using json = nlohmann::json;

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

TEST_F(TuneTest, ATaggerLearnsFromAllFiles) {
  const Outcome tuned = place_.run("tune " + kCorpus + "names.train.conll " + kCorpus +
                                   "slots.train.conll --own-types --epochs 1 --hidden 8 --minutes 0.05 -o both.recura");
  EXPECT_EQ(tuned.code, 0) << tuned.err;
  EXPECT_THAT(tuned.err, HasSubstr("names.train.conll, "));
  EXPECT_EQ(place_.run("evaluate both.recura " + kCorpus + "slots.test.conll --own-types").code, 0);
}

TEST_F(TuneTest, NoTimeIsTooLong) {
  for (const std::string minutes : {"153722868", "1e12", "1e308", "inf"}) {
    const Outcome tuned =
        place_.run("tune " + kCorpus + "en.train.jsonl" + kOneTrial + " -o long.recura --minutes " + minutes);
    EXPECT_EQ(tuned.code, 0) << minutes << ": " << tuned.err;
  }
}

TEST_F(TuneTest, AKilledSearchLeavesItsBestModel) {
  const Outcome killed =
      place_.run("tune " + kCorpus + "en.train.jsonl" + kManyTrials, "", with_first_model("kill -KILL $!"));
  EXPECT_EQ(killed.code, 137) << killed.err;
  EXPECT_EQ(place_.run("evaluate best.recura " + kCorpus + "en.test.jsonl").code, 0);
}

TEST_F(TuneTest, ALaterTrialThatFailsIsToldOfAndLeftOut) {
  write_file(place_ / "data.jsonl", read_file(kCorpus + "en.train.jsonl"));
  write_file(place_ / "spoilt.jsonl", "{\"text\": \"of no label\"}\n");
  const Outcome tuned = place_.run("tune data.jsonl" + kManyTrials, "", with_first_model("mv spoilt.jsonl data.jsonl"));
  EXPECT_EQ(tuned.code, 0) << tuned.err;
  EXPECT_THAT(tuned.err, testing::ContainsRegex("\ntrial [0-9 ]+  --[^\n]*data.jsonl: "));
  EXPECT_THAT(tuned.err, HasSubstr("best options: "));
  EXPECT_EQ(place_.run("evaluate best.recura " + kCorpus + "en.test.jsonl").code, 0);
}

TEST_F(TuneTest, WhatTheSystemRefusesEndsTheSearchButForItsBestModel) {
  write_file(place_ / "data.jsonl", read_file(kCorpus + "en.train.jsonl"));
  expect_refused(place_.run("tune data.jsonl" + kManyTrials, "", with_first_model("rm data.jsonl")), 4, "data.jsonl");
  EXPECT_EQ(place_.run("evaluate best.recura " + kCorpus + "en.test.jsonl").code, 0);
}

TEST_F(TuneTest, AnErrorOfTheFirstTrialIsThatOfTheSearch) {
  write_file(place_ / "data.jsonl", small_corpus(60));
  expect_refused(place_.run("tune data.jsonl --learning-rate 1e38 --clip-norm 0 --hidden 8 --embedding 8"), 5,
                 "training diverged in epoch ");
  expect_refused(place_.run("tune missing.jsonl"), 4, "missing.jsonl");
  expect_refused(place_.run("tune data.jsonl --epochs 1", "ulimit -f 1; trap \"\" XFSZ;"), 4, "data.recura");
}

TEST_F(TuneTest, TheLogHasOptionsTrialsAndTheResult) {
  const Outcome tuned =
      place_.run("tune -q " + kCorpus + "en.train.jsonl" + kSettled + " -o tuned.recura --log-json log");
  EXPECT_EQ(tuned.code, 0);
  EXPECT_EQ(tuned.err, "");
  std::vector<json> lines;
  std::istringstream log(read_file(place_ / "log"));
  for (std::string line; std::getline(log, line);) lines.push_back(json::parse(line));
  ASSERT_EQ(lines.size(), 6U);  // four trials
  EXPECT_EQ(lines[0]["options"]["epochs"], "2");
  EXPECT_EQ(lines[1]["changes"], json::object());
  EXPECT_EQ(lines[1]["best"], true);
  EXPECT_EQ(lines[2]["trial"], 2);
  EXPECT_EQ(lines[2]["changes"], json({{"pooling", "attention"}}));
  EXPECT_GT(lines[2]["dev_score"], 0);
  EXPECT_EQ(lines[5]["model"], "tuned.recura");
  const auto last_best =
      std::find_if(lines.rbegin(), lines.rend(), [](const json& l) { return l.value("best", false); });
  EXPECT_EQ(lines[5]["changes"], (*last_best)["changes"]);
}

TEST_F(TuneTest, WhatIsGivenStaysEvenIfItIsTheUsualValue) {
  const Outcome tuned = place_.run("tune " + kCorpus + "en.train.jsonl" + kOneTrial + " -o given.recura");
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
  expect_refused(place_.run("tune " + data + " -o x.recura --minutes 0"), 2, "--minutes: expected a number > 0");
  expect_refused(place_.run("tune " + data + " -o x.recura --minutes nan"), 2, "--minutes: expected a number > 0");
  expect_refused(place_.run("tune -"), 2, "must be in a file");
  expect_refused(place_.run("tune " + data + " " + data), 2, "only a tagger learns from several files of data, got 2");
  expect_refused(place_.run("tune " + data + " -o x.recura --log-json x.recura"), 2, "would overwrite the model");
  expect_refused(place_.run("tune " + data + " -o x.recura --log-json " + data), 2,
                 "would overwrite the training data");
  expect_refused(place_.run("tune " + data + " -o x.recura --dev-share 0"), 2, "no dev texts");
  expect_refused(place_.run("tune " + data + " -o x.recura --minutes 1e-6"), 2, "the first training gave no model");
  expect_refused(place_.run("tune " + data + " -o x.recura --resume"), 2, "--resume");
  expect_refused(place_.run("tune " + kCorpus + "summaries.train.jsonl -o x.recura"), 2,
                 "summarizers are not searched");
  EXPECT_FALSE(std::filesystem::exists(place_ / "x.recura"));
}

}  // namespace
}  // namespace recura
