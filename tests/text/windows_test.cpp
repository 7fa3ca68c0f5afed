#include "text/windows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "text/encoder.h"

namespace recura {
namespace {

using Windows = std::vector<TokenWindow>;

TEST(WindowsTest, OverlapByAQuarterAndTheLastOneMayBeShorter) {
  EXPECT_EQ(cut_windows(20, 8), (Windows{{0, 8}, {6, 14}, {12, 20}}));
  EXPECT_EQ(cut_windows(21, 8), (Windows{{0, 8}, {6, 14}, {12, 20}, {18, 21}}));
  EXPECT_EQ(cut_windows(3, 1), (Windows{{0, 1}, {1, 2}, {2, 3}}));
}

TEST(WindowsTest, ATextThatIsNotLongerIsOneWindow) {
  EXPECT_EQ(cut_windows(8, 8), (Windows{{0, 8}}));
  EXPECT_EQ(cut_windows(0, 8), (Windows{{0, 0}}));
  EXPECT_EQ(cut_windows(100, 0), (Windows{{0, 100}}));
}

TEST(WindowsTest, CoverEveryTokenAndEachAddsMoreThanTheOverlap) {
  for (std::int64_t length = 1; length <= 13; ++length) {
    for (std::int64_t tokens = 0; tokens <= 60; ++tokens) {
      const Windows windows = cut_windows(tokens, length);
      EXPECT_EQ(windows.front().begin, 0);
      EXPECT_EQ(windows.back().end, tokens);
      for (std::size_t i = 1; i < windows.size(); ++i) {
        EXPECT_EQ(windows[i - 1].length(), length);
        EXPECT_EQ(windows[i].begin, windows[i - 1].end - length / 4);
        EXPECT_GT(windows[i].length(), length / 4);
      }
    }
  }
}

TEST(WindowsTest, AnEncoderReadsAllOfALongTextAtOnceOrTokenByToken) {
  const std::string text = "<b>A b</b> c 中文\u0301 zz a";
  const TextEncoder encoder({.drop_html = true}, Vocabulary({"a", "b", "c", "中"}), 3, Keep::windows);
  EXPECT_EQ(encoder.pieces(), TextPieces{3});
  EXPECT_EQ(TextEncoder({}, {}, 3, Keep::both).pieces(), TextPieces{});
  const EncodedText encoded = encoder.encode(text);
  EXPECT_EQ(encoded.ids, (std::vector<std::int32_t>{1, 2, 3, 4, 0, 0, 1}));
  EXPECT_EQ(encoded.dropped, 0);
  std::vector<std::int32_t> ids;
  encoder.each_id(text, [&](std::int32_t id) { ids.push_back(id); });
  EXPECT_EQ(ids, encoded.ids);
}

}  // namespace
}  // namespace recura
