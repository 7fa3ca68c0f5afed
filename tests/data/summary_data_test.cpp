#include "data/summary_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/temporary_folder.h"

namespace recura {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SummaryDataTest : public testing::Test {
 protected:
  SummaryData read(const std::string& name, const std::string& content, const SummaryReadOptions& options = {}) const {
    put(folder_ / name, content);
    return read_summaries(folder_ / name, options);
  }

  std::string problem_of(const std::string& line) const {
    const SummaryData data = read("bad.jsonl", R"({"text":"a","summary":"a"})"
                                               "\n" +
                                                   line + "\n");
    EXPECT_EQ(data.rows.size(), 1u);
    return data.problems.empty() ? "none" : fmt::format("{}: {}", data.problems[0].line, data.problems[0].reason);
  }

  TemporaryFolder folder_;
};

TEST_F(SummaryDataTest, JsonAndTablesGiveTheSameRows) {
  for (const SummaryData& data :
       {read("a.jsonl", R"({"id":1,"text":"a b. c","summary":"c"})"
                        "\n"),
        read("a.csv", "id,text,summary\n1,a b. c,c\n"), read("a.tsv", "text\tsummary\na b. c\tc\n")}) {
    ASSERT_EQ(data.rows.size(), 1u);
    EXPECT_EQ(data.rows[0].text, "a b. c");
    EXPECT_THAT(data.rows[0].summaries, ElementsAre("c"));
    EXPECT_TRUE(data.rows[0].sentences.empty());
  }
}

TEST_F(SummaryDataTest, ARowMayHaveSeveralSummariesInFieldsOfAnyName) {
  SummaryReadOptions options;
  options.summary_field = "titles";
  options.read.text_field = "body";
  const SummaryData data = read("a.jsonl",
                                R"({"body":"a b","titles":["a","b"],"summary":7})"
                                "\n",
                                options);
  EXPECT_THAT(data.rows[0].summaries, ElementsAre("a", "b"));
}

TEST_F(SummaryDataTest, GivenSentencesAreFoundInTheTextAndFlaggedOnesAreASummary) {
  const SummaryData data =
      read("a.jsonl", R"({"text":" One.  Two. One.","sentences":["One.","Two.","One."],"keep":[0,1,true]})"
                      "\n");
  EXPECT_EQ(data.rows[0].sentences, (std::vector<Token>{{1, 5}, {7, 11}, {12, 16}}));
  EXPECT_EQ(data.rows[0].keep, (std::vector<bool>{false, true, true}));
  EXPECT_THAT(data.rows[0].summaries, ElementsAre("Two.\nOne."));
}

TEST_F(SummaryDataTest, ABadRowIsNamedByLineAndReason) {
  EXPECT_THAT(problem_of(R"({"text":"a"})"), HasSubstr("2: no field \"summary\""));
  EXPECT_THAT(problem_of(R"({"text":"a","summary":7})"), HasSubstr("must be a string or an array of strings"));
  EXPECT_THAT(problem_of(R"({"text":"a","summary":["a",7]})"), HasSubstr("must be an array of strings"));
  EXPECT_THAT(problem_of(R"({"text":"a","summary":[]})"), HasSubstr("no field \"summary\""));
  EXPECT_THAT(problem_of(R"({"text":"a b","summary":"a","sentences":["b","a"]})"),
              HasSubstr("number 2 of \"sentences\" is empty or"));
  EXPECT_THAT(problem_of(R"({"text":"a","summary":"a","sentences":"a"})"), HasSubstr("must be an array of strings"));
  EXPECT_THAT(problem_of(R"({"text":"a","summary":"a","sentences":["a"],"keep":[0,1]})"), HasSubstr("2 flags, but 1"));
  EXPECT_THAT(problem_of(R"({"text":"a","summary":"a","sentences":["a"],"keep":[2]})"), HasSubstr("array of 0 and 1"));
  EXPECT_THAT(problem_of(R"({"summary":"a"})"), HasSubstr("no field \"text\""));
}

TEST_F(SummaryDataTest, WithoutAGoodRowOrWhereNoneMayBeSkippedTheFileIsRefused) {
  EXPECT_THROW(read("a.jsonl", ""), DataError);
  EXPECT_THROW(read("a.jsonl", R"({"text":"a"})"
                               "\n"),
               DataError);
  SummaryReadOptions strict;
  strict.read.skip_bad_rows = false;
  EXPECT_THROW(read("a.jsonl",
                    R"({"text":"a","summary":"a"})"
                    "\n{}\n",
                    strict),
               DataError);
}

}  // namespace
}  // namespace recura
