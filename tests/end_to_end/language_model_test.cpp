#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "end_to_end/program.h"

namespace recura {
namespace {

using nlohmann::json;
using testing::ContainsRegex;
using testing::HasSubstr;

/// Two sentences over and over: after the first word the rest is certain.
std::string certain_lines(int count) {
  std::string lines;
  for (int i = 0; i < count; ++i) lines += i % 2 == 0 ? "red apples taste sweet\n" : "绿 柠檬 尝 起来 酸\n";
  return lines;
}

std::string labelled(int count) {
  std::string lines;
  for (int i = 0; i < count; ++i)
    lines += json{{"text", i % 2 == 0 ? "red apples taste sweet" : "grey stones taste of nothing"},
                  {"label", i % 2 == 0 ? "good" : "bad"}}
                 .dump() +
             "\n";
  return lines;
}

const std::string kSmallLanguageModel =
    " --embedding 12 --hidden 12 --head 4 --batch-size 4 --learning-rate 0.02 --min-count 1 --epochs ";

class LanguageModelProgramTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    place_ = std::make_unique<Workplace>("language");
    write_file(*place_ / "texts.txt", certain_lines(40));
    write_file(*place_ / "rows.jsonl", labelled(40));
    write_file(*place_ / "names.conll", "Ann B-PER\nslept O\n");
    trained_ = run("train texts.txt --task language-model -o m.recura" + kSmallLanguageModel + "15");
  }
  static void TearDownTestSuite() { place_.reset(); }
  static Outcome run(const std::string& arguments, const std::string& before = "") {
    return place_->run(arguments, before);
  }

  inline static std::unique_ptr<Workplace> place_;
  inline static Outcome trained_;
};

TEST_F(LanguageModelProgramTest, TrainingSaysWhatItFound) {
  EXPECT_EQ(trained_.code, 0) << trained_.err;
  EXPECT_THAT(trained_.err, HasSubstr("texts.txt: lines, 38 texts to train on, 2 to choose the best epoch by\n"));
  EXPECT_THAT(trained_.err, ContainsRegex("best epoch [0-9]+: dev probability 0\\.[5-9]"));
}

TEST_F(LanguageModelProgramTest, EvaluateGivesThePerplexityOfBothDirections) {
  const json found = json::parse(run("evaluate m.recura texts.txt --json").out);
  EXPECT_EQ(found["texts"], 40);
  EXPECT_EQ(found["unknown"], 0);
  // One choice of two in each text, all else is certain.
  EXPECT_NEAR(found["perplexity"].get<double>(), std::pow(2, 40.0 / found["guesses"].get<double>()), 0.3);
  EXPECT_NEAR(found["perplexity"].get<double>(),
              std::exp(-found["log_probability"].get<double>() / found["guesses"].get<double>()), 1e-6);
  EXPECT_LT(found["backward_perplexity"].get<double>(), 1.6);
  EXPECT_THAT(run("evaluate m.recura texts.txt").out, HasSubstr("perplexity  1."));
}

TEST_F(LanguageModelProgramTest, ExtractTellsUsualTextsFromOthers) {
  const Outcome found =
      run("extract m.recura --output tsv", "(echo red apples taste sweet; echo sweet taste apples red) |");
  EXPECT_EQ(found.code, 0) << found.err;
  std::istringstream lines(found.out);
  double usual = 0, odd = 0;
  std::string text;
  lines >> usual;
  std::getline(lines, text);
  lines >> odd;
  EXPECT_EQ(text, "\tred apples taste sweet");
  EXPECT_GT(odd, 3 * usual);
}

TEST_F(LanguageModelProgramTest, ExtractKeepsFieldsAndReportsBadRowsInTheirPlace) {
  write_file(*place_ / "raw.jsonl", "{\"id\":7,\"unknown\":1,\"text\":\"red\"}\n{\"id\":8}\n{\"text\":\"\"}\n");
  const Outcome found = run("extract m.recura raw.jsonl");
  std::istringstream lines(found.out);
  std::string line;
  std::getline(lines, line);
  EXPECT_THAT(line, testing::StartsWith("{\"id\":7,\"input_unknown\":1,\"guesses\":2,\"unknown\":0,"));
  std::getline(lines, line);
  EXPECT_THAT(line, HasSubstr("\"error\":"));
  std::getline(lines, line);
  EXPECT_EQ(json::parse(line)["guesses"], 1) << "its end";
}

