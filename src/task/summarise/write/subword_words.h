#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "task/summarise/write/search/next_word.h"
#include "task/summarise/write/spacing.h"

namespace recura {

/// Subwords, of which one that begins with `Subwords::kBegin` has a blank before it, unless nothing stands there. The
/// mark is left out.
JoinedPieces join_subwords(std::span<const Piece> pieces);

/// Pieces first ... last - 1, which make up a word of a text.
struct PieceRange {
  std::size_t first = 0, last = 0;
};

/// The words of a text whose pieces lie at `places`: one begins where a piece and a word by Unicode's boundaries (of
/// Chinese a character) begin both. A piece of several Chinese words is one; pieces without letters are in none.
std::vector<PieceRange> words_of_subwords(std::string_view text, std::span<const Token> places);

/// Where a word comes from that was written as these subwords. Its share of copying is that of all of them together,
/// the product. It has a place if they were copied from tokens that stand one behind the other; what it attended to is
/// the mean over its subwords.
WordOrigin origin_of_word(std::span<const WordOrigin> subwords);

}  // namespace recura
