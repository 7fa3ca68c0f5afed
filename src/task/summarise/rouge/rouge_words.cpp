#include "task/summarise/rouge/rouge_words.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>

#include "task/summarise/rouge/stem.h"

namespace recura {
namespace {

bool is_word_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

enum class Letter { none, word, character };

/// What a small letter beyond ASCII is.
Letter kind_of(UChar32 c) {
  if (!u_hasBinaryProperty(c, UCHAR_ALPHABETIC)) return Letter::none;
  UErrorCode status = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(c, &status);
  if (script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA) return Letter::character;
  return script == USCRIPT_LATIN || script == USCRIPT_COMMON || script == USCRIPT_INHERITED ? Letter::none
                                                                                            : Letter::word;
}

/// Puts the words of a text together, one code point after the other.
class WordMaker {
 public:
  explicit WordMaker(bool stem) : stem_(stem) {}

  void add(UChar32 c) {
    if (c < 0x80 && !is_word_letter(static_cast<char>(c))) return end();
    if (c < 0x80) return word_.push_back(static_cast<char>(c));
    const Letter kind = kind_of(c);
    if (kind != Letter::word) end();
    if (kind != Letter::none) append(c);
    if (kind == Letter::character) end();
  }
  void end() {
    const bool stems = stem_ && word_.size() > 3 && std::ranges::all_of(word_, is_word_letter);
    if (!word_.empty()) words_.push_back(stems ? porter_stem(word_) : word_);
    word_.clear();
  }
  std::vector<std::string> take() { return std::move(words_); }

 private:
  void append(UChar32 c) {
    std::array<char, U8_MAX_LENGTH> bytes{};
    std::size_t size = 0;
    U8_APPEND_UNSAFE(bytes.data(), size, c);
    word_.append(bytes.data(), size);
  }

  bool stem_;
  std::string word_;
  std::vector<std::string> words_;
};

}  // namespace

std::vector<std::string> rouge_words(std::string_view text, bool stem) {
  constexpr UChar32 kDottedI = 0x130;  // its small form is an i with a dot above, which is no letter
  WordMaker words(stem);
  for (std::size_t at = 0; at < text.size();) {
    UChar32 c = 0;
    U8_NEXT(text.data(), at, text.size(), c);  // NOLINT(bugprone-inc-dec-in-conditions): so the macro is written
    words.add(c == kDottedI ? 'i' : u_tolower(c));
    if (c == kDottedI) words.end();
  }
  words.end();
  return words.take();
}

}  // namespace recura