TEST_F(LanguageModelProgramTest, AClassifierBeginsWithIt) {
  const Outcome found = run("train rows.jsonl --from m.recura --epochs 12 --batch-size 4 --from-rate 0.5 -o c.recura");
  EXPECT_EQ(found.code, 0) << found.err;
  EXPECT_THAT(
      found.err,
      HasSubstr("begins with m.recura, whose text rule, vocabulary and layers it has; new forms: 4, new labels: 0"));
  const json info = json::parse(run("inspect c.recura --json").out);
  EXPECT_EQ(info["network"][0]["dimensions"], 12);
  EXPECT_FALSE(info["options"].contains("hidden")) << "the language model decided it";
  EXPECT_TRUE(info["options"].contains("pooling"));
  EXPECT_EQ(json::parse(run("extract c.recura", "echo red apples taste sweet |").out)["label"], "good");
}

TEST_F(LanguageModelProgramTest, ATaggerBeginsWithIt) {
  const Outcome found =
      run("train names.conll --from m.recura --epochs 30 --dev-share 0 --from-rate 0.5 --shape-size 8 --min-count 1 -o "
          "t.recura");
  EXPECT_EQ(found.code, 0) << found.err;
  EXPECT_THAT(found.err, HasSubstr("begins with m.recura, whose text rule, vocabulary and recurrent layers it has; "
                                   "new words: 2"));
  const json info = json::parse(run("inspect t.recura --json").out);
  EXPECT_EQ(info["network"]["channels"][0]["size"], 12);
  EXPECT_FALSE(info["options"].contains("hidden")) << "the language model decided it";
  EXPECT_EQ(info["options"]["shape-size"], "8");
  EXPECT_EQ(run("extract t.recura --output text", "echo Ann slept |").out, "[Ann](PER) slept\n");
}

TEST_F(LanguageModelProgramTest, StartsFromVectorsAndReadsTheFieldThatItWasTrainedOn) {
  write_file(*place_ / "v.txt", "apples 1 2 3\nplums 4 5 6\n");
  write_file(*place_ / "bodies.jsonl", "{\"body\":\"red apples\"}\n{\"body\":\"red apples\"}\n");
  const Outcome trained =
      run("train bodies.jsonl --task language-model --text-field body --vectors v.txt --epochs 1 -o v.recura");
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_THAT(trained.err, HasSubstr("vectors: for "));
  EXPECT_EQ(json::parse(run("inspect v.recura --json").out)["network"]["embedding"], 3);
  const Outcome found = run("extract v.recura bodies.jsonl");
  EXPECT_EQ(json::parse(found.out.substr(0, found.out.find('\n')))["unknown"], 0) << found.out << found.err;
  EXPECT_EQ(run("extract v.recura --format lines", "echo red |").code, 0);
  write_file(*place_ / "once.txt", "red apples\nred plums\n");
  const Outcome once =
      run("train once.txt --task language-model --vectors v.txt --epochs 1 --dev-share 0 -o once.recura");
  EXPECT_THAT(once.err, HasSubstr("vectors: for 0 of 1 training words")) << "apples stand there once";
}

