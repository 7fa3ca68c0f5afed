#include "text/sentences.h"

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utext.h>

#include <algorithm>
#include <memory>
#include <string>

#include "base/error.h"
#include "text/bytes.h"

namespace recura {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kBlanks = " \t\r\n\v\f";

// Sorted; in small letters, without their last full stop.
constexpr std::string_view kTitles[] = {"capt", "cmdr",   "col",  "dr",  "gen", "gov", "hon", "lt",
                                        "maj",  "messrs", "mlle", "mme", "mr",  "mrs", "ms",  "mt",
                                        "pres", "prof",   "rep",  "rev", "sen", "sgt", "st"};
constexpr std::string_view kNeverLast[] = {"al", "approx", "cf", "e.g", "i.e", "viz", "vs"};
constexpr std::string_view kBeforeNumbers[] = {"apr",  "art", "aug", "ch",  "dec", "eq",   "feb", "fig",
                                               "figs", "jan", "jul", "jun", "mar", "no",   "nos", "nov",
                                               "oct",  "p",   "pp",  "sec", "sep", "sept", "vol"};

template <std::size_t N>
bool is_among(const std::string_view (&words)[N], std::string_view word) {
  return std::ranges::binary_search(words, word);
}

void check(UErrorCode status) {
  if (U_FAILURE(status)) throw SystemError("ICU: cutting sentences failed: {}", u_errorName(status));
}

/// ICU's iterators hold a position, so each thread has its own.
icu::BreakIterator& iterator() {
  thread_local const auto sentences = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::BreakIterator> made(
        icu::BreakIterator::createSentenceInstance(icu::Locale::getRoot(), status));
    check(status);
    return made;
  }();
  return *sentences;
}

UChar32 code_point_before(std::string_view text, std::size_t at) { return last_code_point(text.substr(0, at)); }

bool is_digit(UChar32 c) { return c >= '0' && c <= '9'; }

bool is_chinese_or_japanese(UChar32 c) {
  UErrorCode status = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(c, &status);
  return script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA;
}

/// Closing quotes and brackets.
bool is_closing(UChar32 c) {
  const auto type = u_charType(c);
  return c == '"' || c == '\'' || type == U_END_PUNCTUATION || type == U_FINAL_PUNCTUATION;
}

bool is_blank_or_quote(UChar32 c) {
  return c == '\'' || u_isUWhiteSpace(c) || u_getIntPropertyValue(c, UCHAR_SENTENCE_BREAK) == U_SB_CLOSE;
}

/// Behind all that follows `at` and is `wanted`.
template <typename Wanted>
std::size_t skip(std::string_view text, std::size_t at, Wanted wanted) {
  for (UChar32 c = code_point(text, at); at < text.size() && wanted(c); c = code_point(text, at)) {
    at += static_cast<std::size_t>(U8_LENGTH(c));
  }
  return at;
}

/// Blanks in place of single ends of lines, which would end a sentence otherwise: the offsets stay.
std::string without_single_line_ends(std::string_view text) {
  std::string result(text);
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at)) {
    const std::size_t end = std::min(text.find_first_not_of(kBlanks, at), text.size());
    if (std::ranges::count(text.substr(at, end - at), '\n') == 1) {
      result[at] = ' ';
      if (at > 0 && text[at - 1] == '\r') result[at - 1] = ' ';
    }
    at = end;
  }
  return result;
}

Token trimmed(std::string_view text, Token sentence) {
  const auto is_blank = [](UChar32 c) { return c == 0 || c == 0xFEFF || u_isUWhiteSpace(c); };
  sentence.begin = std::min(skip(text.substr(0, sentence.end), sentence.begin, is_blank), sentence.end);
  for (UChar32 c = code_point_before(text, sentence.end); sentence.end > sentence.begin && is_blank(c);
       c = code_point_before(text, sentence.end)) {
    sentence.end -= static_cast<std::size_t>(U8_LENGTH(c));
  }
  return sentence;
}

