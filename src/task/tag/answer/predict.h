#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/executor.h"
#include "task/tag/tag_network.h"
#include "task/tag/tag_set.h"

namespace recura {

/// A span that a tagger found, and its probability: that of all sequences of tags in which just this span stands there
/// (Culotta & McCallum 2004).
struct FoundSpan {
  NamedSpan span;
  double score = 0;
  /// One of those that are likeliest together.
  bool likeliest = true;
};

/// A span of a text, in bytes of it.
struct FoundEntity {
  std::size_t begin = 0, end = 0;
  std::string type;
  double score = 0;
  /// One of those that are likeliest together.
  bool likeliest = true;
};

/// Some spans of a text and the logarithm of the probability that these and no others stand there.
struct TagReading {
  std::vector<NamedSpan> spans;
  double log_probability = 0;
};

struct TagAnswer {
  std::vector<FoundSpan> spans;
  /// The likeliest ones, the best first, if they were asked for.
  std::vector<TagReading> readings;
  /// The probability of each class of the text, [L]; empty if there are none.
  std::vector<double> labels;
  /// Of the whole sequence of tags.
  double log_probability = 0;
};

/// What somebody knows of a token's tag: its score rises by `bonus`.
struct TagHint {
  Index token = 0;
  std::int32_t tag = 0;
  double bonus = 0;
};

/// What is asked of a network.
struct TagQuery {
  /// Not 0: also all others that have this probability at least, though they may overlap.
  double least = 0;
  /// How many readings.
  std::size_t readings = 0;
};

/// The least probable of spans that are ever given.
constexpr double kLeastProbable = 0.01;

/// The spans of each text; `hints` are those of each text, or none at all. A text's result does not depend on the
/// others, bit for bit. Memory: that of a few thousand tokens for each thread, or of the longest text.
/// @throws DataError  if a number is not finite.
std::vector<TagAnswer> tag(const TagNetwork& network, const TagSet& tags, const TextFeatures& features,
                           Executor& executor, std::span<const std::vector<TagHint>> hints = {},
                           const TagQuery& query = {});

/// Reads all texts in batches, spread over the executor's threads; calls batch(texts, output) for each, on its thread.
void read_texts(const TagNetwork& network, const TextFeatures& features, Executor& executor,
                const std::function<void(std::span<const Index> texts, const TagOutput& output)>& batch);

}  // namespace recura
