#include "data/tagged/joined_text.h"

#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include "text/utf8.h"

namespace recura {
namespace {

bool is_written_without_blanks(UChar32 c) {
  if (c < 0x2E80) return false;
  const bool is_form = (c >= 0x3000 && c <= 0x303F) || (c >= 0x30A0 && c <= 0x30FF) || (c >= 0xFE30 && c <= 0xFE4F) ||
                       (c >= 0xFF00 && c <= 0xFFEF);
  return is_form || uscript_hasScript(c, USCRIPT_HAN) || uscript_hasScript(c, USCRIPT_HIRAGANA) ||
         uscript_hasScript(c, USCRIPT_KATAKANA);
}

UChar32 first_character(std::string_view word) {
  UChar32 c = 0;
  U8_GET(reinterpret_cast<const std::uint8_t*>(word.data()), 0, 0, static_cast<std::int32_t>(word.size()), c);
  return c;
}

UChar32 last_character(std::string_view word) {
  auto at = static_cast<std::int32_t>(word.size());
  UChar32 c = 0;
  U8_PREV(reinterpret_cast<const std::uint8_t*>(word.data()), 0, at, c);  // NOLINT(bugprone-inc-dec-in-conditions)
  return c;
}

}  // namespace

TaggedText join_words(std::span<const std::string_view> words, bool blanks) {
  TaggedText joined;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (blanks && i > 0 && !is_written_without_blanks(last_character(words[i - 1])) &&
        !is_written_without_blanks(first_character(words[i])))
      joined.text += ' ';
    joined.tokens.push_back({joined.text.size(), joined.text.size() + words[i].size()});
    joined.text += words[i];
  }
  return joined;
}

void CharacterFinder::add(std::string_view word) {
  ++words_;
  long_words_ += utf8_length(word) < word.size() ? 1 : 0;
  cjk_ += is_written_without_blanks(first_character(word)) ? 1 : 0;
}

bool CharacterFinder::found() const {
  constexpr std::int64_t kOneIn = 20;
  return long_words_ * kOneIn < words_ && cjk_ > 0;
}

}  // namespace recura
