#include "base/checksum.h"

#include <gtest/gtest.h>

#include <string_view>

namespace recura {
namespace {

std::string hex_of(std::string_view text) {
  Checksum checksum;
  checksum.add(std::as_bytes(std::span(text)));
  return to_hex(checksum.value());
}

TEST(ChecksumTest, IsXxh3Of128Bits) {
  EXPECT_EQ(hex_of(""), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(hex_of("a"), "a96faf705af16834e6c632b61e964e1f");
  EXPECT_EQ(hex_of("abc"), "06b05ab6733a618578af5f94892f3950");
}

TEST(ChecksumTest, DoesNotDependOnWhereTheBytesAreCut) {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += static_cast<char>(i * 31);
  const auto bytes = std::as_bytes(std::span(text));
  for (const std::size_t piece : {1u, 7u, 64u, 255u, 256u, 257u, 1999u}) {
    Checksum checksum;
    for (std::size_t at = 0; at < bytes.size(); at += piece)
      checksum.add(bytes.subspan(at, std::min(piece, bytes.size() - at)));
    EXPECT_EQ(to_hex(checksum.value()), hex_of(text)) << piece;
  }
}

TEST(ChecksumTest, MayBeReadOnTheWay) {
  Checksum checksum;
  checksum.add(std::as_bytes(std::span(std::string_view("a"))));
  EXPECT_EQ(to_hex(checksum.value()), hex_of("a"));
  checksum.add(std::as_bytes(std::span(std::string_view("bc"))));
  EXPECT_EQ(to_hex(checksum.value()), hex_of("abc"));
}

}  // namespace
}  // namespace recura
