#pragma once

#include <cstddef>
#include <string_view>

namespace recura {

/// How many bytes of well-formed UTF-8 a text begins with: read by the value of each code point, without tables, to
/// hold the library's reader against.
inline std::size_t plain_utf8_prefix(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(bytes[i])); };
  std::size_t at = 0;
  while (at < bytes.size()) {
    const unsigned first = byte(at);
    const std::size_t length = first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0;
    if (length == 0 || at + length > bytes.size()) return at;
    unsigned value = length == 1 ? first : first & (0xFFU >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) {
      if (byte(at + k) >> 6 != 2) return at;
      value = value << 6 | (byte(at + k) & 0x3F);
    }
    constexpr unsigned kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < kLeast[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return at;
    at += length;
  }
  return at;
}

}  // namespace recura
