#include <gtest/gtest.h>
#include <recura/classifier.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

namespace recura {
namespace {

/// Words that say nothing, and one that decides, anywhere among them.
std::string text_of(std::mt19937& random, const std::string& deciding) {
  const char* const filler[] = {"the", "film", "was", "shown", "on", "a", "day", "in", "town", "once"};
  std::string text;
  const auto place = random() % 8;
  for (unsigned i = 0; i < 8; ++i) text += (text.empty() ? "" : " ") + (i == place ? deciding : filler[random() % 10]);
  return text;
}

class ExplainTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const auto path = std::filesystem::temp_directory_path() / ("recura_explain" + std::to_string(::getpid()) + ".tsv");
    {
      std::ofstream file(path);
      file << "text\tlabel\n";
      std::mt19937 random(1);
      for (int row = 0; row < 400; ++row)
        file << text_of(random, row % 2 == 0 ? "lovely" : "dreadful") << '\t' << (row % 2 == 0 ? "pos" : "neg") << '\n';
    }
    TrainOptions options;
    options.embedding = options.hidden = 16;
    options.pooling = TrainOptions::Pooling::attention;
    options.epochs = 8;
    options.threads = 1;
    classifier = std::make_unique<Classifier>(Classifier::train(path, options));
    std::filesystem::remove(path);
  }
  static void TearDownTestSuite() { classifier.reset(); }

  static double score(const std::string& text, const std::string& label) {
    for (const auto& [name, probability] : classifier->classify(text).scores)
      if (name == label) return probability;
    return 0;
  }

  static std::unique_ptr<Classifier> classifier;
};

std::unique_ptr<Classifier> ExplainTest::classifier;

std::string without(std::string text, const TokenWeight& token) {
  return text.erase(token.begin, token.end - token.begin);
}

TEST_F(ExplainTest, TheTokenOfTheHighestWeightIsMissedMoreThanAnother) {
  std::mt19937 random(2);
  double best = 0, any = 0;
  for (int i = 0; i < 40; ++i) {
    const std::string text = text_of(random, i % 2 == 0 ? "lovely" : "dreadful");
    const Explanation why = classifier->explain(text);
    ASSERT_EQ(why.tokens.size(), 8);
    const auto strongest = std::ranges::max_element(why.tokens, {}, &TokenWeight::weight);
    best += why.score - score(without(text, *strongest), why.label);
    any += why.score - score(without(text, why.tokens[random() % 8]), why.label);
  }
  EXPECT_GT(best, 2 * any + 4);
}

TEST_F(ExplainTest, AnyLabelCanBeAskedFor) {
  const Explanation why = classifier->explain("a lovely day", "neg");
  EXPECT_EQ(why.label, "neg");
  EXPECT_NEAR(why.score, score("a lovely day", "neg"), 1e-6);
  EXPECT_LT(why.tokens[1].weight, 0);
  EXPECT_GT(why.tokens[1].attention, 0);
  EXPECT_THROW(classifier->explain("a lovely day", "none"), ArgumentError);
  EXPECT_THROW(classifier->explain("\xFF"), DataError);
  EXPECT_TRUE(classifier->explain("").tokens.empty());
}

}  // namespace
}  // namespace recura
