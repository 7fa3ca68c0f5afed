#include "task/summarise/write/subword_words.h"

#include <algorithm>

#include "text/subwords.h"

namespace recura {

JoinedPieces join_subwords(std::span<const Piece> pieces) {
  JoinedPieces joined;
  bool wants_blank = false;
  for (const Piece& piece : pieces) {
    std::string_view letters = piece.text;
    if (letters.starts_with(Subwords::kBegin)) {
      letters.remove_prefix(Subwords::kBegin.size());
      wants_blank = !joined.text.empty();
    }
    if (wants_blank && !letters.empty()) {
      joined.text += ' ';
      wants_blank = false;
    }
    const std::size_t begin = joined.text.size();
    joined.text += letters;
    joined.places.push_back({begin, joined.text.size()});
  }
  return joined;
}

std::vector<PieceRange> words_of_subwords(std::string_view text, std::span<const Token> places) {
  const std::vector<Token> tokens = Tokenizer(TextRule{}).cut(text);
  std::vector<PieceRange> words;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i].begin == places[i].end) continue;
    if (words.empty() || std::ranges::binary_search(tokens, places[i].begin, {}, &Token::begin)) {
      words.push_back({i, i + 1});
    } else {
      words.back().last = i + 1;
    }
  }
  return words;
}

WordOrigin origin_of_word(std::span<const WordOrigin> subwords) {
  WordOrigin word{.copied = 1, .place = subwords.front().place, .count = std::ssize(subwords)};
  word.attention.resize(subwords.front().attention.size());
  for (std::size_t i = 0; i < subwords.size(); ++i) {
    const WordOrigin& own = subwords[i];
    word.copied *= own.copied;
    if (own.place < 0 || own.place != subwords.front().place + static_cast<Index>(i)) word.count = 0;
    for (std::size_t place = 0; place < word.attention.size(); ++place)
      word.attention[place] += own.attention[place] / static_cast<real>(subwords.size());
  }
  if (word.count == 0) word.place = -1;
  return word;
}

}  // namespace recura
