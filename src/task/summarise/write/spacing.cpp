#include "task/summarise/write/spacing.h"

#include <unicode/uchar.h>

#include "text/bytes.h"
#include "text/scripts.h"

namespace recura {
namespace {

constexpr std::int8_t kBefore = 1, kBehind = 2;

bool begins_with_letter_or_digit(std::string_view form) { return u_isalnum(code_point(form)) != 0; }

/// Marks too: an accent, or a vowel of Thai, may end a word.
bool is_of_word(std::int32_t c) { return (U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK)) != 0; }

}  // namespace

JoinedPieces Spacing::join(std::span<const Piece> pieces) const {
  const auto has = [&](const Piece& piece, std::int8_t side) {
    const std::int32_t edge = side == kBefore ? code_point(piece.text) : last_code_point(piece.text);
    if (piece.id == 0 && is_of_word(edge)) return !is_written_without_blanks(edge);
    return (sides_[static_cast<std::size_t>(piece.id)] & side) != 0;
  };
  JoinedPieces joined;
  std::map<std::string, bool> is_open;  // of quotation marks
  bool wants_blank = false;
  for (const Piece& piece : pieces) {
    const bool is_quote = piece.text == "\"" || piece.text == "'";
    bool& open = is_open[is_quote ? piece.text : ""];
    const bool before = is_quote ? !open : has(piece, kBefore);
    if (before && wants_blank && !joined.text.empty()) joined.text += ' ';
    const std::size_t begin = joined.text.size();
    joined.text += piece.text;
    joined.places.push_back({begin, joined.text.size()});
    wants_blank = is_quote ? open : has(piece, kBehind);
    if (is_quote) open = !open;
  }
  return joined;
}

void SpacingCounter::add(std::string_view text) {
  std::int32_t before = 0;
  std::size_t end = 0;
  for (const Token token : encoder_.tokenizer().cut(text)) {
    const std::int32_t id = encoder_.vocabulary().id(encoder_.tokenizer().form(bytes_of(text, token)));
    if (end > 0) {
      counts_[{before, id}].add({1, token.begin > end ? 1 : 0});
    }
    before = id;
    end = token.end;
  }
}

/// Of each form's two sides the counts that `wanted` admits.
template <typename Wanted>
SpacingCounter::Sides SpacingCounter::count(const Wanted& wanted) const {
  const auto forms = static_cast<std::size_t>(encoder_.vocabulary().size());
  Sides sides{std::vector<Counts>(forms), std::vector<Counts>(forms)};
  for (const auto& [pair, own] : counts_) {
    const auto first = static_cast<std::size_t>(pair.first), second = static_cast<std::size_t>(pair.second);
    if (wanted(1, first)) sides[0][second].add(own);
    if (wanted(0, second)) sides[1][first].add(own);
  }
  return sides;
}

Spacing SpacingCounter::spacing() const {
  const Sides whole = count([](std::size_t, std::size_t) { return true; });
  const Sides sure = count([&](std::size_t side, std::size_t id) { return whole[side][id].wants_blank(); });
  const Vocabulary& forms = encoder_.vocabulary();
  const auto wants = [&](std::size_t side, std::size_t id) {
    const Counts &own = whole[side][id], &other = whole[1 - side][id];
    if (sure[side][id].pairs > 0) return sure[side][id].wants_blank();
    const bool is_word = id == 0 || begins_with_letter_or_digit(forms.form(static_cast<std::int64_t>(id)));
    return own.wants_blank() || ((is_word || own.pairs == 0) && other.wants_blank());
  };
  std::vector<std::int8_t> sides;
  for (std::size_t id = 0; id < static_cast<std::size_t>(forms.size()); ++id)
    sides.push_back(static_cast<std::int8_t>((wants(0, id) ? kBefore : 0) | (wants(1, id) ? kBehind : 0)));
  return Spacing(std::move(sides));
}

}  // namespace recura
