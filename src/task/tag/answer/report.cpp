#include "task/tag/answer/report.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "base/error.h"
#include "base/random.h"

namespace recura {
namespace {

constexpr Index kContext = 4;  // tokens shown on each side of an error

using Spans = std::vector<NamedSpan>;

void check(const Spans& spans, const TaggedText& text, std::string_view kind, bool may_overlap) {
  const auto tokens = static_cast<Index>(text.tokens.size());
  Index free = 0;
  for (const NamedSpan& span : spans) {
    if (span.begin < free || span.end <= span.begin || span.end > tokens) {
      throw ArgumentError("span_report: line {}: {} span [{}, {}) is empty, {} another or outside of {} tokens",
                          text.line, kind, span.begin, span.end, may_overlap ? "before" : "over", tokens);
    }
    free = may_overlap ? span.begin : span.end;
  }
}

bool same_edges(const NamedSpan& a, const NamedSpan& b) { return a.begin == b.begin && a.end == b.end; }

/// The spans of a text in the order of their begins.
class Placed {
 public:
  explicit Placed(const Spans& spans) : spans_(spans) {
    for (const NamedSpan& span : spans) longest_ = std::max(longest_, span.end - span.begin);
  }

  /// `span` itself, else one of its edges, else the first that shares a token with it; null if there is none.
  const NamedSpan* over(const NamedSpan& span) const {
    const auto first = std::ranges::upper_bound(spans_, span.begin - longest_, {}, &NamedSpan::begin);
    const auto last = std::ranges::lower_bound(spans_, span.end, {}, &NamedSpan::begin);
    const NamedSpan* found = nullptr;
    for (auto at = first; at < last; ++at) {
      if (at->end <= span.begin) continue;
      if (*at == span) return &*at;
      if (found == nullptr || (same_edges(*at, span) && !same_edges(*found, span))) found = &*at;
    }
    return found;
  }

 private:
  const Spans& spans_;
  Index longest_ = 0;
};

/// Without what lies over undecided tokens, or is of a type that was not looked for.
PredictedSpans decided(const TaggedText& text, const PredictedSpans& predicted) {
  PredictedSpans kept{.label = predicted.label};
  for (std::size_t i = 0; i < predicted.spans.size(); ++i) {
    const auto at = std::ranges::lower_bound(text.undecided, predicted.spans[i].begin);
    const bool is_open = at != text.undecided.end() && *at < predicted.spans[i].end;
    if (is_open || !text.marks(predicted.spans[i].type)) continue;
    kept.spans.push_back(predicted.spans[i]);
    if (!predicted.scores.empty()) kept.scores.push_back(predicted.scores[i]);
  }
  return kept;
}

/// For each token: the type of its span, and whether it begins there.
std::vector<std::pair<std::string_view, bool>> tags(const TaggedText& text, const Spans& spans) {
  constexpr std::string_view kOutside("\0", 1);  // no type
  std::vector<std::pair<std::string_view, bool>> tags(text.tokens.size(), {kOutside, false});
  for (const NamedSpan& span : spans) {
    for (Index token = span.begin; token < span.end; ++token)
      tags[static_cast<std::size_t>(token)] = {span.type, token == span.begin};
  }
  return tags;
}

void add_to(SpanCounts& sum, const SpanCounts& counts) {
  sum.gold += counts.gold;
  sum.predicted += counts.predicted;
  sum.right += counts.right;
}

/// The percentiles of the bootstrap (Efron 1979).
Interval interval(const std::vector<SpanCounts>& texts, const SpanReportOptions& options) {
  if (texts.empty() || options.resamples <= 0) return {};
  std::vector<double> scores;
  Rng rng = Rng(options.seed).stream("bootstrap");
  for (int sample = 0; sample < options.resamples; ++sample) {
    SpanCounts sum;
    for (std::size_t draw = 0; draw < texts.size(); ++draw)
      add_to(sum, texts[(std::uint64_t{rng.next()} * texts.size()) >> 32]);
    scores.push_back(sum.rates().f1);
  }
  std::ranges::sort(scores);
  const auto tail = static_cast<std::size_t>(0.025 * static_cast<double>(scores.size()));
  return {scores[tail], scores[scores.size() - 1 - tail]};
}

class Counter {
 public:
  explicit Counter(const SpanReportOptions& options) : options_(options) {}

