#include "task/summarise/select/oracle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "base/error.h"
#include "base/random.h"
#include "task/precision_recall.h"

namespace recura {
namespace {

using Flags = std::vector<bool>;

Flags oracle(const std::vector<std::string_view>& sentences, const std::vector<std::string>& references) {
  return oracle_sentences(sentences, references);
}

TEST(OracleTest, FindsTheSentencesThatAReferenceConsistsOf) {
  EXPECT_EQ(oracle({"The sea is cold.", "The sea is cold today and deep.", "We swim.", "It is cold."},
                   {"It is cold. The sea is cold."}),
            (Flags{true, false, false, true}));
}

TEST(OracleTest, AddsSentencesAsLongAsTheyRaiseRouge) {
  // Alone the first has F1 2 4 / (4 + 6) and 2 3 / (3 + 5); the third beside it adds the words that are left.
  EXPECT_EQ(oracle({"a b c d", "a b x y z", "e f q"}, {"a b c d e f"}), (Flags{true, false, true}));
  EXPECT_EQ(oracle({"x y", "z"}, {"a b"}), (Flags{false, false}));
  EXPECT_EQ(oracle({}, {"a b"}), Flags{});
}

TEST(OracleTest, OfSeveralReferencesTakesTheOneThatIsMetBest) {
  EXPECT_EQ(oracle({"a b c", "d e f"}, {"a x y", "d e f"}), (Flags{false, true}));
  EXPECT_THROW(oracle({"a"}, {}), ArgumentError);
}

/// A word for each letter.
std::string spelt(const std::string& letters) {
  std::string text;
  for (const char letter : letters) text += {letter, ' '};
  return text;
}

std::vector<std::string> grams_of(const std::vector<std::string>& sentences, std::size_t size) {
  std::vector<std::string> grams;
  for (const std::string& one : sentences) {
    for (std::size_t i = 0; i + size <= one.size(); ++i) grams.push_back(one.substr(i, size));
  }
  std::ranges::sort(grams);
  return grams;
}

double f1_of(const std::vector<std::string>& sentences, const std::string& reference, std::size_t size) {
  const std::vector<std::string> given = grams_of(sentences, size), right = grams_of({reference}, size);
  std::vector<std::string> common;
  std::ranges::set_intersection(given, right, std::back_inserter(common));
  return rates(static_cast<double>(common.size()), static_cast<double>(given.size()), static_cast<double>(right.size()))
      .f1;
}

/// The definition: of all sentences the one that raises the sum most, counted anew each time.
Flags greedy_by_definition(const std::vector<std::string>& sentences, const std::string& reference) {
  Flags keep(sentences.size());
  std::vector<std::string> taken;
  for (double score = 0;;) {
    std::size_t best = sentences.size();
    for (std::size_t i = 0; i < sentences.size(); ++i) {
      if (keep[i]) continue;
      taken.push_back(sentences[i]);
      const double with = f1_of(taken, reference, 1) + f1_of(taken, reference, 2);
      if (with > score) best = i, score = with;
      taken.pop_back();
    }
    if (best == sentences.size()) return keep;
    keep[best] = true;
    taken.push_back(sentences[best]);
  }
}

std::string random_letters(Rng& rng, std::uint32_t most, std::uint32_t forms) {
  std::string letters(rng.next() % most, 'a');
  for (char& letter : letters) letter = static_cast<char>('a' + rng.next() % forms);
  return letters;
}

TEST(OracleTest, TakesInEachRoundWhatRaisesTheSumMost) {
  Rng rng(7);
  for (int round = 0; round < 500; ++round) {
    const std::uint32_t forms = round % 2 == 0 ? 4 : 20;
    std::vector<std::string> sentences(rng.next() % 12), texts;
    for (std::string& one : sentences) texts.push_back(spelt(one = random_letters(rng, 9, forms)));
    // Its last word stands in no sentence, so that none make up the whole.
    const std::string reference = random_letters(rng, 30, forms) + "z";
    ASSERT_EQ(oracle({texts.begin(), texts.end()}, {spelt(reference)}), greedy_by_definition(sentences, reference))
        << round;
  }
}

TEST(OracleTest, ALongTextHasItsSentencesInASecond) {
  std::vector<std::string> texts;
  std::string reference = "start";
  for (int i = 0; i < 20'000; ++i) {
    const std::string words = "w" + std::to_string(i) + " v" + std::to_string(i);
    texts.push_back(words + " of the town");
    if (i % 20 == 0) reference += " " + words;
  }
  const Flags keep = oracle({texts.begin(), texts.end()}, {reference});
  for (std::size_t i = 0; i < keep.size(); ++i) ASSERT_EQ(keep[i], i % 20 == 0) << i;
}

}  // namespace
}  // namespace recura
