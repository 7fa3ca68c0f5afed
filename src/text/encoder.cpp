#include "text/encoder.h"

#include "base/error.h"
#include "text/bytes.h"

namespace recura {
namespace {

/// Drops what is too much: `both` keeps the first half, rounded up, and the last half.
void shorten(std::vector<Token>& tokens, std::int64_t max_length, Keep keep) {
  const std::int64_t head = keep == Keep::head ? max_length : keep == Keep::tail ? 0 : (max_length + 1) / 2;
  const std::int64_t excess = static_cast<std::int64_t>(tokens.size()) - max_length;
  tokens.erase(tokens.begin() + head, tokens.begin() + head + excess);
}

}  // namespace

TextEncoder::TextEncoder(const TextRule& rule, Vocabulary vocabulary, std::int64_t max_length, Keep keep)
    : tokenizer_(rule), vocabulary_(std::move(vocabulary)), max_length_(max_length), keep_(keep) {
  if (max_length < 0) throw ArgumentError("encoder: max_length must not be negative, got {}", max_length);
}

std::int32_t TextEncoder::id_of(std::string_view text, const Token& token) const {
  return vocabulary_.id(tokenizer_.form(bytes_of(text, token)));
}

EncodedText TextEncoder::encode(std::string_view text) const {
  EncodedText result;
  result.tokens = tokenizer_.cut(text);
  const auto count = static_cast<std::int64_t>(result.tokens.size());
  if (keep_ != Keep::windows && max_length_ > 0 && count > max_length_) {
    result.dropped = count - max_length_;
    shorten(result.tokens, max_length_, keep_);
  }
  result.ids.reserve(result.tokens.size());
  for (const Token token : result.tokens) {
    const std::int32_t id = id_of(text, token);
    result.unknown += id == Vocabulary::kUnknown ? 1 : 0;
    result.ids.push_back(id);
  }
  return result;
}

void TextEncoder::each_id(std::string_view text, const std::function<void(std::int32_t)>& id) const {
  tokenizer_.each(text, [&](const Token& token) { id(id_of(text, token)); });
}

}  // namespace recura
