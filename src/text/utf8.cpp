#include "text/utf8.h"

#include <algorithm>

namespace recura {
namespace {

struct Sequence {
  std::size_t length = 0;  // 0: no sequence begins so
  unsigned char second_from = 0x80, second_to = 0xBF;
};

/// What may follow a first byte: table 3-7 of the standard.
Sequence sequence(unsigned char first) {
  if (first < 0x80) return {1};
  if (first < 0xC2) return {};
  if (first < 0xE0) return {2};
  if (first == 0xE0) return {3, 0xA0, 0xBF};
  if (first == 0xED) return {3, 0x80, 0x9F};
  if (first < 0xF0) return {3};
  if (first == 0xF0) return {4, 0x90, 0xBF};
  if (first < 0xF4) return {4};
  if (first == 0xF4) return {4, 0x80, 0x8F};
  return {};
}

}  // namespace

std::size_t utf8_length(std::string_view text, std::size_t* bad) {
  const Sequence expected = sequence(static_cast<unsigned char>(text[0]));
  std::size_t good = 1;
  for (; good < expected.length && good < text.size(); ++good) {
    const auto byte = static_cast<unsigned char>(text[good]);
    const bool fits = good == 1 ? byte >= expected.second_from && byte <= expected.second_to : (byte & 0xC0) == 0x80;
    if (!fits) break;
  }
  if (expected.length > 0 && good == expected.length) return good;
  if (bad != nullptr) *bad = good;
  return 0;
}

std::optional<BadUtf8> find_bad_utf8(std::string_view text) {
  BadUtf8 place;
  while (place.offset < text.size()) {
    const std::size_t length = utf8_length(text.substr(place.offset));
    if (length == 0) return place;
    const bool new_line = text[place.offset] == '\n';
    place.line += new_line ? 1 : 0;
    place.column = new_line ? 1 : place.column + 1;
    place.offset += length;
  }
  return std::nullopt;
}

std::string replace_bad_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    std::size_t bad = 0;
    const std::size_t length = utf8_length(text, &bad);
    result += length > 0 ? text.substr(0, length) : std::string_view("\xEF\xBF\xBD");
    text.remove_prefix(length > 0 ? length : bad);
  }
  return result;
}

std::string cut_short(std::string_view text, std::size_t most) {
  std::size_t end = 0;
  for (std::size_t count = 0; end < text.size(); ++end) {
    const bool begins = (text[end] & 0xC0) != 0x80;
    if (begins && ++count > most) return std::string(text.substr(0, end)) + "…";
  }
  return std::string(text);
}

std::size_t count_code_points(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace recura
