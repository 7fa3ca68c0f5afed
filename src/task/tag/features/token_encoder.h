#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/executor.h"
#include "data/tagged/tagged_text.h"
#include "task/tag/features/lexicon.h"
#include "task/tag/features/token_features.h"
#include "task/tag/tag_network.h"
#include "text/vocabulary.h"

namespace recura {

/// From tokens to what the network reads. Const, and safe for any number of threads.
///
/// Channels, by their names; what is hashed (FNV-1a, 64 bits) falls into the channel's vocabulary:
///
///     word     the token's form, as the vocabulary has it; numbers with each digit as 0
///     shape    hashed: "Mc-Donald's" as "Xx-Xx'x"
///     affix    hashed: the first and last 2, 3, … characters of the form, two slots a length
///     ngram    hashed: the two pairs of neighbours that the token is in; with five slots also the three triples
///     segment  hashed: the word that the token is in, of the rule's splitter or of ICU's dictionary, with its place
///              there; the place alone
///     lexicon  matches that the token begins, is inside of, ends, or is alone: their types and their hashed forms
class TokenEncoder {
 public:
  /// @throws DataError  if a channel's name is none of these, or it has other slots than that one can have.
  TokenEncoder(TextRule rule, Vocabulary words, Vocabulary characters, Lexicon lexicon,
               std::vector<ChannelSpec> channels);

  /// @throws DataError  as above.
  void set_channels(std::vector<ChannelSpec> channels);

  TextFeatures encode(std::span<const TaggedText> texts, Executor& executor) const;

  const Tokenizer& tokenizer() const { return tokenizer_; }
  const Vocabulary& words() const { return words_; }
  const Vocabulary& characters() const { return characters_; }
  const Lexicon& lexicon() const { return lexicon_; }

 private:
  TokenFeatures encode(const TaggedText& text) const;

  Tokenizer tokenizer_;
  Vocabulary words_, characters_;
  Lexicon lexicon_;
  std::vector<ChannelSpec> channels_;
};

/// A token's form as the channel "word" looks it up.
std::string word_form(const Tokenizer& tokenizer, std::string_view token);
/// The characters of a token, 32 at most, each as a string of its own: what the vocabulary of characters holds.
std::vector<std::string> characters_of(std::string_view token);

}  // namespace recura
