#include "task/tag/answer/extract.h"

#include <algorithm>

#include "base/floating_state.h"
#include "text/sentences.h"

namespace recura {
namespace {

constexpr Index kWindow = 512, kMargin = 64;
/// What is read at a time: enough to fill the threads, little enough for constant memory.
constexpr std::size_t kRoundBytes = std::size_t{1} << 18;
constexpr Index kRoundTokens = Index{1} << 16;

/// A part of a sentence that the network reads at once, and the tokens that it has the say about.
struct Window {
  std::size_t text = 0;    // number of the caller's text
  std::size_t offset = 0;  // of the part in that text
  Index first = 0;         // its first token is this one of the sentence
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

  void add(std::size_t number, std::size_t offset, const TaggedText& sentence) {
    const Index tokens = std::ssize(sentence.tokens);
    for (Index first = 0; first < tokens; first += kWindow - 2 * kMargin) {
      const Index end = std::min(first + kWindow, tokens);
      windows.push_back({number, offset + sentence.tokens[static_cast<std::size_t>(first)].begin, first,
                         first == 0 ? 0 : first + kMargin, end == tokens ? tokens : end - kMargin});
      parts.push_back(part_of(sentence, first, end));
      if (end == tokens) return;
    }
  }

  /// A part is a sentence of its own.
  bool is_whole(std::size_t part) const {
    const bool is_last = part + 1 == windows.size() || windows[part + 1].first == 0;
    return windows[part].first == 0 && is_last;
  }
};

TagReading only_reading(const TagAnswer& answer) {
  TagReading reading{{}, answer.log_probability};
  for (const FoundSpan& one : answer.spans) {
    if (one.likeliest) reading.spans.push_back(one.span);
  }
  return reading;
}

/// Puts the spans of a sentence's windows together: those that a window has the say about and, of the likeliest, that
/// do not run into one before. Where text is cut into words, what is left between two becomes a word, so that nothing
/// is lost.
class Merger {
 public:
  explicit Merger(bool words) : words_(words) {}

  /// `spans` are in tokens of the sentence, and so are the result.
  std::vector<FoundSpan> merge(const Window& window, std::vector<FoundSpan>&& spans) {
    if (window.first == 0) covered_ = 0;
    std::vector<FoundSpan> kept;
    for (FoundSpan& one : spans) {
      if (one.span.begin < window.begin || one.span.begin >= window.end) continue;
      if (one.likeliest) {
        if (one.span.begin < covered_) continue;
        fill(one.span.begin, kept);
        covered_ = one.span.end;
      }
      kept.push_back(std::move(one));
    }
    fill(window.end, kept);
    return kept;
  }

 private:
  void fill(Index end, std::vector<FoundSpan>& kept) {
    if (!words_ || covered_ >= end) return;
    kept.push_back({{covered_, end, ""}, 0});
    covered_ = end;
  }

  bool words_;
  Index covered_ = 0;  // tokens of the sentence before this one are decided
};

/// Reads windows and calls found(window, part, answer) for each, in order; its spans are in tokens of the sentence.
template <typename Found>
void read(const TaggerModel& model, const Windows& windows, Executor& executor, const TagDictionary* dictionary,
          const TagQuery& query, const Found& found) {
  const FloatingState state;
  std::vector<std::vector<TagHint>> hints;
  for (std::size_t i = 0; dictionary != nullptr && i < windows.parts.size(); ++i)
    hints.push_back(dictionary->hints(windows.parts[i]));
  auto answers = tag(*model.network, model.tags, model.encoder.encode(windows.parts, executor), executor, hints, query);
  Merger merger(!model.tags.has_outside());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const Window& window = windows.windows[i];
    for (FoundSpan& one : answers[i].spans) {
      one.score = model.calibration.apply(one.score);
      one.span.begin += window.first;
      one.span.end += window.first;
    }
    answers[i].spans = merger.merge(window, std::move(answers[i].spans));
    if (query.readings > 0 && !windows.is_whole(i)) answers[i].readings = {only_reading(answers[i])};
    found(window, windows.parts[i], answers[i]);
  }
}

/// The mean of the probabilities of a text's parts, of which `seen` were added before.
void add_labels(const std::vector<double>& part, Index& seen, std::vector<double>& whole) {
  whole.resize(part.size());
  const auto before = static_cast<double>(seen++);
  for (std::size_t k = 0; k < part.size(); ++k) whole[k] = (whole[k] * before + part[k]) / (before + 1);
}

/// A sentence of a raw text, in bytes.
struct Sentence {
  std::size_t text = 0;
  Token bytes;
};

std::vector<Sentence> sentences_of(std::span<const std::string> texts, Executor& executor) {
  std::vector<std::vector<Token>> cut(texts.size());
  executor.run(static_cast<int>(texts.size()), [&](int part) {
    cut[static_cast<std::size_t>(part)] = cut_sentences(texts[static_cast<std::size_t>(part)]);
  });
  std::vector<Sentence> sentences;
  for (std::size_t text = 0; text < cut.size(); ++text) {
    for (const Token bytes : cut[text]) sentences.push_back({text, bytes});
  }
  return sentences;
}

Windows windows_of(const Tokenizer& tokenizer, std::span<const std::string> texts, std::span<const Sentence> sentences,
                   Executor& executor) {
  std::vector<TaggedText> cut(sentences.size());
  executor.run(static_cast<int>(sentences.size()), [&](int part) {
    const Sentence& sentence = sentences[static_cast<std::size_t>(part)];
    TaggedText& tokens = cut[static_cast<std::size_t>(part)];
    tokens.text = texts[sentence.text].substr(sentence.bytes.begin, sentence.bytes.end - sentence.bytes.begin);
    tokens.tokens = tokenizer.cut(tokens.text);
  });
  Windows windows;
  for (std::size_t i = 0; i < cut.size(); ++i) windows.add(sentences[i].text, sentences[i].bytes.begin, cut[i]);
  return windows;
}

}  // namespace