  void add(const TaggedText& text, const PredictedSpans& predicted) {
    SpanCounts counts{static_cast<std::int64_t>(text.spans.size()), static_cast<std::int64_t>(predicted.spans.size())};
    const Placed gold(text.spans), given(predicted.spans);
    for (const NamedSpan& span : text.spans) counts.right += add_gold(text, span, predicted, given) ? 1 : 0;
    for (const NamedSpan& span : predicted.spans) {
      ++types_[span.type].predicted;
      if (gold.over(span) != nullptr) continue;
      ++report_.errors.spurious;
      add_error(text, nullptr, &span, predicted);
    }
    const bool label_right = text.label == predicted.label;
    if (!text.label.empty()) report_.labels.add(label_right);
    report_.whole.add((text.label.empty() || label_right) && counts.right == counts.gold &&
                      counts.right == counts.predicted);
    add_tokens(text, predicted.spans);
    texts_.push_back(counts);
  }

  SpanReport report() {
    report_.texts = static_cast<std::int64_t>(texts_.size());
    for (const SpanCounts& text : texts_) add_to(report_.spans, text);
    report_.micro = report_.spans.rates();
    report_.f1_interval = interval(texts_, options_);
    add_types();
    for (const auto& [pair, count] : confused_) report_.confusion.push_back({pair.first, pair.second, count});
    std::ranges::stable_sort(report_.confusion, std::greater(), &TypeConfusion::count);
    add_worst();
    return std::move(report_);
  }

 private:
  /// Whether the span was found.
  bool add_gold(const TaggedText& text, const NamedSpan& span, const PredictedSpans& predicted, const Placed& given) {
    const NamedSpan* const over = given.over(span);
    const bool right = over != nullptr && *over == span;
    SpanCounts& type = types_[span.type];
    ++type.gold;
    type.right += right ? 1 : 0;
    const Index length = std::min<Index>(span.end - span.begin, static_cast<Index>(report_.by_length.size()));
    report_.by_length[static_cast<std::size_t>(length) - 1].add(right);
    if (options_.known_names != nullptr) {
      const bool seen = options_.known_names->contains(span_name(text, span));
      (seen ? report_.seen : report_.unseen).add(right);
    }
    if (right) return true;
    if (over == nullptr) {
      ++report_.errors.missed;
    } else if (same_edges(*over, span)) {
      ++report_.errors.wrong_type;
      ++confused_[{span.type, over->type}];
    } else {
      ++report_.errors.wrong_edges;
    }
    add_error(text, &span, over, predicted);
    return false;
  }

  void add_tokens(const TaggedText& text, const Spans& predicted) {
    const auto gold_tags = tags(text, text.spans), predicted_tags = tags(text, predicted);
    for (std::size_t token = 0; token < gold_tags.size(); ++token) {
      if (!std::ranges::binary_search(text.undecided, static_cast<Index>(token)))
        report_.tokens.add(gold_tags[token] == predicted_tags[token]);
    }
  }

  /// Where an error is; it is written out only if it is among the worst.
  struct Place {
    const TaggedText* text = nullptr;
    const NamedSpan *gold = nullptr, *predicted = nullptr;
    double score = 0;
  };

  void add_error(const TaggedText& text, const NamedSpan* gold, const NamedSpan* predicted, const PredictedSpans& all) {
    const double score = predicted == nullptr || all.scores.empty()
                             ? 0
                             : all.scores[static_cast<std::size_t>(predicted - all.spans.data())];
    errors_.push_back({&text, gold, predicted, score});
  }

