#pragma once

#include "text/tokenizer.h"
#include "text/vocabulary.h"

namespace recura {

/// Which part of a text is read if it has too many tokens.
enum class Keep { head, tail, both };

struct EncodedText {
  std::vector<std::int32_t> ids;
  std::vector<Token> tokens;
  std::int64_t unknown = 0;  // of the ids
  std::int64_t dropped = 0;  // tokens beyond max_length
};

/// From text to ids. Const, and safe for any number of threads.
class TextEncoder {
 public:
  /// `max_length` 0: texts are read whole.
  TextEncoder(const TextRule& rule, Vocabulary vocabulary, std::int64_t max_length = 0, Keep keep = Keep::head);

  EncodedText encode(std::string_view text) const;

  const Tokenizer& tokenizer() const { return tokenizer_; }
  const Vocabulary& vocabulary() const { return vocabulary_; }
  std::int64_t max_length() const { return max_length_; }
  Keep keep() const { return keep_; }

 private:
  Tokenizer tokenizer_;
  Vocabulary vocabulary_;
  std::int64_t max_length_;
  Keep keep_;
};

}  // namespace recura
