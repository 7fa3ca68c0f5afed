#include "data/joined_text.h"

#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>

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

UChar32 first_character(const std::string& word) {
  UChar32 c = 0;
  U8_GET(reinterpret_cast<const std::uint8_t*>(word.data()), 0, 0, static_cast<std::int32_t>(word.size()), c);
  return c;
}

UChar32 last_character(const std::string& word) {
  auto at = static_cast<std::int32_t>(word.size());
  UChar32 c = 0;
  U8_PREV(reinterpret_cast<const std::uint8_t*>(word.data()), 0, at, c);  // NOLINT(bugprone-inc-dec-in-conditions)
  return c;
}

bool is_cut_into_characters(std::span<const std::string> words) {
  const auto is_character = [](const std::string& word) { return utf8_length(word) == word.size(); };
  const auto is_cjk = [](const std::string& word) { return is_written_without_blanks(first_character(word)); };
  return std::ranges::all_of(words, is_character) && std::ranges::any_of(words, is_cjk);
}

std::string join(std::span<const std::string> words, bool blanks, std::vector<Token>& places) {
  std::string text;
  const std::string* before = nullptr;
  places.clear();
  for (const std::string& word : words) {
    if (blanks && before != nullptr && !is_written_without_blanks(last_character(*before)) &&
        !is_written_without_blanks(first_character(word)))
      text += ' ';
    places.push_back({text.size(), text.size() + word.size()});
    text += word;
    before = &word;
  }
  return text;
}

}  // namespace

TaggedText join_words(std::span<const std::string> words) {
  TaggedText joined;
  joined.text = join(words, !is_cut_into_characters(words), joined.tokens);
  return joined;
}

std::string join_segmented(std::span<const std::string> words, std::vector<Token>& places) {
  return join(words, true, places);
}

}  // namespace recura
