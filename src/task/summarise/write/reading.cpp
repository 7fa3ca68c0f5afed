#include "task/summarise/write/reading.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "task/summarise/parts.h"
#include "task/summarise/select/predict.h"

namespace recura {
namespace {

/// The tokens that begin inside a sentence.
std::span<const Token> tokens_of(std::span<const Token> tokens, const Token& sentence) {
  const auto first = std::ranges::lower_bound(tokens, sentence.begin, {}, &Token::begin);
  return {first, std::ranges::lower_bound(tokens, sentence.end, {}, &Token::begin)};
}

}  // namespace

std::vector<Token> chosen_tokens(std::span<const Token> tokens, std::span<const Token> sentences,
                                 std::span<const double> scores, std::size_t most) {
  std::vector<std::size_t> order(sentences.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  std::vector<std::span<const Token>> read(sentences.size());
  std::size_t room = most;
  for (const std::size_t i : order) {
    std::span<const Token> own = tokens_of(tokens, sentences[i]);
    if (own.size() > most) own = own.first(room);
    if (own.size() > room) continue;
    room -= own.size();
    read[i] = own;
  }
  std::vector<Token> result;
  for (const std::span<const Token> own : read) result.insert(result.end(), own.begin(), own.end());
  return result;
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
    const std::vector<Token> tokens = encoder.tokenizer().cut(text);
    const auto most = static_cast<std::size_t>(encoder.max_length());
    std::vector<Token> read = chosen_tokens(tokens, documents[k].sentences, scores[k], most);
    const std::int64_t dropped = std::ssize(tokens) - std::ssize(read);
    sources[too_long[k]] = read_source(encoder, outputs, text, std::move(read));
    sources[too_long[k]].dropped = dropped;
  });
  return sources;
}

}  // namespace recura
