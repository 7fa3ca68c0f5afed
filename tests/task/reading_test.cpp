#include "task/summarise/write/reading.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "text/bytes.h"
#include "text/sentences.h"

namespace recura {
namespace {

class ReadingTest : public testing::Test {
 protected:
  /// The tokens that are read of a text of sentences of 3, 4 and 2 tokens, a blank between them.
  std::string read(const std::vector<double>& scores, std::size_t most) const {
    const std::string text = "One two. Three four five. Six.";
    const Tokenizer tokenizer{TextRule{}};
    std::string joined;
    const std::vector<Token> tokens = tokenizer.cut(text);
    for (const std::size_t place : chosen_tokens(tokens, cut_sentences(text), scores, most))
      joined += (joined.empty() ? "" : " ") + std::string(bytes_of(text, tokens[place]));
    return joined;
  }
};

TEST_F(ReadingTest, TheBestSentencesComeInTheTextsOrder) {
  EXPECT_EQ(read({0.1, 0.9, 0.5}, 6), "Three four five . Six .");
  EXPECT_EQ(read({0.1, 0.5, 0.9}, 6), "Three four five . Six .");
  EXPECT_EQ(read({0.1, 0.5, 0.9}, 9), "One two . Three four five . Six .");
}

TEST_F(ReadingTest, ASentenceThatDoesNotFitIsPassedOver) {
  EXPECT_EQ(read({0.1, 0.5, 0.9}, 5), "One two . Six .");
  EXPECT_EQ(read({0.9, 0.5, 0.1}, 6), "One two . Six .");
}

TEST_F(ReadingTest, OfEqualsTheFirstIsRead) { EXPECT_EQ(read({0.5, 0.5, 0.5}, 3), "One two ."); }

TEST_F(ReadingTest, OfOneThatCanNeverFitTheBeginningIsRead) {
  EXPECT_EQ(read({0.1, 0.9, 0.5}, 1), "Three");
  EXPECT_EQ(read({0.1, 0.9, 0.5}, 3), "Three four five");
  EXPECT_EQ(read({0.1, 0.5, 0.9}, 3), "Three Six .");
  EXPECT_TRUE(chosen_tokens({}, {}, {}, 5).empty());
}

}  // namespace
}  // namespace recura
