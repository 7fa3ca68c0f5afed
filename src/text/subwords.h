#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/tokenizer.h"

namespace recura {

/// A piece of a word: its id, and the bytes of the word's form that it is.
struct Subword {
  std::int32_t id = 0;
  std::size_t begin = 0;
  std::size_t end = 0;

  bool operator==(const Subword&) const = default;
};

/// Cuts words into the pieces that make them likeliest: of a unigram model (Kudo 2018) the way of the highest sum of
/// scores, ln p, as SentencePiece finds it. Const, and safe for any number of threads.
class Subwords {
 public:
  /// What a word's form begins with, in place of the blank before it.
  static constexpr std::string_view kBegin = "\u2581";
  static constexpr std::size_t kLongestPiece = 64;  // bytes: SentencePiece makes them of 16 characters at most
  static constexpr float kLargestScore = 1e4F;      // its magnitude

  /// `pieces` get the ids 1, 2, …; 0 is every run of characters that are no pieces.
  /// @throws DataError  if a piece is empty, too long or no UTF-8, stands twice, or has no score or too large a one.
  Subwords(const std::vector<std::string>& pieces, std::vector<float> scores);

  /// @throws DataError  as it does for this piece by itself.
  static void check(std::string_view piece, float score);

  /// Of the pieces, in the order of their ids.
  const std::vector<float>& scores() const { return scores_; }

  /// `form`: kBegin and a word's form, in well-formed UTF-8. Memory is linear in its size, and so is time, times the
  /// length of pieces.
  std::vector<Subword> cut(std::string_view form) const;

 private:
  struct Entry {
    std::string bytes;
    std::int32_t id = 0;
  };
  struct Step {
    float score = 0;
    std::int32_t id = -1;
    std::ptrdiff_t begin = -1;
  };

  template <typename Found>
  void each_prefix(std::string_view text, const Found& found) const;
  std::vector<Step> best_ways(std::string_view form) const;

  std::vector<float> scores_;
  std::vector<Entry> entries_;  // by their bytes
  std::array<std::ptrdiff_t, 257> begins_ =
      {};              // in entries_, of those that begin with a byte, and behind the last one
  float unknown_ = 0;  // score of a character that is no piece
};

/// The form of a word, which `Tokenizer` with Unit::subword cut, and where its characters stand in the text.
class WordForm {
 public:
  /// Each character (grapheme cluster) is normalised by itself, so that its place stays known; blanks that come of it
  /// are left out.
  WordForm(const Tokenizer& tokenizer, std::string_view text, const Token& word);

  const std::string& bytes() const { return bytes_; }
  /// The characters of the text whose forms begin in a piece: of all pieces together each one, once and in order. There
  /// may be none: of kBegin alone, and of a piece inside what one character became ("ﬁ" is two letters).
  Token place(const Subword& piece) const;

 private:
  void add(const Token& character, std::string_view form);

  std::string bytes_{Subwords::kBegin};
  Token word_;
  std::vector<std::size_t> begins_;  // in the form, of each character
  std::vector<Token> characters_;    // in the text
};

}  // namespace recura
