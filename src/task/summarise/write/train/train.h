#pragma once

#include <functional>

#include "task/language/start.h"
#include "task/narrow.h"
#include "task/start_pace.h"
#include "task/summarise/parts.h"
#include "task/summarise/write/model.h"
#include "task/summarise/write/train/objective.h"
#include "train/trainer.h"

namespace recura {

struct WriteRecipe {
  TextRule rule;
  /// Words seen less often are unknown; most ids of words that are read, and of words that are written.
  std::int64_t min_count = 1;
  std::int64_t max_vocabulary = 30'000, max_outputs = 15'000;
  /// With Unit::subword, which needs none of these three: most ids of pieces, all of which can be written.
  std::int64_t subwords = 8'000;
  /// So many tokens are read of a text, and learnt of a summary.
  std::int64_t max_length = 400, max_summary = 100;
  /// The vocabulary and the outputs are filled in.
  WriteNetworkSpec network;
  /// A language model of both directions, by whose sizes and text rule the writer is made.
  LanguageStart start;
  /// Of the start's weights.
  StartPace pace;
  WriteLossOptions loss;
  /// Of the training rows, if no dev part is given.
  double dev_share = 0.1;
  FitOptions fit;
  Precision training_precision = Precision::float32;
  /// What the weights are rounded to in the end.
  Precision precision = Precision::float32;
};

/// What is known of the data before training begins.
struct WriteData {
  std::int64_t train_texts = 0, dev_texts = 0;
  /// Of the training texts: tokens read, those beyond the length, words of the summaries, and those of them that can
  /// neither be written nor copied.
  std::int64_t tokens = 0, dropped = 0, words = 0, lost = 0;
  std::int64_t vocabulary = 0, outputs = 0;
  /// Shares: of unknown tokens, and of the summaries' words that stand in their texts.
  double train_unknown = 0, dev_unknown = 0, copied = 0;
  /// The mean ROUGE (as the dev score has it) of the beginning of a text, as many words as its summary has: on the dev
  /// part, on the training part if there is none.
  double lead = 0;
  int epochs = 0;
};

struct WriteCallbacks {
  /// Told once, before the first step.
  std::function<void(const WriteData&)> data_known;
  FitCallbacks fit;
};

struct TrainedWriter {
  WriteModel model;
  WriteData data;
  FitResult fit;
  Narrowing narrowing;
};

/// Trains a writer of summaries: vocabulary and dev part made, texts numbered, network fitted. The dev score is the
/// mean F1 of ROUGE-1, -2 and -L of summaries that are written without a beam.
///
/// Of several references of a training text the first is learnt.
/// @throws DataError        if the summaries have no words.
/// @throws DivergenceError  as `fit`.
TrainedWriter train_writer(GivenSummaries given, const WriteRecipe& recipe, Executor& executor,
                           const WriteCallbacks& callbacks);

/// Rows as a network learns from them.
std::vector<WriteExample> make_examples(const TextEncoder& encoder, Index outputs, std::span<const SummaryRow> rows,
                                        std::int64_t max_summary, Executor& executor);

}  // namespace recura
