#include "text/gb18030.h"

#include <gtest/gtest.h>

namespace recura {
namespace {

TEST(Gb18030Test, WayOfConvertingIsToldWhereBytesPairUp) {
  const std::string hint = "; if it is GB18030: iconv -f GB18030 -t UTF-8 FILE";
  for (const std::string text : {
           "\xB5\xE7\xD3\xB0",  // 电影
           "a,\xB5\xE7 \xD3\xB0\xA3\xAC"
           "b",                                         // with ASCII and a comma of full width
           "\xE9\x46\xD3\xB0\xD4\xBA",                  // the first one of GBK alone
           "\xD6\xD0\x95\x32\x82\x36\xB9\xFA\xD6\xD0",  // with four bytes
       })
    EXPECT_EQ(gb18030_hint(text), hint) << text;
}

TEST(Gb18030Test, NothingIsToldOfOtherBytes) {
  for (const std::string text : {
           "d\xE9j\xE0 vu",
           "caf\xE9s",
           "\xFF",
           "a\xFF\xFE",
           "\xB5",  // Latin-1, or nothing at all
           "你好\xE4\xBD",
           "你好 \xE4\xBD 你好",
           "\xE4\xBD 你好",  // UTF-8 with a slip
           "你好",
           "abc",
           "",
       })
    EXPECT_EQ(gb18030_hint(text), "") << text;
}

}  // namespace
}  // namespace recura
