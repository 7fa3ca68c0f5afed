#include <nlohmann/json.hpp>

#include "end_to_end/program.h"

namespace recura {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::string kSmallWindows =
    " --max-length 8 --hidden 8 --embedding 8 --ngrams 1 --epochs 15 --learning-rate 0.02 --batch-size 8 --patience 0"
    " --seed 3 --threads 1 -o ";

/// What decides stands behind the first eight words, which all texts have in common.
std::string late_words(int rows) {
  std::string lines;
  for (int row = 0; row < rows; ++row) {
    std::string text = "every text begins with words that say nothing";
    for (int word = 0; word < 2 + row % 7; ++word) text += " and so on";
    text += row % 2 == 0 ? " it is good" : " it is bad";
    lines += json{{"text", text + " and that is all"}, {"label", row % 2 == 0 ? "pos" : "neg"}}.dump() + "\n";
  }
  return lines;
}

double accuracy(const Workplace& place, const std::string& model) {
  return json::parse(place.run("evaluate " + model + " late.jsonl --json").out)["accuracy"];
}

TEST(WindowsProgramTest, ReadsAllOfALongTextWhereAskedTo) {
  const Workplace place("windows");
  write_file(place / "late.jsonl", late_words(120));
  const Outcome trained = place.run("train late.jsonl --keep windows" + kSmallWindows + "windows.recura");
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_THAT(trained.err, HasSubstr("108 training texts are longer than what is read at a time"));
  ASSERT_EQ(place.run("train late.jsonl --keep head" + kSmallWindows + "head.recura").code, 0);
  EXPECT_EQ(accuracy(place, "windows.recura"), 1);
  EXPECT_LE(accuracy(place, "head.recura"), 0.6);

  EXPECT_EQ(json::parse(place.run("inspect windows.recura --json").out)["text"]["keep"], "windows");
  const std::string text =
      "every text begins with words that say nothing and so on and so on it is bad and that is all";
  const Outcome why = place.run("extract windows.recura --why", "echo " + text + " |");
  ASSERT_EQ(why.code, 0) << why.err;
  const json answer = json::parse(why.out);
  EXPECT_EQ(answer["label"], "neg");
  const json& tokens = answer["why"]["tokens"];
  ASSERT_EQ(tokens.size(), 21U) << answer;
  std::size_t strongest = 0;
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    if (tokens[i]["weight"] > tokens[strongest]["weight"]) strongest = i;
  }
  EXPECT_EQ(tokens[strongest]["start"], text.find("bad"));
}

}  // namespace
}  // namespace recura
