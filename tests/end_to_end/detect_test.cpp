#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "end_to_end/program.h"

namespace recura {
namespace {

using testing::HasSubstr;

/// Which task the program takes a file to be for: what `train` tells of it, of one epoch.
class DetectTest : public testing::Test {
 protected:
  Outcome train(const std::string& name, const std::string& content, const std::string& options = "") {
    write_file(place_ / name, content);
    return place_.run("train " + name + " -o model.recura --epochs 1 --dev-share 0 " + options);
  }

  Workplace place_{"detect"};
};

TEST_F(DetectTest, JsonWithSpansInAnyOfItsFormsIsForATagger) {
  for (
      const std::string row :
      {R"({"text":"Ann left","spans":[{"start":0,"end":3,"label":"PER"}]})",
       R"({"text":"Ann left","label":[[0,3,"PER"]]})", R"({"text":"Ann left","labels":[[0,3,"PER"]]})",
       R"({"text":"Ann left","entities":[[0,3,"PER"]]})",
       R"([{"data":{"text":"Ann left"},"annotations":[{"result":[{"value":{"start":0,"end":3,"labels":["PER"]}}]}]}])"}) {
    const Outcome done = train("data.json", row + "\n");
    EXPECT_EQ(done.code, 0) << row << done.err;
    EXPECT_THAT(done.err, HasSubstr("spans: PER 1"));
  }
}

TEST_F(DetectTest, JsonWithWordsAloneIsSegmentedText) {
  const std::string rows = R"({"text":"我爱北京","words":["我","爱","北京"]})";
  for (const std::string all : {rows, "[" + rows + "]"})
    EXPECT_THAT(train("a.json", all + "\n").err, HasSubstr("words: 3"));
  std::string topics;
  for (const char* const topic : {"x", "y"})
    topics += fmt::format(R"({{"text":"a b","topic":"{}","words":["a","b"]}})", topic) + "\n";
  EXPECT_THAT(train("b.jsonl", topics, "--label-field topic").err, HasSubstr("labels: x 1, y 1"));
  const std::string summary = R"({"text":"It rained. All fled.","summary":"All fled.","words":["all","fled"]})";
  EXPECT_THAT(train("c.jsonl", summary + "\n").err, HasSubstr("sentences: 2"));
}

TEST_F(DetectTest, ALabelNestedDeepIsABadRow) {
  const std::string deep = "{\"text\":\"a\",\"label\":" + std::string(300'000, '[') + std::string(300'000, ']') + "}\n";
  expect_refused(train("deep.jsonl", deep), 3, "line 1: not JSON");
}

TEST_F(DetectTest, SummariesInJsonOrAColumnAreForASummarizer) {
  const std::string text = "It rained. The river rose. Nobody was hurt.";
  EXPECT_THAT(train("a.jsonl", R"({"text":")" + text + R"(","summary":"The river rose."})" + "\n").err,
              HasSubstr("sentences: 3"));
  EXPECT_THAT(train("a.csv", "text,summary\n\"" + text + "\",The river rose.\n").err, HasSubstr("sentences: 3"));
}

TEST_F(DetectTest, AFormThatIsNamedNamesItsTask) {
  EXPECT_THAT(train("words.txt", "我 喜欢 北京\n", "--format words").err, HasSubstr("words: 3"));
}

TEST_F(DetectTest, OfAPipeNothingIsLostByLooking) {
  write_file(place_ / "rows.jsonl", small_corpus(2000));
  const Outcome done = place_.run("train <(cat rows.jsonl) -o model.recura --epochs 1 --dev-share 0");
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.err, HasSubstr("2000 rows to train on"));
}

}  // namespace
}  // namespace recura
