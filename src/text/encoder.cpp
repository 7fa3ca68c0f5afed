#include "text/encoder.h"

#include <algorithm>

#include "base/error.h"
#include "text/bytes.h"

namespace recura {
namespace {

/// Drops what is too much: `both` keeps the first half, rounded up, and the last half.
template <typename T>
void shorten(std::vector<T>& tokens, std::int64_t max_length, Keep keep) {
  const std::int64_t head = keep == Keep::head ? max_length : keep == Keep::tail ? 0 : (max_length + 1) / 2;
  const std::int64_t excess = std::ssize(tokens) - max_length;
  tokens.erase(tokens.begin() + head, tokens.begin() + head + excess);
}

}  // namespace

TextEncoder::TextEncoder(const TextRule& rule, Vocabulary vocabulary, std::int64_t max_length, Keep keep,
                         std::shared_ptr<const Subwords> subwords)
    : tokenizer_(rule),
      vocabulary_(std::move(vocabulary)),
      max_length_(max_length),
      keep_(keep),
      subwords_(std::move(subwords)) {
  if (max_length < 0) throw ArgumentError("encoder: max_length must not be negative, got {}", max_length);
  if ((rule.unit == Unit::subword) != (subwords_ != nullptr))
    throw ArgumentError("encoder: subwords go with the unit subword, and it with them");
}

std::int32_t TextEncoder::id_of(std::string_view text, const Token& token) const {
  return vocabulary_.id(tokenizer_.form(bytes_of(text, token)));
}

void TextEncoder::each_piece(std::string_view text,
                             const std::function<void(const Token&, std::int32_t)>& piece) const {
  tokenizer_.each(text, [&](const Token& word) {
    const WordForm form(tokenizer_, text, word);
    for (const Subword& one : subwords_->cut(form.bytes())) piece(form.place(one), one.id);
  });
}

EncodedText TextEncoder::encode(std::string_view text, std::int64_t most) const {
  EncodedText result;
  if (subwords_ != nullptr) {
    each_piece(text, [&](const Token& token, std::int32_t id) {
      result.tokens.push_back(token);
      result.ids.push_back(id);
    });
  } else {
    result.tokens = tokenizer_.cut(text);
  }
  if (const std::int64_t count = std::ssize(result.tokens); most > 0 && count > most) {
    result.dropped = count - most;
    shorten(result.tokens, most, keep_);
    if (subwords_ != nullptr) shorten(result.ids, most, keep_);
  }
  if (subwords_ == nullptr) {
    result.ids.reserve(result.tokens.size());
    for (const Token& token : result.tokens) result.ids.push_back(id_of(text, token));
  }
  result.unknown = std::ranges::count(result.ids, Vocabulary::kUnknown);
  return result;
}

void TextEncoder::each_id(std::string_view text, const std::function<void(std::int32_t)>& id) const {
  if (subwords_ != nullptr) return each_piece(text, [&](const Token&, std::int32_t piece) { id(piece); });
  tokenizer_.each(text, [&](const Token& token) { id(id_of(text, token)); });
}

}  // namespace recura
