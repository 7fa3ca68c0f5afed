#pragma once

#include <span>
#include <string_view>

#include "data/tagged/tagged_text.h"

namespace recura {

/// A text made of words: its tokens are the words, its spans none.
///
/// A blank stands between two words, but none where a character at the seam `is_written_without_blanks`. Without
/// `blanks` none stands anywhere.
TaggedText join_words(std::span<const std::string_view> words, bool blanks = true);

/// Whether the words of many texts are characters that a text without blanks was cut into, "1998年" too: nearly all are
/// single ones, and some of them of a script without blanks.
class CharacterFinder {
 public:
  void add(std::string_view word);
  bool found() const;

 private:
  std::int64_t words_ = 0, long_words_ = 0, blankless_ = 0;
};

}  // namespace recura