  void add_worst() {
    const std::size_t count = std::min(options_.worst, errors_.size());
    std::ranges::stable_sort(errors_, [](const Place& a, const Place& b) {
      return std::pair(a.predicted != nullptr, a.score) > std::pair(b.predicted != nullptr, b.score);
    });
    for (const Place& place : std::span(errors_).first(count)) report_.worst.push_back(written(place));
  }

  static SpanError written(const Place& place) {
    const TaggedText& text = *place.text;
    SpanError error;
    error.line = text.line;
    error.score = place.score;
    Index begin = static_cast<Index>(text.tokens.size()), end = 0;
    for (const NamedSpan* span : {place.gold, place.predicted}) {
      if (span == nullptr) continue;
      begin = std::min(begin, std::max<Index>(span->begin - kContext, 0));
      end = std::max(end, std::min(span->end + kContext, static_cast<Index>(text.tokens.size())));
    }
    error.piece = span_text(text, {begin, end, ""});
    if (place.gold != nullptr) error.gold = *place.gold, error.gold_text = span_text(text, *place.gold);
    if (place.predicted != nullptr)
      error.predicted = *place.predicted, error.predicted_text = span_text(text, *place.predicted);
    return error;
  }

  void add_types() {
    for (const auto& [type, counts] : types_) {
      report_.types.push_back({type, counts, counts.rates()});
      const PrecisionRecall& rates = report_.types.back().rates;
      report_.macro.precision += rates.precision;
      report_.macro.recall += rates.recall;
      report_.macro.f1 += rates.f1;
    }
    for (double* sum : {&report_.macro.precision, &report_.macro.recall, &report_.macro.f1})
      *sum = ratio(*sum, static_cast<double>(types_.size()));
  }

  const SpanReportOptions& options_;
  std::map<std::string, SpanCounts> types_;
  std::map<std::pair<std::string, std::string>, std::int64_t> confused_;
  std::vector<SpanCounts> texts_;
  std::vector<Place> errors_;
  SpanReport report_;
};

}  // namespace

std::string_view span_text(const TaggedText& text, const NamedSpan& span) {
  const std::size_t begin = text.tokens[static_cast<std::size_t>(span.begin)].begin;
  return std::string_view(text.text).substr(begin, text.tokens[static_cast<std::size_t>(span.end) - 1].end - begin);
}

std::string span_name(const TaggedText& text, const NamedSpan& span) {
  return span.type + '\t' + std::string(span_text(text, span));
}

SpanReport span_report(std::span<const TaggedText> gold, std::span<const PredictedSpans> predicted,
                       const SpanReportOptions& options) {
  if (gold.size() != predicted.size())
    throw ArgumentError("span_report: expected {} predictions, got {}", gold.size(), predicted.size());
  std::vector<PredictedSpans> counted(predicted.begin(), predicted.end());
  Counter counter(options);
  std::int64_t foreign = 0;
  for (std::size_t i = 0; i < gold.size(); ++i) {
    check(gold[i].spans, gold[i], "gold", false);
    check(counted[i].spans, gold[i], "predicted", true);
    if (!counted[i].scores.empty() && counted[i].scores.size() != counted[i].spans.size()) {
      throw ArgumentError("span_report: line {}: expected a score for each of {} spans, got {}", gold[i].line,
                          counted[i].spans.size(), counted[i].scores.size());
    }
    for (const NamedSpan& span : counted[i].spans) foreign += gold[i].marks(span.type) ? 0 : 1;
    if (!gold[i].undecided.empty() || gold[i].own_types) counted[i] = decided(gold[i], counted[i]);
    counter.add(gold[i], counted[i]);
  }
  SpanReport report = counter.report();
  report.foreign = foreign;
  return report;
}

}  // namespace recura
