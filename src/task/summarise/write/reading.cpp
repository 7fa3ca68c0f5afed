#include "task/summarise/write/reading.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "task/summarise/parts.h"
#include "task/summarise/select/predict.h"

namespace recura {
namespace {

/// Tokens first ... last - 1.
struct TokenRange {
  std::size_t first = 0, last = 0;

  std::size_t size() const { return last - first; }
};

/// The tokens that begin inside a sentence.
TokenRange tokens_of(std::span<const Token> tokens, const Token& sentence) {
  const auto at = [&](std::size_t byte) {
    return static_cast<std::size_t>(std::ranges::lower_bound(tokens, byte, {}, &Token::begin) - tokens.begin());
  };
  return {at(sentence.begin), at(sentence.end)};
}

/// Of an encoded text these tokens alone.
EncodedText part_of(const EncodedText& whole, const std::vector<std::size_t>& places) {
  EncodedText part;
  for (const std::size_t place : places) {
    part.tokens.push_back(whole.tokens[place]);
    part.ids.push_back(whole.ids[place]);
  }
  part.unknown = std::ranges::count(part.ids, Vocabulary::kUnknown);
  part.dropped = std::ssize(whole.ids) - std::ssize(part.ids);
  return part;
}

}  // namespace

std::vector<std::size_t> chosen_tokens(std::span<const Token> tokens, std::span<const Token> sentences,
                                       std::span<const double> scores, std::size_t most) {
  std::vector<std::size_t> order(sentences.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  std::vector<TokenRange> read(sentences.size());
  std::size_t room = most;
  for (const std::size_t i : order) {
    TokenRange own = tokens_of(tokens, sentences[i]);
    if (own.size() > most) own.last = own.first + room;
    if (own.size() > room) continue;
    room -= own.size();
    read[i] = own;
  }
  std::vector<std::size_t> places;
  for (const TokenRange& own : read) {
    for (std::size_t place = own.first; place < own.last; ++place) places.push_back(place);
  }
  return places;
}

std::vector<WriteSource> read_sources(const Writer& writer, std::span<const std::string> texts, Executor& executor) {
  const TextEncoder& encoder = writer.model.encoder;
  const Index outputs = writer.model.network->spec().outputs;
  std::vector<WriteSource> sources(texts.size());
  for_each_row(texts.size(), executor, [&](std::size_t i) { sources[i] = read_source(encoder, outputs, texts[i]); });
  if (writer.selector == nullptr) return sources;

  const SelectModel& selector = *writer.selector;
  std::vector<std::size_t> too_long;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (sources[i].dropped > 0) too_long.push_back(i);
  }
  std::vector<Document> documents(too_long.size());
  for_each_row(too_long.size(), executor, [&](std::size_t k) {
    const std::string& text = texts[too_long[k]];
    documents[k] = make_document(selector.encoder, text, cut(selector.cut, text));
  });
  const auto scores = predict(*selector.network, documents, executor);
  for_each_row(too_long.size(), executor, [&](std::size_t k) {
    const std::string& text = texts[too_long[k]];
    const EncodedText whole = encoder.encode_whole(text);
    const auto most = static_cast<std::size_t>(encoder.max_length());
    sources[too_long[k]] = read_source(
        encoder, outputs, text, part_of(whole, chosen_tokens(whole.tokens, documents[k].sentences, scores[k], most)));
  });
  return sources;
}

}  // namespace recura
