#include <cmath>
#include <nlohmann/json.hpp>

#include "end_to_end/program.h"

namespace recura {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

const std::string kSmallSubwords =
    " --unit subword --subwords 90 --hidden 8 --embedding 8 --ngrams 1 --learning-rate 0.02 --seed 3 ";

class SubwordsProgramTest : public testing::Test {
 protected:
  void SetUp() override { write_file(place_ / "texts.jsonl", small_corpus(120)); }

  Outcome run(const std::string& arguments, const std::string& before = "") const {
    const Outcome outcome = place_.run(arguments, before);
    EXPECT_EQ(outcome.code, 0) << arguments << ": " << outcome.err;
    return outcome;
  }
  Outcome train(const std::string& more, const std::string& model = "m.recura") const {
    return run("train texts.jsonl" + kSmallSubwords + more + " -o " + model);
  }
  std::string read(const std::string& name) const { return read_file(place_ / name); }

  Workplace place_{"subwords"};
};

TEST_F(SubwordsProgramTest, AClassifierLearnsThemAndNeedsNothingElse) {
  const Outcome trained = train("--epochs 15");
  EXPECT_THAT(trained.err, HasSubstr("tokens: "));
  EXPECT_THAT(trained.err, Not(HasSubstr("trainer")));  // what SentencePiece prints
  const json info = json::parse(run("inspect m.recura --json").out);
  EXPECT_EQ(info["text"]["unit"], "subword");
  EXPECT_EQ(info["options"]["subwords"], "90");
  EXPECT_GT(info["vocabulary"], 20);
  EXPECT_LE(info["vocabulary"], 90);
  EXPECT_THAT(run("inspect m.recura").out, HasSubstr("subword"));
  EXPECT_THAT(run("inspect m.recura --verify").out, HasSubstr("sound"));
  EXPECT_EQ(json::parse(run("evaluate m.recura texts.jsonl --json").out)["accuracy"], 1);
  EXPECT_EQ(json::parse(run("extract m.recura", "echo 我喜欢 it |").out)["label"], "pos");
  run("benchmark m.recura texts.jsonl --seconds 0.1");
  run("export m.recura -o narrow.recura --precision int8 --dev texts.jsonl");
  EXPECT_GE(json::parse(run("evaluate narrow.recura texts.jsonl --json").out)["accuracy"], 0.9);
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(place_ / "")) names.push_back(file.path().filename());
  EXPECT_THAT(names, UnorderedElementsAre("err", "out", "m.recura", "narrow.recura", "texts.jsonl"));
}

TEST_F(SubwordsProgramTest, ThreadsDoNotChangeTheModelNorDoesAStop) {
  const std::string data = "train " + kCorpus + "en.train.jsonl" + kSmallSubwords + "--epochs 40 --patience 0";
  run(data + " --threads 1 -q -o whole.recura");
  const Outcome stopped = place_.run(data + " --threads 1 -o m.recura", "rm -f err;",
                                     "& until grep -sq ^epoch err; do sleep 0.01; done; kill -INT $!; wait $!");
  EXPECT_EQ(stopped.code, 130) << stopped.err;
  EXPECT_THAT(run(data + " --threads 2 --resume -o m.recura").err, HasSubstr("going on in epoch"));
  EXPECT_TRUE(read("m.recura") == read("whole.recura"));
}

TEST_F(SubwordsProgramTest, WhyNamesWholeCharactersThatAreAllOfTheWords) {
  train("--epochs 15 --pooling attention");
  const std::string text = "I   LOVE the ﬁlm, 我喜欢e\u0301zq";
  const json why = json::parse(run("extract m.recura --why --offsets bytes", "echo \"" + text + "\" |").out)["why"];
  std::size_t end = 0;
  double sum = 0, attention = 0;
  std::string words;
  for (const json& token : why["tokens"]) {
    const std::size_t begin = token["start"];
    EXPECT_GE(begin, end);
    end = token["end"];
    EXPECT_LT(begin, end);
    words += text.substr(begin, end - begin);
    sum += token["weight"].get<double>();
    attention += token["attention"].get<double>();
  }
  EXPECT_EQ(words, "ILOVEtheﬁlm,我喜欢e\u0301zq");
  const double gained = why["log_odds"].get<double>() - why["without"].get<double>();
  EXPECT_NEAR(sum, gained, 0.1 * std::abs(gained));
  EXPECT_NEAR(attention, 1, 0.01);
  EXPECT_THAT(run("extract m.recura --why --output text", "echo I love it |").out, HasSubstr("love"));
}

