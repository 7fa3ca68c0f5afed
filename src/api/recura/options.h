#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace recura {

// Comments tell what the names of options do not. The meaning, range and special values of each stand in
// docs/reference.md, by the names that `describe` gives: `batch_size` is batch-size there.

/// How files of texts are read.
struct InputOptions {
  enum class OnError { fail, skip };
  enum class BadUtf8 { refuse, replace };

  /// jsonl, csv, tsv, fasttext or lines; empty: by the file's ending, then by its first line.
  std::string format = {};
  /// Of several names, between commas, the texts are joined by line feeds, in this order.
  std::string text_field = "text";
  /// With an s behind it, it is the name of a list of labels: in JSON an array, in a cell separated by "|".
  std::string label_field = "label";
  OnError on_error = OnError::skip;
  BadUtf8 bad_utf8 = BadUtf8::refuse;
};

/// Where a training keeps what it needs to go on after it was stopped, to the same model bit for bit.
struct CheckpointOptions {
  /// The file; empty: none is kept. Whoever trains removes it when the model is saved.
  std::string checkpoint = {};
  /// Go on from the file if it is there. Options and data must be those that the training began with.
  bool resume = false;
  /// It is written at the ends of epochs, when training is stopped, and in longer epochs after so many minutes; 0: not
  /// then.
  double minutes = 10;
};

/// What a step of training is made of besides one batch, and how its size changes.
struct StepOptions {
  enum class Schedule { constant, step, cosine, slanted, plateau };

  Schedule schedule = Schedule::constant;
  /// Share of all steps in which the rate rises from 0; where `slanted` has its peak (0: after a tenth).
  double warm_up = 0;
  /// What `step` and `plateau` multiply the rate by, after so many epochs.
  double decay = 0.5;
  std::int64_t decay_epochs = 1;
  /// Of adamw.
  double weight_decay = 0.01;
  std::int64_t accumulate = 1;
  /// 0: no limit.
  std::int64_t batch_tokens = 0;
};

/// How a classifier is made. The defaults are good for most data.
struct TrainOptions {
  enum class LabelsPerText { detect, one, several };
  enum class Unit { word, character, subword };
  enum class Normalization { nfc, nfkc };
  enum class Keep { head, tail, both, windows, stream };
  enum class Cell { rnn, lstm, gru, sru };
  enum class Activation { sigmoid, tanh, relu };
  enum class Pooling { last, mean, max, mean_max, last_mean_max, attention };
  enum class Init { keras, pytorch };
  enum class Optimizer { sgd, adam, lazy_adam, adamw, rmsprop };
  enum class BestBy { loss, accuracy };
  enum class Precision { float32, bf16, int8 };
  enum class TrainingPrecision { float32, bf16 };

  InputOptions input = {};
  /// A file of rows to choose the best epoch by; empty: a share of the training rows.
  std::string dev = {};
  double dev_share = 0.1;
  /// How many labels a text has. detect: several, if a row holds a list of labels or more than one.
  LabelsPerText labels_per_text = LabelsPerText::detect;
  /// balanced, or "label=weight,label=weight", or the same as a JSON object; empty: each label counts 1.
  std::string class_weights = {};
  /// A field or column of numbers >= 0: how much a row counts in training; empty: each 1.
  std::string weight_field = {};
  double label_smoothing = 0;
  /// Answers must also hold when a text's vectors are moved against them by this share of their norm; 0: none.
  double adversarial = 0;
  /// They must also be what they are when the vectors are moved by this share along the direction that would change
  /// them most, which asks for no labels; 0: need not.
  double virtual_adversarial = 0;
  /// A file of texts, whatever their labels, for that besides the training rows.
  std::string unlabelled = {};

  Unit unit = Unit::word;
  /// Of the unit subword: pieces, the unknown one included; fewer where the texts have not so many.
  std::int64_t subwords = 8'000;
  Normalization normalization = Normalization::nfkc;
  bool lower_case = true;
  bool dictionary = false;
  /// A model of `Tagger` that cuts texts into words, in the dictionary's place; it becomes part of the new model.
  std::string segmenter = {};
  bool drop_html = true;
  std::int64_t min_count = 1;
  std::int64_t max_vocabulary = 30'000;
  /// A file of word vectors that the embedding starts from, and whose size it takes; empty: none.
  std::string vectors = {};
  bool freeze_vectors = false;
  /// A model to begin with, whose text rule, vocabulary and layers the new one has: a classifier, which goes on with
  /// new rows and perhaps new labels, or a language model; empty: none.
  std::string from = {};
  /// What the learning rate of each of its layers is, as a share of that of the layer behind it.
  double from_rate = 1;
  /// Epochs in which each of its layers stays as it is, besides those in which the layer behind it does.
  std::int64_t from_frozen = 0;
  std::int64_t max_length = 400;
  /// windows: all of a longer text is read, in windows of so many tokens that overlap by a quarter; the answer is the
  /// geometric mean of theirs. stream: all of it, by a network that is not `bidirectional`, whose state goes on from
  /// piece to piece of so many tokens; training reads windows.
  Keep keep = Keep::both;

