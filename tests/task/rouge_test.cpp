#include "task/summarise/rouge/rouge.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/random.h"
#include "task/summarise/rouge/common_words.h"
#include "task/summarise/rouge/rouge_words.h"
#include "task/summarise/rouge/stem.h"

namespace recura {
namespace {

using Json = nlohmann::json;
using Strings = std::vector<std::string>;

const Json& golden() {
  static const Json json = Json::parse(std::ifstream(RECURA_GOLDEN_DIR "/rouge.json"));
  return json;
}

void expect_equal(const RougeScores& scores, const Json& expected, const Json& pair) {
  const PrecisionRecall kinds[] = {scores.rouge1, scores.rouge2, scores.rouge_l, scores.rouge_lsum};
  for (std::size_t kind = 0; kind < std::size(kinds); ++kind) {
    EXPECT_NEAR(kinds[kind].precision, expected[kind][0], 1e-6) << kind << pair;
    EXPECT_NEAR(kinds[kind].recall, expected[kind][1], 1e-6) << kind << pair;
    EXPECT_NEAR(kinds[kind].f1, expected[kind][2], 1e-6) << kind << pair;
  }
}

TEST(RougeTest, EqualsTheRougeScorePackageOn500EnglishPairs) {
  ASSERT_EQ(golden()["pairs"].size(), 500u);
  for (const Json& pair : golden()["pairs"]) {
    const std::string reference = pair["reference"], predicted = pair["predicted"];
    expect_equal(rouge(reference, predicted), pair["plain"], pair);
    expect_equal(rouge(reference, predicted, {.stem = true}), pair["stemmed"], pair);
  }
}

TEST(RougeTest, StemsAreThoseOfThePackage) {
  ASSERT_GT(golden()["stems"].size(), 500u);
  for (const Json& word : golden()["stems"])
    EXPECT_EQ(porter_stem(word[0].get<std::string>()), word[1].get<std::string>()) << word;
}

TEST(RougeTest, ChineseCountsByCharacterAndOtherScriptsByWord) {
  EXPECT_EQ(rouge_words("紫峰大厦，1.75亿 Yuan"), (Strings{"紫", "峰", "大", "厦", "1", "75", "亿", "yuan"}));
  EXPECT_EQ(rouge_words("Привет, МИР カナ"), (Strings{"привет", "мир", "カ", "ナ"}));
  const RougeScores scores = rouge("今天很冷", "今天不冷。");
  EXPECT_DOUBLE_EQ(scores.rouge1.f1, 0.75);
  EXPECT_DOUBLE_EQ(scores.rouge2.f1, 1.0 / 3);
  EXPECT_DOUBLE_EQ(scores.rouge_l.f1, 0.75);
}

TEST(RougeTest, OfSeveralReferencesTheBestCountsForEachKindAlone) {
  const Strings references{"a b x y", "b a c d"};
  const RougeScores scores = rouge(references, "a b c d");
  EXPECT_DOUBLE_EQ(scores.rouge1.f1, 1);
  EXPECT_DOUBLE_EQ(scores.rouge_l.f1, 0.75);
  EXPECT_THROW(rouge(Strings{}, "a"), ArgumentError);
}

TEST(RougeTest, LongestCommonSubsequencesOfManyWordsAreThoseOfTheTable) {
  std::string one, two;
  std::vector<int> a, b;
  for (int i = 0; i < 700; ++i) {
    a.push_back(i * i % 11), b.push_back(i * i * i % 13);
    one += std::to_string(a.back()) + " ", two += std::to_string(b.back()) + " ";
  }
  std::vector<std::vector<int>> table(a.size() + 1, std::vector<int>(b.size() + 1));
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j)
      table[i][j] = a[i - 1] == b[j - 1] ? table[i - 1][j - 1] + 1 : std::max(table[i - 1][j], table[i][j - 1]);
  }
  EXPECT_DOUBLE_EQ(rouge(one, two).rouge_l.recall, table.back().back() / 700.0);
}

using Ids = std::vector<std::int32_t>;

Ids random_words(Rng& rng, std::uint32_t most, std::uint32_t forms) {
  Ids words(rng.next() % most);
  for (std::int32_t& word : words) word = static_cast<std::int32_t>(rng.next() % forms);
  return words;
}

/// The words of `line` that the package marks, by the whole table of lengths.
std::vector<bool> marked_by_table(const Ids& line, const Ids& other) {
  std::vector<std::vector<int>> table(line.size() + 1, std::vector<int>(other.size() + 1));
  for (std::size_t i = 1; i <= line.size(); ++i) {
    for (std::size_t j = 1; j <= other.size(); ++j)
      table[i][j] = line[i - 1] == other[j - 1] ? table[i - 1][j - 1] + 1 : std::max(table[i - 1][j], table[i][j - 1]);
  }
  std::vector<bool> marked(line.size());
  for (std::size_t i = line.size(), j = other.size(); i > 0 && j > 0;) {
    if (line[i - 1] == other[j - 1]) {
      marked[--i] = true;
      --j;
    } else if (table[i][j - 1] > table[i - 1][j]) {
      --j;
    } else {
      --i;
    }
  }
  return marked;
}

TEST(RougeTest, OfSeveralCommonSubsequencesTheOneOfTheTableIsMarked) {
  Rng rng(3);
  for (int round = 0; round < 2'000; ++round) {
    const std::uint32_t most = round % 10 == 0 ? 300 : 30, forms = round % 2 == 0 ? 4 : 40;
    const Ids line = random_words(rng, most, forms), other = random_words(rng, most, forms);
    std::vector<bool> marked(line.size());
    CommonWords(other).mark(line, marked);
    ASSERT_EQ(marked, marked_by_table(line, other)) << round;
  }
}

TEST(RougeTest, LongLinesNeedNoTableOfAllTheirWords) {
  // A byte for each word of the one with each of the other would be 2.5 GB.
  std::string one, two;
  for (int i = 0; i < 50'000; ++i) {
    one += "a" + std::to_string(i) + " ";
    two += (i % 2 == 0 ? "a" : "b") + std::to_string(i) + " ";
  }
  EXPECT_DOUBLE_EQ(rouge(one, two).rouge_lsum.f1, 0.5);
}

TEST(RougeTest, TheReportHasMeansAndIntervalsAroundThem) {
  std::vector<RougeScores> scores(200);
  for (std::size_t i = 0; i < scores.size(); ++i) scores[i].rouge1.f1 = i % 2 == 0 ? 0.2 : 0.6;
  const RougeReport report = rouge_report(scores);
  EXPECT_EQ(report.texts, 200);
  EXPECT_NEAR(report.mean.rouge1.f1, 0.4, 1e-12);
  EXPECT_NEAR(report.rouge1.low, 0.4 - 1.96 * 0.2 / std::sqrt(200.0), 0.01);
  EXPECT_NEAR(report.rouge1.high, 0.4 + 1.96 * 0.2 / std::sqrt(200.0), 0.01);
  EXPECT_EQ(report.rouge2.high, 0);
  EXPECT_EQ(rouge_report({}).mean.rouge1.f1, 0);
}

}  // namespace
}  // namespace recura
