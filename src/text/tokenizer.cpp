#include "text/tokenizer.h"

#include <unicode/brkiter.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utext.h>
#include <unicode/uversion.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/error.h"
#include "text/bytes.h"
#include "text/utf8.h"

namespace recura {
namespace {

void check(UErrorCode status, const char* what) {
  if (U_FAILURE(status)) throw SystemError("ICU: {} failed: {}", what, u_errorName(status));
}

/// ICU's iterators hold a position, so each thread has its own.
icu::BreakIterator& iterator(Unit unit) {
  const auto make = [](auto create) {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::BreakIterator> made(create(icu::Locale::getRoot(), status));
    check(status, "making a break iterator");
    return made;
  };
  if (unit == Unit::word) {
    thread_local const auto words = make(icu::BreakIterator::createWordInstance);
    return *words;
  }
  thread_local const auto characters = make(icu::BreakIterator::createCharacterInstance);
  return *characters;
}

/// Scripts that write words without spaces and are cut into characters: Han, Hiragana, Katakana.
bool falls_into_characters(UChar32 c) {
  UErrorCode status = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(c, &status);
  return script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA;
}

bool is_separator(UChar32 c) { return c == 0 || c == 0xFEFF || u_isUWhiteSpace(c); }

/// Calls piece(begin, end) for what ICU finds between two boundaries of `text`.
template <typename Piece>
void for_each_piece(Unit unit, std::string_view text, Piece piece) {
  UErrorCode status = U_ZERO_ERROR;
  UText view = UTEXT_INITIALIZER;
  utext_openUTF8(&view, text.data(), static_cast<int64_t>(text.size()), &status);
  const icu::LocalUTextPointer closed_in_the_end(&view);
  icu::BreakIterator& boundaries = iterator(unit);
  boundaries.setText(&view, status);
  check(status, "reading a text");
  for (int32_t begin = boundaries.first(), end = boundaries.next(); end != icu::BreakIterator::DONE;
       end = boundaries.next()) {
    piece(static_cast<std::size_t>(begin), static_cast<std::size_t>(end));
    begin = end;
  }
}

/// One token for each character of a word, combining marks with the one before them.
void each_character(std::string_view text, Token word, const std::function<void(const Token&)>& token) {
  Token character{word.begin, word.begin};
  for (std::size_t at = word.begin; at < word.end;) {
    std::size_t next = at + 1;
    while (next < word.end && (text[next] & 0xC0) == 0x80) ++next;
    const bool joins =
        u_getCombiningClass(code_point(text, at)) != 0 || u_charType(code_point(text, at)) == U_NON_SPACING_MARK;
    if (at > word.begin && !joins) {
      token(character);
      character.begin = at;
    }
    at = character.end = next;
  }
  token(character);
}

/// What stands between separators; of more than `kLongest` bytes as several words.
void each_unblanked(std::string_view text, const std::function<void(const Token&)>& token) {
  constexpr std::size_t kLongest = 4096;
  Token word;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t next = at + std::max<std::size_t>(1, utf8_length(text.substr(at, 4)));
    const bool separates = is_separator(code_point(text, at));
    if (word.end > word.begin && (separates || at - word.begin >= kLongest)) token(std::exchange(word, {at, at}));
    word = separates ? Token{next, next} : Token{word.begin, next};
    at = next;
  }
  if (word.end > word.begin) token(word);
}

/// What ICU finds, but runs of characters that fall apart as the words of a splitter. It reads all of them at once, and
/// later: it goes through text as well, which would end the way through this one.
void each_split(const WordSplitter& splitter, std::string_view text, const std::function<void(const Token&)>& token) {
  const auto is_run = [&](const Token& piece) { return falls_into_characters(code_point(text, piece.begin)); };
  std::vector<Token> pieces;
  for_each_piece(Unit::word, text, [&](std::size_t begin, std::size_t end) {
    if (is_separator(code_point(text, begin))) return;
    const bool goes_on = !pieces.empty() && pieces.back().end == begin && is_run(pieces.back()) && is_run({begin, end});
    if (!goes_on) pieces.push_back({begin, end});
    pieces.back().end = end;
  });
  std::vector<std::string> runs;
  for (const Token& piece : pieces) {
    if (is_run(piece)) runs.emplace_back(bytes_of(text, piece));
  }
  const std::vector<std::vector<Token>> words = splitter.cut(runs);
  auto run = words.begin();
  for (const Token& piece : pieces) {
    if (!is_run(piece)) {
      token(piece);
      continue;
    }
    for (const Token& word : *run++) token({piece.begin + word.begin, piece.begin + word.end});
  }
}

/// Blanks in place of tags: the offsets stay. A tag is `<`, perhaps `/` or `!`, a letter, and a `>` within 300 bytes.
std::string without_tags(std::string_view text) {
  constexpr std::size_t kLongest = 300;
  std::string result(text);
  for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
    std::size_t name = at + 1;
    if (name < text.size() && (text[name] == '/' || text[name] == '!')) ++name;
    const bool opens = name < text.size() && ((text[name] | 0x20) >= 'a' && (text[name] | 0x20) <= 'z');
    const std::size_t end = opens ? text.substr(0, at + kLongest).find_first_of("<>", name) : std::string_view::npos;
    if (end == std::string_view::npos || text[end] != '>') continue;
    std::fill(result.begin() + static_cast<std::ptrdiff_t>(at), result.begin() + static_cast<std::ptrdiff_t>(end) + 1,
              ' ');
  }
  return result;
}

}  // namespace