TEST_F(LanguageModelProgramTest, WhatDoesNotFitIsRefusedByName) {
  ASSERT_EQ(run("train rows.jsonl -q --epochs 1 --hidden 4 -o c.recura").code, 0);
  ASSERT_EQ(run("train texts.txt -q --task language-model --unit character --epochs 1 -o characters.recura").code, 0);
  const std::pair<const char*, const char*> cases[] = {
      {"train texts.txt --task language-model --layers 2 -o x.recura",
       "--layers: a language model of both directions has one layer"},
      {"train rows.jsonl --from rows.jsonl -o x.recura", "rows.jsonl"},
      {"train rows.jsonl --from m.recura --vectors v.txt -o x.recura",
       "--from, --vectors: the embedding begins with the one or the other"},
      {"train rows.jsonl --from m.recura --hidden 32 -o x.recura", "--hidden: does nothing beside --from"},
      {"train rows.jsonl --from m.recura --dropout 0 --locked-dropout -o x.recura",
       "--locked-dropout: does nothing where --dropout is 0"},
      {"train rows.jsonl --from m.recura --from-frozen 9 --epochs 18 -o x.recura",
       "--from-frozen: 9 for each layer, the embedding would wait 18 epochs, there are 18"},
      {"train names.conll --from c.recura -o x.recura",
       "c.recura: a tagger begins with a tagger or a language model, this is of the task classify"},
      {"train names.conll --from characters.recura -o x.recura",
       "--from: the model to begin with cuts texts into characters, but most tokens of the training texts are longer"},
      {"train names.conll --unit character -o x.recura", "most tokens of the training texts are longer"},
      {"train names.conll --from m.recura --ngrams 1 --ngram-size 20 -o x.recura",
       "--ngram-size: does nothing where --ngrams is 1"},
      {"train names.conll --from m.recura --embedding 64 -o x.recura", "--embedding: does nothing beside --from"},
      {"train names.conll --from-rate 0.5 -o x.recura", "--from-rate: does nothing without --from"},
      {"train names.conll --task language-model -o x.recura", "names.conll: has marked tokens"},
      {"train texts.txt --task language-model --vectors none.vec -o x.recura", "none.vec"},
      {"train texts.txt --task language-model --min-count 99 -o x.recura",
       "no word stands in the texts --min-count 99 times"},
      {"train rows.jsonl --from-rate 0.5 -o x.recura", "--from-rate: does nothing without --from"},
      {"train rows.jsonl --from-frozen 1 -o x.recura", "--from-frozen: does nothing without --from"},
      {"train rows.jsonl --from missing.recura -o x.recura", "missing.recura"},
      {"train rows.jsonl --from m.recura -o m.recura", "would overwrite the model to begin with"},
      {"extract m.recura --top-k 2", "--top-k"},
      {"extract m.recura --offsets bytes", "--offsets is for models of other tasks"},
      {"evaluate m.recura texts.txt --against m.recura", "--against is for two models that give labels"},
      {"train texts.txt --task language-model --label-field x -o x.recura",
       "--label-field: no option of language-model"},
  };
  for (const auto& [arguments, message] : cases) {
    const Outcome found = run(arguments, "echo a |");
    EXPECT_TRUE(found.code == 2 || found.code == 3 || found.code == 4) << arguments << ": " << found.code;
    EXPECT_THAT(found.err, HasSubstr(message)) << arguments;
  }
}

TEST_F(LanguageModelProgramTest, AProbabilityTooSmallForItsPerplexityIsAnErrorNotInfinity) {
  const std::string wild =
      " --embedding 12 --hidden 12 --head 4 --batch-size 4 --min-count 1 --learning-rate 1000 --epochs 1";
  ASSERT_EQ(run("train texts.txt --task language-model -o wild.recura" + wild).code, 0);
  const Outcome found = run("extract wild.recura", "echo apples red 绿 |");
  EXPECT_EQ(found.code, 3);
  EXPECT_EQ(found.out, "");
  EXPECT_THAT(found.err, HasSubstr("gives a text no finite number"));
}

TEST_F(LanguageModelProgramTest, TuningLeavesWhatTheModelDecides) {
  const Outcome found = run("tune rows.jsonl --from m.recura -o t.recura --minutes 0.3 --epochs 2");
  EXPECT_EQ(found.code, 0) << found.err;
  EXPECT_THAT(found.err, HasSubstr("--learning-rate 0.001"));
  EXPECT_THAT(found.err, testing::Not(HasSubstr("--hidden")));
}

TEST_F(LanguageModelProgramTest, OtherVerbsKnowIt) {
  EXPECT_THAT(run("inspect m.recura").out, HasSubstr("a language model that reads in both directions"));
  EXPECT_THAT(run("inspect m.recura --verify").out, HasSubstr("sound"));
  const Outcome small = run("export m.recura -o small.recura --precision int8 --dev texts.txt");
  EXPECT_THAT(small.err, ContainsRegex("weights: int8, dev probability 0\\.[5-9]"));
  EXPECT_EQ(run("evaluate small.recura texts.txt").code, 0);
  EXPECT_EQ(run("benchmark m.recura texts.txt --seconds 0.1").code, 0);
}

}  // namespace
}  // namespace recura
