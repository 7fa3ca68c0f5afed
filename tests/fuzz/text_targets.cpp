#include <array>

#include "fuzz/target.h"
#include "text/offsets.h"
#include "text/plain_utf8.h"
#include "text/sentences.h"
#include "text/subwords.h"
#include "text/utf8.h"

namespace recura::fuzz {
namespace {

void decode(std::string_view bytes) {
  const auto bad = find_bad_utf8(bytes);
  const std::size_t good = plain_utf8_prefix(bytes);
  require(bad ? bad->offset == good : good == bytes.size(), "UTF-8 breaks where a reader without tables says");
  const std::string mended = replace_bad_utf8(bytes);
  require(!find_bad_utf8(mended), "what is mended is UTF-8");
  require(bad || mended == bytes, "what is UTF-8 stays");
  require(cut_short(mended, 7).size() <= mended.size() + std::string_view("…").size(), "a cut text is no longer");
}

void check_places(std::string_view text, const std::vector<Token>& tokens) {
  std::size_t end = 0;
  std::vector<std::size_t> ends;
  for (const Token token : tokens) {
    require(token.begin >= end && token.begin < token.end && token.end <= text.size(), "places ascend in the text");
    end = token.end;
    ends.insert(ends.end(), {token.begin, token.end});
  }
  for (const OffsetUnit unit : {OffsetUnit::code_points, OffsetUnit::utf16}) {
    const auto there = convert_offsets(text, ends, OffsetUnit::bytes, unit);
    require(convert_offsets(text, there, unit, OffsetUnit::bytes) == ends, "places come back from other units");
  }
}

/// The pieces of a word's form are all of it, and their places lie in the word, one behind the other.
void cut_into_subwords(const Tokenizer& tokenizer, std::string_view text, const Token& word) {
  static const Subwords subwords({"\u2581", "a", "\u2581a", "aa", "the", "e", "中", "\u0301", "ß", "ss"},
                                 {-2, -2, -2, -3, -4, -3, -5, -6, -7, -4});
  const WordForm form(tokenizer, text, word);
  std::size_t end = 0, place_end = word.begin;
  for (const Subword& piece : subwords.cut(form.bytes())) {
    require(piece.begin == end && piece.end > end, "pieces stand side by side");
    const std::string_view bytes = std::string_view(form.bytes()).substr(piece.begin, piece.end - piece.begin);
    require(!find_bad_utf8(bytes), "a piece is UTF-8");
    const Token place = form.place(piece);
    require(place.begin >= place_end && place.begin <= place.end && place.end <= word.end, "places ascend in the word");
    end = piece.end;
    place_end = place.end;
  }
  require(end == form.bytes().size(), "pieces are all of the form");
}

void tokenize(std::string_view bytes) {
  const std::string text = replace_bad_utf8(bytes);
  using enum Normalization;
  for (const TextRule& rule :
       {TextRule{}, TextRule{.normalization = nfc, .lower_case = false, .drop_html = true},
        TextRule{.dictionary = true}, TextRule{.unit = Unit::character}, TextRule{.unit = Unit::subword}}) {
    const Tokenizer tokenizer(rule);
    const std::vector<Token> tokens = tokenizer.cut(text);
    check_places(text, tokens);
    for (const Token token : tokens) {
      const std::string_view piece = std::string_view(text).substr(token.begin, token.end - token.begin);
      require(!find_bad_utf8(piece) && !find_bad_utf8(tokenizer.form(piece)), "a token and its form are UTF-8");
      if (rule.unit == Unit::subword) cut_into_subwords(tokenizer, text, token);
    }
  }
}

void cut_into_sentences(std::string_view bytes) {
  const std::string text = replace_bad_utf8(bytes);
  for (const auto& sentences : {cut_sentences(text), cut_clauses(text)}) {
    check_places(text, sentences);
    // Nothing but what is no token lies between them.
    std::size_t end = 0;
    std::string between;
    for (const Token sentence : sentences) {
      between += text.substr(end, sentence.begin - end) + ' ';
      end = sentence.end;
    }
    require(Tokenizer({}).cut(between + text.substr(end)).empty(), "sentences hold all of the text");
  }
}

constexpr std::array<Target, 3> kTextTargets{
    {{"utf8", decode}, {"tokens", tokenize}, {"sentences", cut_into_sentences}}};

}  // namespace

std::span<const Target> text_targets() { return kTextTargets; }

}  // namespace recura::fuzz
