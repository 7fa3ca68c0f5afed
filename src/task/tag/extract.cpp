#include "task/tag/extract.h"

#include <algorithm>

#include "text/sentences.h"

namespace recura {
namespace {

constexpr Index kWindow = 512, kMargin = 64;

/// A part of a text that the network reads at once, and the tokens that it has the say about.
struct Window {
  std::size_t text = 0;
  Index first = 0;  // its first token is this one of the text
  Index begin = 0, end = 0;
};

/// Tokens `first` … `end` - 1 of a text as a text of their own.
TaggedText part_of(const TaggedText& text, Index first, Index end) {
  TaggedText part;
  const std::size_t offset = text.tokens[static_cast<std::size_t>(first)].begin;
  part.text = text.text.substr(offset, text.tokens[static_cast<std::size_t>(end - 1)].end - offset);
  for (Index token = first; token < end; ++token) {
    const Token own = text.tokens[static_cast<std::size_t>(token)];
    part.tokens.push_back({own.begin - offset, own.end - offset});
  }
  return part;
}

struct Windows {
  std::vector<Window> windows;
  std::vector<TaggedText> parts;

  void add(std::size_t number, const TaggedText& text) {
    const Index tokens = std::ssize(text.tokens);
    for (Index first = 0; first < tokens; first += kWindow - 2 * kMargin) {
      const Index end = std::min(first + kWindow, tokens);
      windows.push_back({number, first, first == 0 ? 0 : first + kMargin, end == tokens ? tokens : end - kMargin});
      parts.push_back(part_of(text, first, end));
      if (end == tokens) return;
    }
  }
};

void add_answer(const Window& window, TagAnswer& part, TagAnswer& whole, Index& windows_before) {
  for (FoundSpan& found : part.spans) {
    found.span.begin += window.first;
    found.span.end += window.first;
    if (found.span.begin < window.begin || found.span.begin >= window.end) continue;
    if (!whole.spans.empty() && whole.spans.back().span.end > found.span.begin) continue;
    whole.spans.push_back(std::move(found));
  }
  whole.log_probability += part.log_probability;
  whole.labels.resize(part.labels.size());
  const auto seen = static_cast<double>(windows_before++);
  for (std::size_t k = 0; k < part.labels.size(); ++k)
    whole.labels[k] = (whole.labels[k] * seen + part.labels[k]) / (seen + 1);
}

std::vector<TagAnswer> read(const TaggerModel& model, Windows& windows, std::size_t texts, Executor& executor) {
  std::vector<TagAnswer> parts =
      tag(*model.network, model.tags, model.encoder.encode(windows.parts, executor), executor);
  std::vector<TagAnswer> answers(texts);
  std::vector<Index> counts(texts);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Window& window = windows.windows[i];
    add_answer(window, parts[i], answers[window.text], counts[window.text]);
  }
  return answers;
}

/// A sentence of a raw text.
struct Sentence {
  std::size_t text = 0, offset = 0;
  TaggedText tokens;
};

std::vector<Sentence> sentences_of(const Tokenizer& tokenizer, std::size_t number, const std::string& text) {
  std::vector<Sentence> sentences;
  for (const Token sentence : cut_sentences(text)) {
    Sentence one{number, sentence.begin, {}};
    one.tokens.text = text.substr(sentence.begin, sentence.end - sentence.begin);
    one.tokens.tokens = tokenizer.cut(one.tokens.text);
    if (!one.tokens.tokens.empty()) sentences.push_back(std::move(one));
  }
  return sentences;
}

}  // namespace

std::vector<TagAnswer> tag_tokens(const TaggerModel& model, std::span<const TaggedText> texts, Executor& executor) {
  Windows windows;
  for (std::size_t i = 0; i < texts.size(); ++i) windows.add(i, texts[i]);
  return read(model, windows, texts.size(), executor);
}

std::vector<ExtractedText> extract(const TaggerModel& model, std::span<const std::string> texts, Executor& executor) {
  std::vector<std::vector<Sentence>> cut(texts.size());
  executor.run(static_cast<int>(texts.size()), [&](int part) {
    const auto i = static_cast<std::size_t>(part);
    cut[i] = sentences_of(model.encoder.tokenizer(), i, texts[i]);
  });
  Windows windows;
  std::vector<const Sentence*> sentences;
  for (const auto& some : cut) {
    for (const Sentence& sentence : some) {
      windows.add(sentences.size(), sentence.tokens);
      sentences.push_back(&sentence);
    }
  }
  std::vector<TagAnswer> answers = read(model, windows, sentences.size(), executor);
  std::vector<ExtractedText> result(texts.size());
  std::vector<std::size_t> read_of(texts.size());
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    const Sentence& sentence = *sentences[i];
    ExtractedText& text = result[sentence.text];
    for (FoundSpan& found : answers[i].spans) {
      const auto token = [&](Index at) { return sentence.tokens.tokens[static_cast<std::size_t>(at)]; };
      text.entities.push_back({sentence.offset + token(found.span.begin).begin,
                               sentence.offset + token(found.span.end - 1).end, std::move(found.span.type),
                               found.score});
    }
    text.log_probability += answers[i].log_probability;
    text.labels.resize(answers[i].labels.size());
    const auto seen = static_cast<double>(read_of[sentence.text]++);
    for (std::size_t k = 0; k < text.labels.size(); ++k)
      text.labels[k] = (text.labels[k] * seen + answers[i].labels[k]) / (seen + 1);
  }
  return result;
}

}  // namespace recura
