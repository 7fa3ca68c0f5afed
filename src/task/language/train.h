#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "task/language/model.h"
#include "task/narrow.h"
#include "task/word_vectors.h"
#include "train/trainer.h"

namespace recura {

struct LanguageRecipe {
  TextRule rule;
  /// Forms seen less often are unknown; ids in all.
  std::int64_t min_count = 1, max_vocabulary = 30'000;
  /// The embedding starts from those of the vocabulary's forms, and has their size.
  std::optional<WordVectors> vectors;
  /// Of Unit::subword: the size of the vocabulary, the unknown piece included.
  std::int64_t subwords = 8'000;
  /// Texts are read in pieces of so many tokens.
  std::int64_t piece = 400;
  /// The vocabulary is filled in.
  LanguageNetworkSpec network;
  /// Of the training texts, if no dev part is given.
  double dev_share = 0.1;
  FitOptions fit;
  Precision training_precision = Precision::float32;
  /// What the weights are rounded to in the end.
  Precision precision = Precision::float32;
};

/// What is known of the data before training begins.
struct LanguageData {
  std::int64_t train_texts = 0, dev_texts = 0;
  /// Tokens of the training texts.
  std::int64_t tokens = 0;
  std::int64_t vocabulary = 0;
  /// Shares of unknown tokens.
  double train_unknown = 0, dev_unknown = 0;
  VectorCoverage vectors;
  int epochs = 0;
};

struct LanguageCallbacks {
  /// Told once, before the first step.
  std::function<void(const LanguageData&)> data_known;
  FitCallbacks fit;
};

struct TrainedLanguageModel {
  LanguageModelParts model;
  LanguageData data;
  FitResult fit;
  Narrowing narrowing;
};

/// What the dev score is called: the geometric mean of the words' probabilities.
inline constexpr const char* kLanguageScore = "probability";

/// Trains a language model on raw texts: vocabulary and dev part made, texts numbered and cut, network fitted.
/// @throws DataError        if the texts have no tokens.
/// @throws DivergenceError  as `fit`.
TrainedLanguageModel train_language_model(std::vector<std::string> train, std::optional<std::vector<std::string>> dev,
                                          LanguageRecipe recipe, Executor& executor,
                                          const LanguageCallbacks& callbacks);

}  // namespace recura