/// The last word of a text that ends in a full stop, in small letters, without that and without what opens it.
std::string last_word(std::string_view text) {
  constexpr std::size_t kLongest = 16;  // no abbreviation has more
  text.remove_suffix(1);
  const std::string_view end = text.size() > kLongest ? text.substr(text.size() - kLongest) : text;
  const std::size_t blank = end.find_last_of(" \t\r\n\v\f(\"'[");
  std::string word(blank == std::string_view::npos ? end : end.substr(blank + 1));
  std::ranges::transform(word, word.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return word;
}

/// Whether a full stop belongs to an abbreviation that stands before a number.
bool stands_before_numbers(std::string_view text) {
  const std::string word = last_word(text);
  return word.size() < 2 || word.find('.') != std::string::npos || is_among(kBeforeNumbers, word) ||
         is_among(kNeverLast, word) || is_among(kTitles, word);
}

/// "3.", "(2.1.": the number of a list's entry.
bool is_entry_number(std::string_view sentence) {
  constexpr std::size_t kLongest = 6;
  const auto fits = [](char c) { return is_digit(c) || c == '.' || c == '('; };
  return sentence.size() > 1 && sentence.size() <= kLongest && is_digit(sentence[sentence.size() - 2]) &&
         std::ranges::all_of(sentence, fits);
}

/// Whether a sentence was cut off although what follows belongs to it; `next` is what follows, blanks and quotes aside.
bool goes_on(std::string_view sentence, UChar32 next) {
  if (!sentence.ends_with('.')) return u_islower(next) && is_closing(code_point_before(sentence, sentence.size()));
  const std::string word = last_word(sentence);
  const bool is_initial = word.size() == 1 && u_isupper(sentence[sentence.size() - 2]) && word != "i";
  return (is_initial && u_isupper(next)) || (is_digit(next) && is_among(kBeforeNumbers, word)) ||
         is_among(kTitles, word) || is_among(kNeverLast, word) || is_entry_number(sentence);
}

/// Ends that Unicode's rules do not see in bytes `begin` … `end`: calls found(end) for each.
template <typename Found>
void find_more_ends(std::string_view text, std::size_t begin, std::size_t end, Found found) {
  for (std::size_t at = begin; at < end; ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte != '.' && byte != 0xE2 && byte != 0xEF) continue;
    const UChar32 c = code_point(text, at);
    if (c != '.' && c != 0x2026 && c != 0xFF1B) continue;
    const std::size_t mark = at;
    at = skip(text, at, [c](UChar32 same) { return same == c; });
    at = skip(text, at, is_closing);
    const std::size_t next = skip(text, at, [](UChar32 blank) { return u_isUWhiteSpace(blank); });
    const UChar32 following = code_point(text, next);
    if (c == '.') {
      if (next > at && is_digit(following) && !stands_before_numbers(text.substr(begin, mark + 1 - begin))) found(at);
    } else if (c == 0xFF1B || is_chinese_or_japanese(code_point_before(text, mark)) ||
               is_chinese_or_japanese(following)) {
      if (u_getIntPropertyValue(following, UCHAR_SENTENCE_BREAK) != U_SB_SCONTINUE) found(at);
    }
    --at;
  }
}

bool ends_clause(UChar32 c, UChar32 next) {
  if (c == ',' || c == ';' || c == ':') return u_isUWhiteSpace(next);
  return c == 0xFF0C || c == 0xFF1B || c == 0xFF1A;  // the wide ones
}

/// Takes ends in their order and keeps those at which a sentence does end.
class Sentences {
 public:
  explicit Sentences(std::string_view text) : text_(text) {}

  void end_at(std::size_t end) {
    constexpr std::size_t kAhead = 32;  // blanks and quotes beyond are not looked through: time stays linear
    const Token sentence = trimmed(text_, {begin_, end});
    if (sentence.begin < sentence.end) {
      const std::string_view near = text_.substr(0, end + kAhead);
      const UChar32 next = code_point(near, skip(near, end, is_blank_or_quote));
      const std::string_view read = bytes_of(text_, sentence);
      if (end < text_.size() && text_[end - 1] != '\n' && goes_on(read, next)) return;
      found_.push_back(sentence);
    }
    begin_ = std::max(begin_, end);
  }

  std::vector<Token> take() { return std::move(found_); }

 private:
  std::string_view text_;
  std::size_t begin_ = 0;
  std::vector<Token> found_;
};

}  // namespace

std::vector<Token> cut_sentences(std::string_view text) {
  // ICU counts in 32 bits.
  if (text.size() > 0x7FFFFFFF) throw DataError("sentences: a text may have 2 GiB at most, got {} bytes", text.size());
  const std::string lines = without_single_line_ends(text);
  UErrorCode status = U_ZERO_ERROR;
  UText view = UTEXT_INITIALIZER;
  utext_openUTF8(&view, lines.data(), static_cast<int64_t>(lines.size()), &status);
  const icu::LocalUTextPointer closed_in_the_end(&view);
  icu::BreakIterator& boundaries = iterator();
  boundaries.setText(&view, status);
  check(status);
  Sentences sentences(lines);
  for (int32_t begin = boundaries.first(), end = boundaries.next(); end != icu::BreakIterator::DONE;
       end = boundaries.next()) {
    const auto last = static_cast<std::size_t>(end);
    find_more_ends(lines, static_cast<std::size_t>(begin), last, [&](std::size_t at) { sentences.end_at(at); });
    sentences.end_at(last);
    begin = end;
  }
  return sentences.take();
}

std::vector<Token> cut_clauses(std::string_view text) {
  std::vector<Token> clauses;
  for (const Token sentence : cut_sentences(text)) {
    std::size_t begin = sentence.begin;
    for (std::size_t at = begin; at < sentence.end;) {
      const UChar32 c = code_point(text, at);
      at += static_cast<std::size_t>(U8_LENGTH(c));
      if (!ends_clause(c, code_point(text, at))) continue;
      at = skip(text.substr(0, sentence.end), at, is_closing);
      clauses.push_back(trimmed(text, {begin, at}));
      begin = at;
    }
    if (begin < sentence.end) clauses.push_back(trimmed(text, {begin, sentence.end}));
  }
  return clauses;
}

}  // namespace recura
