#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/executor.h"
#include "task/tag/answer/predict.h"
#include "task/tag/answer/readings.h"
#include "task/tag/features/dictionary.h"
#include "task/tag/model.h"

namespace recura {

struct ExtractedText {
  std::vector<FoundEntity> entities;
  /// The likeliest ones, the best first, if they were asked for.
  std::vector<SpanReading> readings;
  /// As `TagAnswer` has them; of several sentences the mean and the sum.
  std::vector<double> labels;
  double log_probability = 0;
};

/// Finds the spans of raw texts, well-formed UTF-8: each is cut into sentences, and these into tokens.
///
/// A sentence of more than 512 tokens is read in windows of so many, which overlap by 128; a span is taken from the
/// window in whose middle (64 tokens less on a side where another window follows) its first token lies, and one that
/// runs into the span before it is dropped. So no span of up to 64 tokens is cut. Where text is cut into words, every
/// token is in one: longer words are cut.
///
/// Of a sentence that is read in windows there is one reading, its likeliest spans, with the windows' probabilities
/// together.
/// @param dictionary  favours its names; null: none.
std::vector<ExtractedText> extract(const TaggerModel& model, std::span<const std::string> texts, Executor& executor,
                                   const TagDictionary* dictionary = nullptr, const TagQuery& query = {});

/// The same for texts that are tokens already, each read as one sentence: spans of tokens. `least` is of `TagQuery`.
std::vector<TagAnswer> tag_tokens(const TaggerModel& model, std::span<const TaggedText> texts, Executor& executor,
                                  const TagDictionary* dictionary = nullptr, double least = 0);

}  // namespace recura
