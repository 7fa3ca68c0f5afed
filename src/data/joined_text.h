#pragma once

#include <span>
#include <string>

#include "data/tagged_text.h"

namespace recura {

/// A text made of words: its tokens are the words, its spans none.
///
/// A blank stands between two words, but none where a character at the seam is Chinese or Japanese, punctuation and
/// fullwidth forms included. If each word is one character, some of them such, then no blank stands anywhere: the text
/// was cut into characters, "1998年" too.
TaggedText join_words(std::span<const std::string> words);

/// The same without the second rule: these words are words, whatever their length.
std::string join_segmented(std::span<const std::string> words, std::vector<Token>& places);

}  // namespace recura
