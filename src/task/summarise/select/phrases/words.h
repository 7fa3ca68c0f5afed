#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "task/summarise/select/document.h"

namespace recura {

/// What a word may do in a phrase.
enum class WordRole {
  content,
  number,    // makes none by itself
  frequent,  // stands only between others: "of"
  mark,      // stands in none
};

/// A word of a sentence: a token that the network reads, or several, as the characters of a Chinese word are.
struct PhraseWord {
  Token place;  // in bytes of the text
  /// Its tokens in the sentence.
  std::size_t first = 0, tokens = 0;
  /// A number, equal for words that are equal in small letters.
  std::int32_t form = 0;
  WordRole role = WordRole::content;
};

/// The words of a document's sentences, as far as they are read.
struct DocumentWords {
  std::vector<std::vector<PhraseWord>> sentences;
  std::int32_t forms = 0;  // numbers of forms are less
};

/// Words by Unicode's boundaries, Chinese and Japanese ones by its dictionary; those that a hyphen, `&` or `/` joins
/// are one, and the `'s` of an English genitive is no part of one. Frequent ones are the √V most frequent of V known
/// forms: a list of no language. Linear time.
DocumentWords find_words(const TextEncoder& encoder, std::string_view text, const Document& document);

}  // namespace recura
