#include "text/offsets.h"

#include <array>

#include "base/error.h"

namespace recura {
namespace {

constexpr std::array<std::string_view, 3> kUnits{"code points", "bytes", "UTF-16 units"};  // in the order of the enum

/// Bytes of the character that begins with `lead`.
std::size_t length(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

std::size_t width(std::size_t bytes, OffsetUnit unit) {
  if (unit == OffsetUnit::bytes) return bytes;
  return unit == OffsetUnit::utf16 && bytes == 4 ? 2 : 1;
}

}  // namespace

std::vector<std::size_t> convert_offsets(std::string_view text, std::span<const std::size_t> ascending, OffsetUnit from,
                                         OffsetUnit to) {
  std::vector<std::size_t> converted;
  converted.reserve(ascending.size());
  std::size_t at = 0, in = 0, out = 0;  // one place in bytes, in `from` and in `to`
  for (const std::size_t offset : ascending) {
    while (in < offset && at < text.size()) {
      const std::size_t bytes = length(text[at]);
      at += bytes;
      in += width(bytes, from);
      out += width(bytes, to);
    }
    if (in != offset) {
      throw ArgumentError("offset {} in {}: expected one of a text of {} bytes, between its characters, and ascending",
                          offset, kUnits[static_cast<std::size_t>(from)], text.size());
    }
    converted.push_back(out);
  }
  return converted;
}

}  // namespace recura
