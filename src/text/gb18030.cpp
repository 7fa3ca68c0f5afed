#include "text/gb18030.h"

#include "text/utf8.h"

namespace recura {
namespace {

/// Whether less is broken than whole, of what takes three bytes and more: a slip in Chinese that is UTF-8.
bool is_mostly_utf8(std::string_view text) {
  std::size_t whole = 0, broken = 0, bad = 0;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text, &bad);
    whole += length > 2 ? 1 : 0;
    broken += length == 0 ? 1 : 0;
    text.remove_prefix(length > 0 ? length : bad);
  }
  return broken <= whole;
}

/// All bytes pair up, most of them with a second one that is no letter of ASCII, as in the characters that are used
/// most: in Latin-1 accents stand alone among letters.
bool pairs_up(std::string_view text) {
  const auto is_between = [&](std::size_t at, unsigned char from, unsigned char to) {
    const auto byte = static_cast<unsigned char>(at < text.size() ? text[at] : 0);
    return byte >= from && byte <= to;
  };
  std::size_t pairs = 0, high = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (is_between(at, 0, 0x7F)) {
      ++at;
      continue;
    }
    const bool has_four =
        is_between(at + 1, '0', '9') && is_between(at + 2, 0x81, 0xFE) && is_between(at + 3, '0', '9');
    const bool has_two = is_between(at + 1, 0x40, 0xFE) && !is_between(at + 1, 0x7F, 0x7F);
    if (!is_between(at, 0x81, 0xFE) || (!has_four && !has_two)) return false;
    ++pairs;
    high += is_between(at + 1, 0x80, 0xFE) ? 1 : 0;
    at += has_four ? 4 : 2;
  }
  return high * 2 > pairs;
}

}  // namespace

std::string gb18030_hint(std::string_view text) {
  const bool fits = !is_mostly_utf8(text) && pairs_up(text);
  return fits ? "; if it is GB18030: iconv -f GB18030 -t UTF-8 FILE" : "";
}

}  // namespace recura
