#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "end_to_end/program.h"

namespace recura {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::string kSmall = " --hidden 8 --embedding 8 --epochs 3 --learning-rate 0.02 --patience 0 --threads 1 -q -o ";

/// Two texts' labels: those of `small_corpus`, or both.
std::string sets(int rows) {
  std::string lines;
  for (int row = 0; row < rows; ++row) {
    const char* const texts[] = {"good", "bad", "good and bad"};
    const json labels[] = {{"pos"}, {"neg"}, {"neg", "pos"}};
    lines += json{{"text", texts[row % 3]}, {"labels", labels[row % 3]}}.dump() + "\n";
  }
  return lines;
}

double score_of(const std::string& label, const json& answer) {
  for (const json& one : answer["labels"]) {
    if (one["label"] == label) return one["score"];
  }
  return -1;
}

class CompanionsTest : public testing::Test {
 protected:
  void SetUp() override {
    write_file(place_ / "one.jsonl", small_corpus(80));
    train("one.jsonl --seed 1", "a.recura");
    train("one.jsonl --seed 2", "b.recura");
  }
  void train(const std::string& what, const std::string& model) const {
    const Outcome outcome = place_.run("train " + what + kSmall + model);
    ASSERT_EQ(outcome.code, 0) << outcome.err;
  }
  json answer(const std::string& arguments) const {
    const Outcome outcome = place_.run("extract " + arguments + " --top-k 2", "echo a good film |");
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return json::parse(outcome.out);
  }
  std::string refusal(const std::string& arguments) const {
    const Outcome outcome = place_.run(arguments, "echo a good film |");
    EXPECT_EQ(outcome.code, 2) << arguments;
    return outcome.err;
  }

  Workplace place_{"companions"};
};

TEST_F(CompanionsTest, TheMeanOfProbabilitiesAnswers) {
  train("one.jsonl --seed 3", "c.recura");
  double sum = 0;
  for (const char* const model : {"a.recura", "b.recura", "c.recura"}) sum += score_of("pos", answer(model));
  EXPECT_NEAR(score_of("pos", answer("a.recura --with b.recura,c.recura")), sum / 3, 1e-5);
  EXPECT_EQ(answer("b.recura --with a.recura,c.recura"), answer("c.recura --with b.recura,a.recura"));
  const Outcome scored = place_.run("evaluate a.recura one.jsonl --with b.recura --json");
  ASSERT_EQ(scored.code, 0) << scored.err;
  EXPECT_EQ(json::parse(scored.out)["rows"], 80);
}

TEST_F(CompanionsTest, OfSeveralLabelsThresholdsAreMeansToo) {
  write_file(place_ / "sets.jsonl", sets(90));
  train("sets.jsonl --seed 1", "s.recura");
  train("sets.jsonl --seed 2", "t.recura");
  const json both = answer("s.recura --with t.recura");
  std::map<std::string, double> scores, thresholds;
  for (const std::string model : {"s.recura", "t.recura"}) {
    const json info = json::parse(place_.run("inspect " + model + " --json").out);
    const json alone = answer(model);
    for (const json& one : alone["top"]) scores[one["label"]] += one["score"].get<double>() / 2;
    for (std::size_t k = 0; k < 2; ++k) thresholds[info["labels"][k]] += info["thresholds"][k].get<double>() / 2;
  }
  std::set<std::string> expected, found;
  for (const auto& [label, score] : scores) {
    if (score >= thresholds[label]) expected.insert(label);
  }
  for (const json& one : both["labels"]) found.insert(one["label"]);
  EXPECT_EQ(found, expected) << both;
  for (const json& one : both["top"]) EXPECT_NEAR(one["score"], scores[one["label"]], 1e-5);
  EXPECT_THAT(refusal("extract s.recura --with a.recura"), HasSubstr("one model gives one label a text"));
}

TEST_F(CompanionsTest, WhatCannotAnswerTogetherIsRefused) {
  std::string others = small_corpus(40);
  for (std::size_t at = others.find("neg"); at != std::string::npos; at = others.find("neg", at + 1)) others[at] = 'N';
  write_file(place_ / "others.jsonl", others);
  train("others.jsonl", "n.recura");
  EXPECT_THAT(refusal("extract a.recura --with n.recura"),
              HasSubstr("--with n.recura: one model has the label \"Neg\""));
  EXPECT_THAT(refusal("extract a.recura --with b.recura --why"), HasSubstr("explain: several models"));
  train("one.jsonl --task language-model", "lm.recura");
  EXPECT_THAT(refusal("extract a.recura --with lm.recura"), HasSubstr("both models must give labels"));
  EXPECT_THAT(refusal("extract lm.recura --with a.recura"), HasSubstr("both models must give labels"));
  EXPECT_EQ(place_.run("extract a.recura --with missing.recura", "echo x |").code, 4);
  for (const char* const list : {",", "b.recura,", "b.recura,,b.recura"})
    EXPECT_THAT(refusal(std::string("extract a.recura --with ") + list), HasSubstr("expected model files with commas"));
}

}  // namespace
}  // namespace recura
