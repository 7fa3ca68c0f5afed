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

/// Of what is made of ICU's boundaries here; 2 since characters that fall apart do not pass through ICU.
constexpr int kCut = 2;

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

/// Scripts that write words without spaces and are cut into characters: Han, Hiragana, Katakana with its sound marks.
bool falls_into_characters(UChar32 c) {
  if (c < 0x2E80) return false;  // The first of Han: spares most letters the look-up.
  UErrorCode status = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(c, &status);
  return script == USCRIPT_HAN || script == USCRIPT_HIRAGANA ||
         u_getIntPropertyValue(c, UCHAR_WORD_BREAK) == U_WB_KATAKANA;
}

/// A mark that belongs to the character before it, also a half-width voiced sound mark.
bool joins(UChar32 c) { return u_hasBinaryProperty(c, UCHAR_GRAPHEME_EXTEND) != 0; }

bool is_separator(UChar32 c) { return c == 0 || c == 0xFEFF || u_isUWhiteSpace(c); }

/// Where the next character begins, also behind a byte that is none.
std::size_t next_character(std::string_view text, std::size_t at) {
  return at + std::max<std::size_t>(1, utf8_length(text.substr(at, 4)));
}

/// Calls piece(token) for what ICU finds between two boundaries of a part of `text`.
template <typename Piece>
void for_each_piece(Unit unit, std::string_view text, Token part, Piece piece) {
  if (part.end - part.begin == utf8_length(text.substr(part.begin, 4))) return piece(part);
  UErrorCode status = U_ZERO_ERROR;
  UText view = UTEXT_INITIALIZER;
  utext_openUTF8(&view, text.data() + part.begin, static_cast<int64_t>(part.end - part.begin), &status);
  const icu::LocalUTextPointer closed_in_the_end(&view);
  icu::BreakIterator& boundaries = iterator(unit);
  boundaries.setText(&view, status);
  check(status, "reading a text");
  for (int32_t begin = boundaries.first(), end = boundaries.next(); end != icu::BreakIterator::DONE;
       end = boundaries.next()) {
    piece(Token{part.begin + static_cast<std::size_t>(begin), part.begin + static_cast<std::size_t>(end)});
    begin = end;
  }
}

/// Calls run(token, falls) for each longest run of characters that fall apart, and for each one between them: ICU would
/// cut the former by its dictionary, and join some katakana to what stands beside it.
template <typename Run>
void for_each_run(std::string_view text, Run run) {
  Token current;
  bool falls = false;
  while (current.end < text.size()) {
    const UChar32 c = code_point(text, current.end);
    const bool next_falls = falls_into_characters(c) || (falls && joins(c));
    if (next_falls != falls && current.end > current.begin) {
      run(current, falls);
      current.begin = current.end;
    }
    falls = next_falls;
    current.end = next_character(text, current.end);
  }
  if (current.end > current.begin) run(current, falls);
}

/// One token for each character of a run, combining marks with the one before them.
void each_character(std::string_view text, Token run, const std::function<void(const Token&)>& token) {
  Token character{run.begin, run.begin};
  while (character.end < run.end) {
    if (character.end > character.begin && !joins(code_point(text, character.end))) {
      token(character);
      character.begin = character.end;
    }
    character.end = next_character(text, character.end);
  }
  token(character);
}

/// What stands between separators; of more than `kLongest` bytes as several words.
void each_unblanked(std::string_view text, const std::function<void(const Token&)>& token) {
  constexpr std::size_t kLongest = 4096;
  Token word;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t next = next_character(text, at);
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
  struct Piece {
    Token token;
    bool falls;
  };
  std::vector<Piece> pieces;
  std::vector<std::string> runs;
  for_each_run(text, [&](const Token& run, bool falls) {
    if (falls) {
      pieces.push_back({run, true});
      runs.emplace_back(bytes_of(text, run));
    } else {
      for_each_piece(Unit::word, text, run, [&](const Token& piece) {
        if (!is_separator(code_point(text, piece.begin))) pieces.push_back({piece, false});
      });
    }
  });
  const std::vector<std::vector<Token>> words = splitter.cut(runs);
  auto run = words.begin();
  for (const Piece& piece : pieces) {
    if (!piece.falls) {
      token(piece.token);
      continue;
    }
    for (const Token& word : *run++) token({piece.token.begin + word.begin, piece.token.begin + word.end});
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
  if (text.empty()) return;
  // ICU counts in 32 bits.
  if (text.size() > 0x7FFFFFFF) throw DataError("tokenizer: a text may have 2 GiB at most, got {} bytes", text.size());
  std::string blanked;
  if (rule_.drop_html && text.find('<') != std::string_view::npos) text = blanked = without_tags(text);
  if (rule_.unit == Unit::subword) return each_unblanked(text, token);
  if (rule_.unit == Unit::word && rule_.splitter) return each_split(*rule_.splitter, text, token);
  const auto unblanked = [&](const Token& piece) {
    if (!is_separator(code_point(text, piece.begin))) token(piece);
  };
  if (rule_.unit != Unit::word || rule_.dictionary)
    return for_each_piece(rule_.unit, text, {0, text.size()}, unblanked);
  for_each_run(text, [&](const Token& run, bool falls) {
    if (falls)
      each_character(text, run, token);
    else
      for_each_piece(rule_.unit, text, run, unblanked);
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

std::string Tokenizer::version() {
  return fmt::format("ICU {}, Unicode {}, cut {}", U_ICU_VERSION, U_UNICODE_VERSION, kCut);
}

}  // namespace recura