  Cell cell = Cell::lstm;
  Activation activation = Activation::sigmoid;
  bool reset_after = true;
  std::int64_t embedding = 128;
  std::int64_t hidden = 64;
  std::int64_t layers = 1;
  bool bidirectional = true;
  bool residual = false;
  Pooling pooling = Pooling::mean_max;
  double dropout = 0.5;
  bool locked_dropout = false;
  double recurrent_dropout = 0;
  double word_dropout = 0.4;
  bool pool_embeddings = false;
  std::int64_t ngrams = 2;
  std::int64_t ngram_buckets = 1 << 18;
  std::int64_t ngram_size = 16;
  std::int64_t truncate = 0;
  Init init = Init::keras;

  /// 0: ten, with dev rows thirty at most, and more for few rows, so that there are 400 steps; `patience` then grows
  /// with these.
  std::int64_t epochs = 0;
  std::int64_t batch_size = 32;
  Optimizer optimizer = Optimizer::lazy_adam;
  double learning_rate = 3e-3;
  double momentum = 0;
  StepOptions step = {};
  double clip_norm = 5;
  double clip_value = 0;
  double average = 0.998;
  BestBy best_by = BestBy::loss;
  std::int64_t patience = 3;
  /// Record at the end of each epoch how far gradients reach back through time.
  bool gradient_flow = false;
  bool shuffle = true;
  bool group_by_length = true;
  std::int64_t seed = 1;
  /// What recurrent layers multiply in training, where the processor multiplies bf16; weights stay float32.
  TrainingPrecision training_precision = TrainingPrecision::float32;
  /// What the weights are rounded to when training is done: numbers of 4, 2 or 1 bytes.
  Precision precision = Precision::float32;
  /// 0: all cores that the process may use. The result does not depend on it.
  std::int64_t threads = 0;
  CheckpointOptions checkpoint = {};
};

/// How a trained model is made smaller, and faster where the processor multiplies narrow numbers.
struct ExportOptions {
  TrainOptions::Precision precision = TrainOptions::Precision::int8;
  /// A file of labelled rows to score the model on before and after; empty: none.
  std::string dev = {};
  InputOptions input = {};
};

/// How a classifier answers.
struct LabellingOptions {
  /// How many of the likeliest labels an answer has in its `scores`.
  std::size_t top = 1;
  /// A text gets no label if the likeliest one is less probable than this.
  double abstain = 0;
  /// The rows of a file are one text, each answered with all before it; of a model that reads in one direction.
  bool running = false;
};

/// How a classifier is scored.
struct LabelEvaluationOptions {
  InputOptions input = {};
  /// Also score the answers to those texts alone whose label is as probable as this.
  double abstain = 0;
};

/// One option as text: what flags, a configuration file and the reference page are made of.
struct Option {
  std::string name;    // "max-length"
  std::string group;   // "Text"
  std::string values;  // "integer >= 0", "head, tail or both"
  std::string help;
  bool is_switch = false;  // true or false
  /// @throws ArgumentError  if the text is not one of `values`; names the option.
  std::function<void(const std::string&)> set;
  std::function<std::string()> get;
};

/// The options of an aggregate, which must outlive them.
std::vector<Option> describe(InputOptions& options);
/// Those of texts whose labels nobody asks for.
std::vector<Option> describe_unlabelled(InputOptions& options);
std::vector<Option> describe(TrainOptions& options);
std::vector<Option> describe(ExportOptions& options);
std::vector<Option> describe_unlabelled(ExportOptions& options);
std::vector<Option> describe(LabellingOptions& options);
std::vector<Option> describe(LabelEvaluationOptions& options);

/// The name nearest to `wrong` by edit distance; empty if none is near.
std::string nearest_name(const std::string& wrong, const std::vector<std::string>& names);

}  // namespace recura
