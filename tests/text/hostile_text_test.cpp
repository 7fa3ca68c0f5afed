#include <gtest/gtest.h>
#include <malloc.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <new>

#include "base/random.h"
#include "text/encoder.h"
#include "text/offsets.h"
#include "text/plain_utf8.h"
#include "text/sentences.h"
#include "text/utf8.h"

#ifdef RECURA_SANITIZED
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;

namespace {

std::atomic<std::size_t> g_held = 0, g_most = 0;

}  // namespace

// All memory that C++ asks for is counted: what is held, and the most of it.
void* operator new(std::size_t size) {
  void* const memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  const std::size_t held = g_held += malloc_usable_size(memory);
  if (held > g_most) g_most = held;
  return memory;
}
void operator delete(void* memory) noexcept {
  g_held -= malloc_usable_size(memory);
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }
#endif

namespace recura {
namespace {

/// The bytes that `run` holds at most, beyond what was held before.
template <typename Run>
std::size_t most_memory(const Run& run) {
#ifdef RECURA_SANITIZED
  run();
  return 0;
#else
  const std::size_t before = g_held;
  g_most = before;
  run();
  return g_most - before;
#endif
}

/// Whether the library finds in bytes what a reader without tables finds.
bool reads_alike(std::string_view bytes) {
  const auto bad = find_bad_utf8(bytes);
  const std::size_t good = plain_utf8_prefix(bytes);
  return (bad ? bad->offset : bytes.size()) == good;
}

TEST(HostileTextTest, AllStringsOfOneTwoAndThreeBytesAreReadAsByAReaderWithoutTables) {
  constexpr std::uint32_t kEvery = kSanitized ? 251 : 1;  // a prime, so that all values of each byte occur
  for (std::uint32_t number = 0; number < 1U << 24; number += kEvery) {
    const std::array<char, 3> bytes{static_cast<char>(number >> 16), static_cast<char>(number >> 8),
                                    static_cast<char>(number)};
    const std::string_view three(bytes.data(), bytes.size());
    ASSERT_TRUE(reads_alike(three)) << number;
    if ((number & 0xFF) < kEvery) {
      ASSERT_TRUE(reads_alike(three.substr(0, 2)) && reads_alike(three.substr(0, 1))) << number;
    }
  }
}

TEST(HostileTextTest, OfStringsOfThreeBytesNothingBadIsLeftWhenMended) {
  for (std::uint32_t number = 0; number < 1U << 24; number += 251) {
    const std::string three{static_cast<char>(number >> 16), static_cast<char>(number >> 8), static_cast<char>(number)};
    for (const std::string& text : {three, three + "\x80", "a" + three + "b"}) {
      const std::string mended = replace_bad_utf8(text);
      ASSERT_EQ(plain_utf8_prefix(mended), mended.size()) << number;
      if (plain_utf8_prefix(text) == text.size()) {
        ASSERT_EQ(mended, text);
      }
    }
  }
}

/// A text of some size, made of one piece; its tokens; its sentences, or 0 where they are not counted.
struct Hostile {
  const char* name;
  std::string begin, piece;
  std::size_t times, tokens, sentences;
};

void PrintTo(const Hostile& hostile, std::ostream* out) { *out << hostile.name; }

class HostileTextsTest : public testing::TestWithParam<Hostile> {};

std::string text_of(const Hostile& hostile) {
  std::string text = hostile.begin;
  const std::size_t times = kSanitized ? hostile.times / 20 : hostile.times;
  for (std::size_t i = 0; i < times; ++i) text += hostile.piece;
  return text;
}

/// Were any of these read in more than linear time, it would take hours.
TEST_P(HostileTextsTest, AreReadToTheEndWithTheirOffsets) {
  const Hostile& hostile = GetParam();
  const std::string text = text_of(hostile);
  const TextEncoder encoder({.drop_html = true}, {});
  EncodedText read;
  const std::size_t memory = most_memory([&] { read = encoder.encode(text); });
  if (!kSanitized) {
    EXPECT_EQ(read.tokens.size(), hostile.tokens);
    // Beside what a token takes, the text may be copied, and its longest token stand in UTF-16 and normalised.
    EXPECT_LT(memory, 200 * read.tokens.size() + 24 * text.size() + 4096);
  }
  const auto sentences = cut_sentences(text);
  if (!kSanitized && hostile.sentences > 0) {
    EXPECT_EQ(sentences.size(), hostile.sentences);
  }
  std::vector<std::size_t> places;
  for (const Token& token : read.tokens) places.insert(places.end(), {token.begin, token.end});
  const auto units = convert_offsets(text, places, OffsetUnit::bytes, OffsetUnit::utf16);
  EXPECT_EQ(convert_offsets(text, units, OffsetUnit::utf16, OffsetUnit::bytes), places);
}

TEST_P(HostileTextsTest, AreCutIntoSubwordsInOrder) {
  const std::string text = text_of(GetParam());
  const std::vector<std::string> pieces{"\u2581", "w", "ww", "\u2581w", "a", "\u0301", "\u0301\u0301", "."};
  auto subwords = std::make_shared<const Subwords>(pieces, std::vector<float>(pieces.size(), -1));
  const TextEncoder encoder({.unit = Unit::subword}, Vocabulary(pieces), 0, Keep::head, std::move(subwords));
  EncodedText read;
  const std::size_t memory = most_memory([&] { read = encoder.encode(text); });
  // Beside what a token takes, the longest word stands in memory, each of its bytes as a step of the way.
  if (!kSanitized) {
    EXPECT_LT(memory, 200 * read.tokens.size() + (std::size_t{1} << 20));
  }
  std::size_t end = 0;
  for (const Token& token : read.tokens) {
    ASSERT_GE(token.begin, end);
    ASSERT_GE(token.end, token.begin);
    end = token.end;
  }
  EXPECT_LE(end, text.size());
}

INSTANTIATE_TEST_SUITE_P(Every, HostileTextsTest,
                         testing::Values(Hostile{"Words", "", "x ", 1'000'000, 1'000'000, 1},
                                         Hostile{"OneLine", "", "word and ", 1'200'000, 2'400'000, 1},
                                         Hostile{"OneWord", "", "w", 10'000'000, 1, 1},
                                         Hostile{"CombiningMarks", "e", "\u0301", 100'000, 1, 1},
                                         Hostile{"JoinedEmoji", "", "\U0001F469\u200D", 100'000, 1, 1},
                                         Hostile{"Nuls", "a", std::string("\0", 1), 1'000'000, 1, 1},
                                         Hostile{"ByteOrderMarks", "a", "\uFEFF", 300'000, 1, 1},
                                         Hostile{"Turned", "", "\u202Ea\u2066 ", 300'000, 300'001, 1},
                                         Hostile{"Stops", "a", ".", 1'000'000, 1'000'001, 1},
                                         Hostile{"OpenTags", "", "<a ", 1'000'000, 2'000'000, 1},
                                         Hostile{"Abbreviations", "", "Mr. \"J. ", 100'000, 500'000, 1},
                                         Hostile{"LineEnds", "a", "\r\n", 1'000'000, 1, 1},
                                         Hostile{"Ellipses", "", "……", 300'000, 600'000, 1}),
                         [](const auto& info) { return info.param.name; });

TEST(HostileTextTest, ATokenTakesTwoHundredBytesBeforeTheNetworkAtMost) {
  if (kSanitized) GTEST_SKIP() << "memory is the sanitizer's";
  std::string text;
  for (int i = 0; i < 1'000'000; ++i) text += "ab ";
  const TextEncoder encoder({}, {});
  EncodedText read;
  EXPECT_LT(most_memory([&] { read = encoder.encode(text); }), 200U * 1'000'000U);
  EXPECT_EQ(read.ids.size(), 1'000'000U);
  EXPECT_LT(most_memory([&] { cut_sentences(text); }), 200U * 1'000'000U);
}

TEST(HostileTextTest, MarksAndControlsLeaveTheOffsetsOfTheirNeighboursExact) {
  using namespace std::string_view_literals;
  const std::string_view text = "\uFEFFab\0c\u202E d\u0301\u0323 \U0001F469\u200D\U0001F680\uFEFFe"sv;
  std::vector<std::string> words;
  for (const Token& token : Tokenizer({}).cut(text))
    words.emplace_back(text.substr(token.begin, token.end - token.begin));
  EXPECT_EQ(words,
            (std::vector<std::string>{"ab", "c\u202E", "d\u0301\u0323", "\U0001F469\u200D\U0001F680\uFEFF", "e"}));
}

}  // namespace
}  // namespace recura
