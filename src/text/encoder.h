#pragma once

#include <functional>
#include <memory>

#include "text/subwords.h"
#include "text/tokenizer.h"
#include "text/vocabulary.h"
#include "text/windows.h"

namespace recura {

/// Which part of a text is read if it has too many tokens: its head, its tail, half of each, or all of it, in windows
/// or as a stream.
enum class Keep { head, tail, both, windows, stream };

/// In what a text of more tokens than `max_length` is read, if all of it is.
inline TextPieces pieces_of(Keep keep, std::int64_t max_length) {
  const bool keeps_all = keep == Keep::windows || keep == Keep::stream;
  return keeps_all ? TextPieces{max_length, keep == Keep::stream} : TextPieces{};
}

struct EncodedText {
  std::vector<std::int32_t> ids;
  /// Their places, in order. Of a subword it may be empty (see `WordForm::place`).
  std::vector<Token> tokens;
  std::int64_t unknown = 0;  // of the ids
  std::int64_t dropped = 0;  // tokens beyond max_length
};

/// From text to ids. Const, and safe for any number of threads.
class TextEncoder {
 public:
  /// `max_length` 0: texts are read whole. With Unit::subword the vocabulary is that of `subwords`.
  /// @throws ArgumentError  if there are subwords where the rule needs none, or none where it does.
  TextEncoder(const TextRule& rule, Vocabulary vocabulary, std::int64_t max_length = 0, Keep keep = Keep::head,
              std::shared_ptr<const Subwords> subwords = nullptr);

  EncodedText encode(std::string_view text) const { return encode(text, keeps_all() ? 0 : max_length_); }
  /// The same of all of a text, however long.
  EncodedText encode_whole(std::string_view text) const { return encode(text, 0); }
  /// Gives the ids of all tokens to `id`, in order and without keeping them.
  void each_id(std::string_view text, const std::function<void(std::int32_t)>& id) const;

  const Tokenizer& tokenizer() const { return tokenizer_; }
  /// Null unless texts are cut into them.
  const std::shared_ptr<const Subwords>& subwords() const { return subwords_; }
  const Vocabulary& vocabulary() const { return vocabulary_; }
  std::int64_t max_length() const { return max_length_; }
  Keep keep() const { return keep_; }
  TextPieces pieces() const { return pieces_of(keep_, max_length_); }

 private:
  std::int32_t id_of(std::string_view text, const Token& token) const;
  void each_piece(std::string_view text, const std::function<void(const Token&, std::int32_t)>& piece) const;
  bool keeps_all() const { return keep_ == Keep::windows || keep_ == Keep::stream; }
  /// So many tokens at most; 0: all.
  EncodedText encode(std::string_view text, std::int64_t most) const;

  Tokenizer tokenizer_;
  Vocabulary vocabulary_;
  std::int64_t max_length_;
  Keep keep_;
  std::shared_ptr<const Subwords> subwords_;
};

}  // namespace recura
