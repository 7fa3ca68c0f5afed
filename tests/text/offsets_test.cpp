#include "text/offsets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/error.h"
#include "base/random.h"

namespace recura {
namespace {

using testing::ElementsAre;

constexpr OffsetUnit kCodePoints = OffsetUnit::code_points, kBytes = OffsetUnit::bytes, kUtf16 = OffsetUnit::utf16;

std::string utf8(std::u32string_view text) {
  std::string bytes;
  for (const char32_t c : text) {
    const auto tail = [&](int shift) { bytes += static_cast<char>(0x80 | (c >> shift & 0x3F)); };
    if (c < 0x80) {
      bytes += static_cast<char>(c);
    } else if (c < 0x800) {
      bytes += static_cast<char>(0xC0 | c >> 6), tail(0);
    } else if (c < 0x10000) {
      bytes += static_cast<char>(0xE0 | c >> 12), tail(6), tail(0);
    } else {
      bytes += static_cast<char>(0xF0 | c >> 18), tail(12), tail(6), tail(0);
    }
  }
  return bytes;
}

std::u16string utf16(std::u32string_view text) {
  std::u16string units;
  for (const char32_t c : text) {
    if (c >= 0x10000) units += static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10));
    units += static_cast<char16_t>(c < 0x10000 ? c : 0xDC00 + (c & 0x3FF));
  }
  return units;
}

/// Of any plane, half of them of the first, and of these half in ASCII.
char32_t random_character(Rng& rng) {
  const auto plane = static_cast<char32_t>(rng.below(2) == 0 ? 0 : rng.below(17));
  const auto c = static_cast<char32_t>(rng.below(plane == 0 && rng.below(2) == 0 ? 0x80 : 0x10000));
  const bool surrogate = plane == 0 && c >= 0xD800 && c < 0xE000;
  return surrogate ? U'\u00E9' : plane << 16 | c;
}

TEST(OffsetsTest, InEachUnitTheyCutOutTheSameTextOfStringsFromAllPlanes) {
  Rng rng(11);
  for (int round = 0; round < 100'000; ++round) {
    std::u32string text;
    for (std::uint64_t left = rng.below(12); left > 0; --left) text += random_character(rng);
    std::vector<std::size_t> ends;
    for (int i = 0; i < 6; ++i) ends.push_back(rng.below(text.size() + 1));
    std::ranges::sort(ends);
    const std::string bytes = utf8(text);
    const std::u16string units = utf16(text);
    const auto in_bytes = convert_offsets(bytes, ends, kCodePoints, kBytes);
    const auto in_units = convert_offsets(bytes, in_bytes, kBytes, kUtf16);
    ASSERT_EQ(convert_offsets(bytes, in_bytes, kBytes, kCodePoints), ends) << bytes;
    ASSERT_EQ(convert_offsets(bytes, in_units, kUtf16, kBytes), in_bytes) << bytes;
    for (std::size_t i = 0; i < ends.size(); i += 2) {
      const std::u32string piece = text.substr(ends[i], ends[i + 1] - ends[i]);
      ASSERT_EQ(bytes.substr(in_bytes[i], in_bytes[i + 1] - in_bytes[i]), utf8(piece)) << bytes;
      ASSERT_EQ(units.substr(in_units[i], in_units[i + 1] - in_units[i]), utf16(piece)) << bytes;
    }
  }
}

TEST(OffsetsTest, EmojiCombiningMarksAndLineEndsCountAsTheirCodePoints) {
  const std::string text = "é\r\n👩‍🚀e\u0301é";  // the astronaut is three code points
  const std::vector<std::size_t> bytes{0, 2, 3, 4, 8, 11, 15, 16, 18, 20};
  EXPECT_THAT(convert_offsets(text, bytes, kBytes, kCodePoints), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_THAT(convert_offsets(text, bytes, kBytes, kUtf16), ElementsAre(0, 1, 2, 3, 5, 6, 8, 9, 10, 11));
  EXPECT_EQ(convert_offsets(text, bytes, kBytes, kBytes), bytes);
}

TEST(OffsetsTest, OffsetsThatAreNoneAreRefused) {
  const std::string text = "a👩b";
  const auto refused = [&](std::vector<std::size_t> offsets, OffsetUnit from) {
    EXPECT_THROW(convert_offsets(text, offsets, from, OffsetUnit::code_points), ArgumentError);
  };
  refused({2}, kBytes);       // inside
  refused({2}, kUtf16);       // between two surrogates
  refused({7}, kBytes);       // beyond
  refused({4}, kCodePoints);  // beyond
  refused({5, 1}, kBytes);    // descending
  EXPECT_THAT(convert_offsets(text, std::vector<std::size_t>{6, 6}, kBytes, kUtf16), ElementsAre(4, 4));
  EXPECT_TRUE(convert_offsets("", {}, kBytes, kUtf16).empty());
}

}  // namespace
}  // namespace recura
