#include <nlohmann/json.hpp>

#include "end_to_end/program.h"

namespace recura {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::string kSmallStream =
    " --no-bidirectional --hidden 8 --embedding 8 --epochs 15 --learning-rate 0.02 --batch-size 8 --patience 0"
    " --seed 3 --threads 1 -o ";

/// What decides stands at the end, behind words that all texts have in common.
void write_late_words(const Workplace& place) {
  std::string lines;
  for (int row = 0; row < 120; ++row) {
    std::string text = "every text begins with words that say nothing";
    for (int word = 0; word < 2 + row % 7; ++word) text += " and so on";
    text += row % 2 == 0 ? " it is good" : " it is bad";
    lines += json{{"text", text}, {"label", row % 2 == 0 ? "pos" : "neg"}}.dump() + "\n";
  }
  write_file(place / "late.jsonl", lines);
}

std::vector<json> answers(const std::string& lines) {
  std::vector<json> rows;
  std::istringstream in(lines);
  for (std::string line; std::getline(in, line);) rows.push_back(json::parse(line));
  return rows;
}

TEST(StreamProgramTest, ReadsAllOfALongTextInPieces) {
  const Workplace place("stream");
  write_late_words(place);
  const Outcome trained = place.run("train late.jsonl --keep stream --max-length 8" + kSmallStream + "s.recura");
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_EQ(json::parse(place.run("inspect s.recura --json").out)["text"]["keep"], "stream");
  EXPECT_EQ(json::parse(place.run("evaluate s.recura late.jsonl --json").out)["accuracy"], 1);

  const Outcome why = place.run("extract s.recura --why", "echo it was nothing and so on and so on and it is bad |");
  ASSERT_EQ(why.code, 0) << why.err;
  const json answer = json::parse(why.out);
  EXPECT_EQ(answer["label"], "neg");
  EXPECT_EQ(answer["why"]["tokens"].size(), 13U);
}

TEST(StreamProgramTest, AnswersATextAsItComes) {
  const Workplace place("running");
  write_late_words(place);
  ASSERT_EQ(place.run("train late.jsonl" + kSmallStream + "s.recura").code, 0);
  write_file(place / "parts.txt", "every text begins with\nwords that\n\nsay nothing and so on it is bad\n");
  const Outcome parts = place.run("extract s.recura --running parts.txt parts.txt --top-k 2");
  ASSERT_EQ(parts.code, 0) << parts.err;
  const std::vector<json> running = answers(parts.out);
  ASSERT_EQ(running.size(), 8U);
  EXPECT_EQ(running[1]["score"], running[2]["score"]);  // nothing came
  EXPECT_EQ(running[3]["label"], "neg");
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(running[i], running[i + 4]) << "a file is a text of its own";

  const std::string whole = "every text begins with words that say nothing and so on it is bad";
  const json answer = json::parse(place.run("extract s.recura --top-k 2", "echo " + whole + " |").out);
  EXPECT_NEAR(running[3]["score"].get<double>(), answer["score"].get<double>(), 1e-5);
}

TEST(StreamProgramTest, AModelOfBothDirectionsReadsNoStreams) {
  const Workplace place("no_stream");
  write_late_words(place);
  const Outcome refused = place.run("train late.jsonl --keep stream -o m.recura");
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--keep stream: expected a network of one direction (--no-bidirectional)"));
  ASSERT_EQ(place.run("train late.jsonl --hidden 8 --embedding 8 --epochs 1 -o m.recura").code, 0);
  const Outcome running = place.run("extract m.recura --running late.jsonl");
  EXPECT_EQ(running.code, 2);
  EXPECT_THAT(running.err, HasSubstr("the model reads texts in both directions"));
  EXPECT_EQ(place.run("extract m.recura --running --why late.jsonl").code, 2);
}

}  // namespace
}  // namespace recura
