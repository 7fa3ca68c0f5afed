#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "data/tagged/tagged_text.h"
#include "task/precision_recall.h"

namespace recura {

/// What was predicted for one text.
struct PredictedSpans {
  std::vector<NamedSpan> spans = {};  // as in `TaggedText`
  std::vector<double> scores = {};    // of each span; empty if there are none
  std::string label = {};
};

/// `right` of `all`.
struct Share {
  std::int64_t right = 0, all = 0;

  double rate() const { return ratio(static_cast<double>(right), static_cast<double>(all)); }
  void add(bool is_right) { right += is_right ? 1 : 0, ++all; }
};

struct SpanCounts {
  std::int64_t gold = 0, predicted = 0, right = 0;

  PrecisionRecall rates() const {
    return recura::rates(static_cast<double>(right), static_cast<double>(predicted), static_cast<double>(gold));
  }
};

struct TypeReport {
  std::string type;
  SpanCounts counts;
  PrecisionRecall rates;
};

/// Spans with right edges and a wrong type.
struct TypeConfusion {
  std::string gold, predicted;
  std::int64_t count = 0;
};

/// Each gold span that was not found counts once: a predicted one has its edges, or lies over it, or none does.
/// `spurious` are predicted spans that lie over no gold one.
struct SpanErrorCounts {
  std::int64_t wrong_type = 0, wrong_edges = 0, missed = 0, spurious = 0;
};

/// One of `SpanErrorCounts`; a missed span has no predicted one, a spurious one no gold one.
struct SpanError {
  std::int64_t line = 0;
  std::string piece;  // of the text, around both
  std::optional<NamedSpan> gold, predicted;
  std::string gold_text, predicted_text;
  double score = 0;  // of the predicted span
};

/// How well predicted spans meet the right ones. A span is right if a gold one has its edges and its type, which is how
/// conlleval counts (Tjong Kim Sang & Buchholz 2000).
struct SpanReport {
  std::int64_t texts = 0;
  SpanCounts spans;
  /// Over all spans together; the mean over types that stand in the texts or were predicted.
  PrecisionRecall micro, macro;
  /// Of the micro F1: 95 % of the values that texts drawn with replacement give.
  Interval f1_interval;
  std::vector<TypeReport> types;  // by name
  /// Tokens whose BIO tag is right.
  Share tokens;
  /// Gold spans of 1, 2, 3, 4, and 5 or more tokens.
  std::array<Share, 5> by_length;
  /// Gold spans whose name and type training had, and others; for words: IV and OOV recall (SIGHAN).
  Share seen, unseen;
  SpanErrorCounts errors;
  /// Predicted spans of types that their text was not searched for, which count nowhere else.
  std::int64_t foreign = 0;
  std::vector<TypeConfusion> confusion;  // by falling count
  /// Those predicted with the highest scores; missed spans last.
  std::vector<SpanError> worst;
  /// Texts that have a label; and all texts, right in their label and in each span.
  Share labels, whole;
};

struct SpanReportOptions {
  /// `span_name` of each span of the training data; none: `seen` and `unseen` stay empty.
  const std::unordered_set<std::string>* known_names = nullptr;
  std::size_t worst = 20;
  int resamples = 1000;
  std::uint64_t seed = 1;
};

/// The text of a span.
std::string_view span_text(const TaggedText& text, const NamedSpan& span);
/// Type and text of a span, as one key.
std::string span_name(const TaggedText& text, const NamedSpan& span);

/// Predicted spans over tokens that the gold data leave undecided, or of types that were not looked for, do not count.
/// They may overlap; of the tokens the last one over each then counts.
/// @throws ArgumentError  if there are not as many predictions as texts, spans are empty, outside the text or not in
/// the order of their begins, or gold ones overlap.
SpanReport span_report(std::span<const TaggedText> gold, std::span<const PredictedSpans> predicted,
                       const SpanReportOptions& options = {});

}  // namespace recura
