#pragma once

#include <functional>

#include "task/language/start.h"
#include "task/narrow.h"
#include "task/start_pace.h"
#include "task/summarise/parts.h"
#include "task/summarise/select/model.h"
#include "task/summarise/select/objective.h"
#include "train/trainer.h"

namespace recura {

struct SelectRecipe {
  TextRule rule;
  /// Words seen less often are unknown; ids in all.
  std::int64_t min_count = 1;
  std::int64_t max_vocabulary = 30'000;
  Cut cut = Cut::sentence;
  /// Of a sentence, so many tokens are read.
  std::int64_t max_length = 100;
  /// The vocabulary is filled in.
  SelectNetworkSpec network;
  /// A language model of both directions, by whose sizes the network is made.
  LanguageStart start;
  /// Of the start's weights.
  StartPace pace;
  /// Of the training rows, if no dev part is given.
  double dev_share = 0.1;
  FitOptions fit;
  Precision training_precision = Precision::float32;
  /// What the weights are rounded to in the end.
  Precision precision = Precision::float32;
};

/// What is known of the data before training begins.
struct SelectData {
  std::int64_t train_texts = 0, dev_texts = 0;
  /// Of the training texts: sentences, those that belong to summaries, tokens, and those beyond the length of a
  /// sentence.
  std::int64_t sentences = 0, kept = 0, tokens = 0, dropped = 0;
  std::int64_t vocabulary = 0;
  /// Share of unknown tokens.
  double train_unknown = 0, dev_unknown = 0;
  /// Share of right ones on the dev part (on the training part if there is none) of choosing the first sentences, as
  /// many as each summary has.
  double lead = 0;
  int epochs = 0;
};

struct SelectCallbacks {
  /// Told once, before the first step.
  std::function<void(const SelectData&)> data_known;
  FitCallbacks fit;
};

struct TrainedSelector {
  SelectModel model;
  SelectData data;
  FitResult fit;
  Narrowing narrowing;
};

/// Trains a chooser of sentences: texts cut, labels found, vocabulary and dev part made, network fitted.
///
/// @throws DataError        if no training text has a sentence that belongs to its summary.
/// @throws DivergenceError  as `fit`.
TrainedSelector train_selector(GivenSummaries given, const SelectRecipe& recipe, Executor& executor,
                               const SelectCallbacks& callbacks);

/// Cuts the texts of rows that do not say where their sentences lie, and finds the sentences of the summaries of those
/// that do not say which they are; spread over the executor's threads.
void find_sentences(std::vector<SummaryRow>& rows, Cut what, Executor& executor);
/// Such rows as a network reads them.
LabelledDocuments labelled_documents(const TextEncoder& encoder, std::vector<SummaryRow> rows, Executor& executor);
std::vector<Document> make_documents(const TextEncoder& encoder, std::span<const SummaryRow> rows, Executor& executor);

}  // namespace recura
