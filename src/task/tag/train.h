#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "data/tagged/tagged_data.h"
#include "task/narrow.h"
#include "task/start_pace.h"
#include "task/tag/model.h"
#include "task/tag/objective.h"
#include "task/tag/start.h"
#include "task/word_vectors.h"
#include "train/trainer.h"

namespace recura {

struct TaggerRecipe {
  TextRule rule;
  /// Words seen less often are unknown; ids in all, those that come with vectors aside.
  std::int64_t min_count = 1;
  std::int64_t max_vocabulary = 100'000;
  /// Tags and vocabularies are filled in; hashed channels get fewer vectors where the training texts have fewer tokens.
  TagNetworkSpec network;
  /// What training begins with, if anything. A tagger decides the rule, the lexicon and all of the network but what the
  /// data add; a language model the rule, and the sizes of what it gives.
  std::shared_ptr<const TaggerStart> start;
  /// Of the start's weights; all but rate and frozen is filled in.
  StartPace pace;
  /// Start of the channel "word", whose size they give; training leaves them as they are if they are frozen.
  std::optional<WordVectors> vectors;
  bool freeze_vectors = false;
  /// What the channel "lexicon" looks for, beside names that stand so often in the training texts (0: none of them).
  std::vector<LexiconEntry> lexicon;
  std::int64_t lexicon_count = 0;
  /// Of the training texts of each file, if no dev part is given.
  double dev_share = 0.1;
  /// Moves the score of being in no span to where the score on dev is best, when the network is trained: likelihood
  /// alone finds too few spans where names are rare and new. Texts of another kind than dev may then get too many.
  bool balance = false;
  /// What the best epoch is chosen by.
  TagScore score = span_f1;
  FitOptions fit;
  Precision training_precision = Precision::float32;
  /// What the weights are rounded to in the end.
  Precision precision = Precision::float32;
};

/// What is known of the data before training begins.
struct TaggerData {
  /// Spans of each type in the training texts.
  std::vector<std::pair<std::string, std::int64_t>> types;
  std::vector<std::string> labels;
  std::int64_t train_texts = 0, dev_texts = 0, tokens = 0, dev_tokens = 0;
  /// Dev spans of a type that no training text has: they count as missed.
  std::int64_t dev_spans_unseen = 0;
  std::int64_t words = 0, characters = 0, lexicon = 0;
  /// Words and types that a start has not.
  std::int64_t new_words = 0, new_types = 0;
  VectorCoverage vectors;
  /// Share of unknown tokens.
  double train_unknown = 0, dev_unknown = 0;
  int epochs = 0;
};

struct TrainedTagger {
  TaggerModel model;
  TaggerData data;
  FitResult fit = {};
  /// What the balance added to the score of being in no span, and the dev F1 then.
  double outside_shift = 0, balanced_f1 = 0;
  Narrowing narrowing = {};
};

/// Trains a tagger: vocabularies and dev part made, texts turned into features, network fitted.
///
/// `data_known` is told once, before the first step.
/// `epochs` 0: as `with_epochs` has it, with dev texts thirty at least.
/// @throws DataError        if no training text has a span, or only some texts have labels, or a start does not fit.
/// @throws DivergenceError  as `fit`.
TrainedTagger train_tagger(TaggedData train, std::optional<TaggedData> dev, TaggerRecipe recipe, Executor& executor,
                           const std::function<void(const TaggerData&)>& data_known, const FitCallbacks& callbacks);

}  // namespace recura
