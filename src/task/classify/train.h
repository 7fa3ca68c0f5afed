#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/labelled_data.h"
#include "task/classify/division.h"
#include "task/classify/model.h"
#include "task/classify/start.h"
#include "task/narrow.h"
#include "task/start_pace.h"
#include "task/text_json.h"
#include "task/word_vectors.h"
#include "train/trainer.h"

namespace recura {

struct ClassifierRecipe {
  TextSettings text;
  /// Forms seen less often are unknown; ids in all.
  std::int64_t min_count = 1;
  std::int64_t max_vocabulary = 30'000;
  /// Of Unit::subword: the size of the vocabulary, the unknown piece included.
  std::int64_t subwords = 8'000;
  /// From an embedding, whose `vocabulary` is filled in, to the last layer but one; a dense layer for the labels is
  /// added. An n-gram layer gets fewer buckets where the training rows have fewer tokens.
  std::vector<LayerSpec> layers;
  /// Start of the embedding, whose size they give, and more words of the vocabulary; training leaves them as they are
  /// if they are frozen.
  std::optional<WordVectors> vectors;
  bool freeze_vectors = false;
  /// Whose weights the training begins with. `layers` must begin with its layers, of a classifier be no others;
  /// `vectors` must be none.
  std::shared_ptr<const Start> start;
  /// Of the start's weights; all but rate and frozen is filled in.
  StartPace pace;
  LabelWeights label_weights;
  /// Share of each target that is spread over all labels.
  double smoothing = 0;
  /// Size of the step against which answers must hold; 0: none.
  double adversarial = 0;
  /// Size of the step behind which answers must be what they are, on texts without a label too; 0: none.
  double virtual_adversarial = 0;
  std::vector<std::string> unlabelled;
  /// Of the training rows, if no dev part is given.
  double dev_share = 0.1;
  /// `epochs` 0: ten, with dev rows thirty at most, and more for few rows, so that there are 400 steps; `patience` then
  /// grows with these.
  FitOptions fit;
  /// What recurrent layers multiply in training: float32 or bf16.
  Precision training_precision = Precision::float32;
  /// What the weights are rounded to in the end.
  Precision precision = Precision::float32;
};

/// What is known of the data before training begins.
struct ClassifierData {
  /// A text may have any number of labels.
  bool several = false;
  std::vector<std::string> labels;
  /// Training rows of each label, and dev rows.
  std::vector<std::int64_t> rows_per_label, dev_rows_per_label;
  /// Training rows with more than one label, and with none.
  std::int64_t rows_of_several = 0, rows_of_none = 0;
  std::int64_t train_rows = 0, dev_rows = 0;
  /// Dev rows with a label that no training row has; they count as wrong.
  std::int64_t dev_rows_unseen = 0;
  /// Accuracy, or micro F1 of `several`, on the dev rows (on the training rows if there are none) of always giving the
  /// most frequent training label.
  double majority = 0;
  std::int64_t vocabulary = 0;
  VectorCoverage vectors;
  /// Forms and labels that a start has not.
  std::int64_t new_forms = 0, new_labels = 0;
  /// Tokens read of the training rows, and those beyond the model's length.
  std::int64_t tokens = 0, dropped = 0;
  /// Training rows that are read in more than one window, and their windows.
  std::int64_t long_rows = 0, long_windows = 0;
  /// Training rows without a token.
  std::int64_t without_tokens = 0;
  int epochs = 0;
  /// What each label counts; none: 1 each.
  std::vector<double> label_weights;
  /// Texts that are trained on without their labels.
  std::int64_t unlabelled = 0;
  /// Share of unknown tokens.
  double train_unknown = 0, dev_unknown = 0, unlabelled_unknown = 0;
};

struct TrainedClassifier {
  ClassifierModel model;
  ClassifierData data;
  FitResult fit;
  Narrowing narrowing;
};

/// Trains a classifier on labelled texts, of one label or several: labels sorted, vocabulary and dev part made, texts
/// encoded, network fitted.
///
/// `data_known` is told once, before the first step. The texts are dropped as soon as they are ids.
/// @throws DataError        if the rows have fewer than two labels (of `several`: none), or a dev part has no label of
/// the training rows.
/// @throws DivergenceError  as `fit`.
TrainedClassifier train_classifier(LabelledData train, std::optional<LabelledData> dev, ClassifierRecipe recipe,
                                   Executor& executor, const std::function<void(const ClassifierData&)>& data_known,
                                   const FitCallbacks& callbacks);

/// What the dev score is called: "accuracy", of several labels a text "micro_f1".
std::string score_name(bool several);

}  // namespace recura
