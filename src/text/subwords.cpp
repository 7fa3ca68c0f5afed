#include "text/subwords.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

#include "base/error.h"
#include "base/floating_state.h"
#include "text/bytes.h"
#include "text/utf8.h"

namespace recura {
namespace {

/// As SentencePiece has it: so much less likely than the unlikeliest piece.
constexpr float kUnknownPenalty = 10;

}  // namespace

void Subwords::check(std::string_view piece, float score) {
  if (piece.empty()) throw DataError("subwords: a piece is empty");
  if (piece.size() > kLongestPiece)
    throw DataError("subwords: a piece has {} bytes, {} at most are expected", piece.size(), kLongestPiece);
  if (find_bad_utf8(piece)) throw DataError("subwords: a piece is no UTF-8: {:?}", piece);
  if (!(std::abs(score) <= kLargestScore))
    throw DataError("subwords: the score of {:?} must be in -{} … {}, it is {}", piece, kLargestScore, kLargestScore,
                    score);
}

Subwords::Subwords(const std::vector<std::string>& pieces, std::vector<float> scores) : scores_(std::move(scores)) {
  if (pieces.size() != scores_.size())
    throw DataError("subwords: {} pieces, but {} scores", pieces.size(), scores_.size());
  if (pieces.empty()) throw DataError("subwords: there are no pieces");
  for (std::size_t i = 0; i < pieces.size(); ++i) check(pieces[i], scores_[i]);
  entries_.reserve(pieces.size());
  for (const std::string& piece : pieces) entries_.push_back({piece, static_cast<std::int32_t>(entries_.size() + 1)});
  std::ranges::sort(entries_, {}, &Entry::bytes);
  const auto twice = std::ranges::adjacent_find(entries_, {}, &Entry::bytes);
  if (twice != entries_.end()) throw DataError("subwords: the piece {:?} stands twice", twice->bytes);
  for (const Entry& entry : entries_) ++begins_[static_cast<unsigned char>(entry.bytes[0]) + std::size_t{1}];
  std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
  unknown_ = std::ranges::min(scores_) - kUnknownPenalty;
}

/// Gives the pieces that a text begins with to `found`, the shortest first.
template <typename Found>
void Subwords::each_prefix(std::string_view text, const Found& found) const {
  const auto byte_of = [](std::string_view bytes, std::size_t at) {
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : -1;
  };
  const auto head = static_cast<std::size_t>(byte_of(text, 0));
  auto first = entries_.begin() + begins_[head], last = entries_.begin() + begins_[head + 1];
  for (std::size_t length = 1; first != last; ++length) {
    // Those that begin with the bytes read so far stand side by side, the one that is no longer at their head.
    if (first->bytes.size() == length) found(*first);
    if (length == text.size()) return;
    const auto byte = [&](const Entry& entry) { return byte_of(entry.bytes, length); };
    const auto same = std::ranges::equal_range(first, last, byte_of(text, length), {}, byte);
    first = same.begin();
    last = same.end();
  }
}

/// Of each byte where a character ends, the last piece of the best way there. Of two ways that are equally likely
/// rounding decides, which is done as SentencePiece does it: a sum in double is compared with one that is kept in
/// float.
std::vector<Subwords::Step> Subwords::best_ways(std::string_view form) const {
  std::vector<Step> ways(form.size() + 1);
  const auto offer = [&](std::size_t begin, std::size_t end, std::int32_t id, double sum) {
    if (ways[end].begin < 0 || sum > static_cast<double>(ways[end].score))
      ways[end] = {static_cast<float>(sum), id, static_cast<std::ptrdiff_t>(begin)};
  };
  for (std::size_t begin = 0, next = 0; begin < form.size(); begin = next) {
    next = begin + std::max<std::size_t>(1, utf8_length(form.substr(begin, 4)));
    const float before = ways[begin].score;
    bool is_piece = false;
    each_prefix(form.substr(begin), [&](const Entry& entry) {
      const std::size_t end = begin + entry.bytes.size();
      offer(begin, end, entry.id, double{before} + scores_[static_cast<std::size_t>(entry.id - 1)]);
      is_piece = is_piece || end == next;
    });
    if (!is_piece) offer(begin, next, 0, double{unknown_ + before});
  }
  return ways;
}

std::vector<Subword> Subwords::cut(std::string_view form) const {
  const FloatingState state;  // another rounding may find other ways
  const std::vector<Step> ways = best_ways(form);
  std::vector<Subword> pieces;
  for (std::size_t end = form.size(); end > 0;) {
    const Step& step = ways[end];
    const auto begin = static_cast<std::size_t>(step.begin);
    if (step.id == 0 && !pieces.empty() && pieces.back().id == 0) {
      pieces.back().begin = begin;
    } else {
      pieces.push_back({step.id, begin, end});
    }
    end = begin;
  }
  std::ranges::reverse(pieces);
  return pieces;
}

WordForm::WordForm(const Tokenizer& tokenizer, std::string_view text, const Token& word) : word_(word) {
  const std::string_view bytes = bytes_of(text, word);
  if (std::ranges::all_of(bytes, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    for (std::size_t at = word.begin; at < word.end; ++at) add({at, at + 1}, tokenizer.form(text.substr(at, 1)));
    return;
  }
  TextRule rule = tokenizer.rule();
  rule.unit = Unit::character;
  rule.drop_html = false;
  Tokenizer(rule).each(bytes, [&](const Token& character) {
    add({word.begin + character.begin, word.begin + character.end}, tokenizer.form(bytes_of(bytes, character)));
  });
}

void WordForm::add(const Token& character, std::string_view form) {
  begins_.push_back(bytes_.size());
  characters_.push_back(character);
  std::ranges::remove_copy(form, std::back_inserter(bytes_), ' ');
}

Token WordForm::place(const Subword& piece) const {
  const auto character = [&](std::size_t byte) { return std::ranges::lower_bound(begins_, byte) - begins_.begin(); };
  const auto first = character(piece.begin), last = character(piece.end);
  const auto at = [&](std::ptrdiff_t i) { return characters_[static_cast<std::size_t>(i)]; };
  const std::size_t begin = first < std::ssize(characters_) ? at(first).begin : word_.end;
  return {begin, first < last ? at(last - 1).end : begin};
}

}  // namespace recura