std::vector<Token> Tokenizer::cut(std::string_view text) const {
  std::vector<Token> tokens;
  each(text, [&](const Token& token) { tokens.push_back(token); });
  return tokens;
}

void Tokenizer::each(std::string_view text, const std::function<void(const Token&)>& token) const {
  // ICU counts in 32 bits.
  if (text.size() > 0x7FFFFFFF) throw DataError("tokenizer: a text may have 2 GiB at most, got {} bytes", text.size());
  std::string blanked;
  if (rule_.drop_html && text.find('<') != std::string_view::npos) text = blanked = without_tags(text);
  if (rule_.unit == Unit::subword) return each_unblanked(text, token);
  if (rule_.unit == Unit::word && rule_.splitter) return each_split(*rule_.splitter, text, token);
  for_each_piece(rule_.unit, text, [&](std::size_t begin, std::size_t end) {
    const UChar32 c = code_point(text, begin);
    if (is_separator(c)) return;
    if (rule_.unit == Unit::word && !rule_.dictionary && falls_into_characters(c)) {
      each_character(text, {begin, end}, token);
    } else {
      token({begin, end});
    }
  });
}

std::string Tokenizer::form(std::string_view token) const {
  if (std::ranges::all_of(token, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    std::string ascii(token);
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
    if (rule_.lower_case) std::ranges::transform(ascii, ascii.begin(), lower);
    return ascii;
  }
  UErrorCode status = U_ZERO_ERROR;
  const bool compatible = rule_.normalization == Normalization::nfkc;
  const icu::Normalizer2* normalizer =
      compatible ? icu::Normalizer2::getNFKCInstance(status) : icu::Normalizer2::getNFCInstance(status);
  check(status, "loading the normalizer");
  icu::UnicodeString wide =
      icu::UnicodeString::fromUTF8(icu::StringPiece(token.data(), static_cast<int32_t>(token.size())));
  wide = normalizer->normalize(wide, status);
  if (rule_.lower_case) {
    // Normalising comes first: only NFKC shows the capitals of "𝐇" and "℡". Lowering may part what it composed.
    wide.toLower(icu::Locale::getRoot());
    wide = normalizer->normalize(wide, status);
  }
  check(status, "normalising a token");
  std::string result;
  wide.toUTF8String(result);
  return result;
}

std::string Tokenizer::library_version() { return fmt::format("ICU {}, Unicode {}", U_ICU_VERSION, U_UNICODE_VERSION); }

}  // namespace recura