std::vector<TagAnswer> tag_tokens(const TaggerModel& model, std::span<const TaggedText> texts, Executor& executor,
                                  const TagDictionary* dictionary, double least) {
  std::vector<TagAnswer> answers(texts.size());
  std::vector<Index> seen(texts.size());
  const auto add = [&](const Window& window, const TaggedText&, TagAnswer& part) {
    TagAnswer& whole = answers[window.text];
    std::ranges::move(part.spans, std::back_inserter(whole.spans));
    whole.log_probability += part.log_probability;
    add_labels(part.labels, seen[window.text], whole.labels);
  };
  for (std::size_t at = 0; at < texts.size();) {
    Windows windows;
    for (Index tokens = 0; at < texts.size() && tokens < kRoundTokens; tokens += std::ssize(texts[at++].tokens))
      windows.add(at, 0, texts[at]);
    read(model, windows, executor, dictionary, {.least = least}, add);
  }
  return answers;
}

std::vector<ExtractedText> extract(const TaggerModel& model, std::span<const std::string> texts, Executor& executor,
                                   const TagDictionary* dictionary, const TagQuery& query) {
  std::vector<ExtractedText> result(texts.size());
  std::vector<Index> seen(texts.size());
  std::vector<ReadingChain> chains(texts.size(), ReadingChain(query.readings));
  const auto add = [&](const Window& window, const TaggedText& part, TagAnswer& answer) {
    ExtractedText& text = result[window.text];
    const auto token = [&](Index at) { return part.tokens[static_cast<std::size_t>(at - window.first)]; };
    const auto entity = [&](const NamedSpan& span, double score, bool likeliest) -> FoundEntity {
      return {window.offset + token(span.begin).begin, window.offset + token(span.end - 1).end, span.type, score,
              likeliest};
    };
    for (const FoundSpan& one : answer.spans) text.entities.push_back(entity(one.span, one.score, one.likeliest));
    std::vector<SpanReading> readings;
    for (const TagReading& one : answer.readings) {
      SpanReading& reading = readings.emplace_back();
      reading.log_probability = one.log_probability;
      for (const NamedSpan& span : one.spans) reading.entities.push_back(entity(span, 0, true));
    }
    chains[window.text].add(std::move(readings));
    text.log_probability += answer.log_probability;
    add_labels(answer.labels, seen[window.text], text.labels);
  };
  const std::vector<Sentence> sentences = sentences_of(texts, executor);
  for (std::size_t at = 0; at < sentences.size();) {
    const std::size_t first = at;
    for (std::size_t bytes = 0; at < sentences.size() && bytes < kRoundBytes; ++at)
      bytes += sentences[at].bytes.end - sentences[at].bytes.begin;
    const auto some = std::span(sentences).subspan(first, at - first);
    read(model, windows_of(model.encoder.tokenizer(), texts, some, executor), executor, dictionary, query, add);
  }
  for (std::size_t text = 0; query.readings > 0 && text < result.size(); ++text)
    result[text].readings = chains[text].take();
  return result;
}

}  // namespace recura