TEST_F(SubwordsProgramTest, LongTextsAreReadInEveryWay) {
  for (const std::string keep : {"head", "tail", "both", "windows"}) {
    train("--max-length 3 --epochs 3 --keep " + keep, keep + ".recura");
    const json answer =
        json::parse(run("extract " + keep + ".recura --why", "echo I love a good film and so on |").out);
    EXPECT_GT(answer["score"], 0.4) << keep;
  }
}

TEST_F(SubwordsProgramTest, ATrainingThatBeginsWithThemKeepsThem) {
  train("--epochs 15", "first.recura");
  write_file(place_ / "more.jsonl",
             "{\"text\":\"unheard of\",\"label\":\"new\"}\n{\"text\":\"a good film\",\"label\":\"pos\"}\n");
  const Outcome next = run("train more.jsonl --from first.recura --epochs 2 --learning-rate 1e-6 -o next.recura");
  EXPECT_THAT(next.err, HasSubstr("new forms: 0, new labels: 1"));
  const json first = json::parse(run("inspect first.recura --json").out);
  const json info = json::parse(run("inspect next.recura --json").out);
  EXPECT_EQ(info["vocabulary"], first["vocabulary"]);
  EXPECT_FALSE(info["options"].contains("subwords")) << "the old model decided it";
  EXPECT_EQ(json::parse(run("extract next.recura", "echo I love it |").out)["label"], "pos");
  expect_refused(place_.run("train more.jsonl --from first.recura --min-count 2 -o x.recura"), 2,
                 "--min-count: does nothing beside --from");
}

TEST_F(SubwordsProgramTest, AClassifierBeginsWithALanguageModelOfThem) {
  run("train texts.jsonl --task language-model --unit subword --subwords 90 --hidden 8 --embedding 8 --head 40 "
      "--epochs 3 "
      "-o language.recura");
  const json language = json::parse(run("inspect language.recura --json").out);
  EXPECT_EQ(language["text"]["unit"], "subword");
  EXPECT_THAT(run("inspect language.recura --verify").out, HasSubstr("sound"));
  EXPECT_GT(json::parse(run("evaluate language.recura texts.jsonl --json").out)["perplexity"], 1);
  EXPECT_GT(json::parse(run("extract language.recura", "echo 我喜欢 it |").out)["guesses"], 3);
  const Outcome next = run("train texts.jsonl --from language.recura --epochs 20 --learning-rate 0.02 -o next.recura");
  EXPECT_THAT(next.err, HasSubstr("new forms: 0"));
  EXPECT_EQ(json::parse(run("inspect next.recura --json").out)["vocabulary"], language["vocabulary"]);
  EXPECT_EQ(json::parse(run("evaluate next.recura texts.jsonl --json").out)["accuracy"], 1);
}

TEST_F(SubwordsProgramTest, TuneSearchesThemToo) {
  const Outcome tuned =
      run("tune texts.jsonl" + kSmallSubwords + "--epochs 1 --minutes 0.1 --layers 1 -o tuned.recura");
  EXPECT_THAT(tuned.err, HasSubstr("trial  2"));
  EXPECT_EQ(json::parse(run("inspect tuned.recura --json").out)["text"]["unit"], "subword");
}

TEST_F(SubwordsProgramTest, WhatDoesNotFitIsRefusedByName) {
  const std::string train = "train texts.jsonl -o x.recura --unit subword ";
  for (const std::string option : {"--min-count 2", "--max-vocabulary 100", "--dictionary", "--vectors v.txt"})
    expect_refused(place_.run(train + option), 2,
                   option.substr(0, option.find(' ')) + ": is of words, it does nothing where --unit is subword");
  expect_refused(place_.run("train texts.jsonl -o x.recura --subwords 100"), 2,
                 "--subwords: does nothing unless --unit is subword, it is word");
  expect_refused(place_.run(train + "--subwords 1"), 2, "--subwords: expected an integer in 2 ... 1000000");
  expect_refused(place_.run(train + "--subwords 9"), 3, "subwords: 9 are too few for the ");
  expect_refused(place_.run("vectors texts.jsonl -o v.vec --unit subword"), 2, "--unit: expected word or character");
  for (const std::string task : {"tag", "summarise"}) EXPECT_EQ(place_.run(train + "--task " + task).code, 2) << task;
  EXPECT_FALSE(std::filesystem::exists(place_ / "x.recura"));
}

}  // namespace
}  // namespace recura
