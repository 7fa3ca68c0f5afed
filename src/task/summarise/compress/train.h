#pragma once

#include <functional>

#include "task/summarise/compress/model.h"
#include "task/summarise/parts.h"
#include "task/tag/train.h"

namespace recura {

/// What is known of the data before training begins.
struct CompressData {
  std::int64_t train_texts = 0, dev_texts = 0;
  /// Of the training texts: words and marks, those that summaries keep, and summaries that are no part of their text.
  std::int64_t words = 0, kept = 0, partial = 0;
  std::int64_t vocabulary = 0;
  VectorCoverage vectors;
  /// Share of unknown words.
  double train_unknown = 0, dev_unknown = 0;
  /// F1 of keeping the first words, as many as each summary has: on the dev part, on the training part if there is
  /// none.
  double lead = 0;
  int epochs = 0;
};

struct CompressCallbacks {
  /// Told once, before the first step.
  std::function<void(const CompressData&)> data_known;
  FitCallbacks fit;
};

struct TrainedCompressor {
  CompressModel model;
  CompressData data;
  FitResult fit;
  Narrowing narrowing;
};

/// Trains a tagger of what summaries keep. The dev score is the F1 of the words that the likeliest tags keep.
/// @throws DataError        if no summary keeps a word of its text, or as `find_kept`.
/// @throws DivergenceError  as `fit`.
TrainedCompressor train_compressor(GivenSummaries given, TaggerRecipe recipe, Executor& executor,
                                   const CompressCallbacks& callbacks);

/// F1 of the words in spans.
double kept_f1(std::span<const TaggedText> texts, std::span<const PredictedSpans> predicted);

}  // namespace recura
