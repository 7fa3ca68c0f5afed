#pragma once

#include <recura/classifier.h>
#include <recura/options.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace recura {

/// How files of texts with marked spans are read.
struct TaggedInput {
  enum class Scheme { detect, bio, iob1, bioes, bmes };

  /// conll, words, jsonl or brat; empty: by the file's ending, then by its first line.
  std::string format;
  Scheme scheme = Scheme::detect;
  /// Columns of CoNLL from 0; negative ones from behind.
  std::int64_t token_column = 0;
  std::int64_t tag_column = -1;
  bool repair = false;
  std::string text_field = "text";
  std::string label_field = "label";
  std::string spans_field = "spans";
  InputOptions::OnError on_error = InputOptions::OnError::skip;
  InputOptions::BadUtf8 bad_utf8 = InputOptions::BadUtf8::refuse;
};

/// How a tagger is made. -1 stands for what the unit of the data wants.
struct TaggerOptions {
  enum class Unit { detect, word, character };
  enum class Characters { detect, none, convolution, lstm };
  enum class BestBy { loss, f1 };

  TaggedInput input;
  std::string dev;
  double dev_share = 0.1;
  /// Files of one label a line for the texts of the data, and of the dev data.
  std::string labels, dev_labels;

  Unit unit = Unit::detect;
  TrainOptions::Normalization normalization = TrainOptions::Normalization::nfkc;
  bool lower_case = true;
  std::int64_t min_count = 1;
  std::int64_t max_vocabulary = 100'000;
  std::string vectors;
  bool freeze_vectors = false;
  /// Names to look for, a file for each type: "LOC=places.txt,PER=people.txt".
  std::string lexicon;
  std::int64_t lexicon_count = -1;

  std::int64_t embedding = 100;
  std::int64_t shape_size = -1;
  std::int64_t affixes = -1;
  std::int64_t affix_size = 16;
  std::int64_t ngrams = -1;
  std::int64_t ngram_size = 50;
  std::int64_t ngram_buckets = 1 << 17;
  std::int64_t segment_size = -1;
  std::int64_t lexicon_size = 16;
  Characters characters = Characters::detect;
  std::int64_t character_size = 30;
  std::int64_t character_hidden = 50;
  double word_dropout = 0.1;

  TrainOptions::Cell cell = TrainOptions::Cell::lstm;
  TrainOptions::Activation activation = TrainOptions::Activation::tanh;
  std::int64_t hidden = 200;
  std::int64_t layers = 1;
  bool bidirectional = true;
  double input_dropout = 0.3;
  double dropout = 0.5;
  bool crf = true;
  TrainOptions::Init init = TrainOptions::Init::keras;

  std::int64_t epochs = 0;
  std::int64_t batch_size = 16;
  TrainOptions::Optimizer optimizer = TrainOptions::Optimizer::lazy_adam;
  double learning_rate = 2e-3;
  double momentum = 0;
  double clip_norm = 5;
  double clip_value = 0;
  double average = 0.998;
  BestBy best_by = BestBy::f1;
  std::int64_t patience = 5;
  bool shuffle = true;
  bool group_by_length = true;
  std::int64_t seed = 1;
  TrainOptions::TrainingPrecision training_precision = TrainOptions::TrainingPrecision::float32;
  std::int64_t threads = 0;
};

std::vector<Option> describe(TaggedInput& options);
std::vector<Option> describe(TaggerOptions& options);

/// A span of a text, in bytes of it.
struct Entity {
  std::size_t begin = 0, end = 0;
  std::string type;
  /// The probability that just this span stands there.
  double score = 0;
};

/// What a tagger says about one text.
struct TaggedAnswer {
  std::vector<Entity> entities;
  /// What the whole text is, and how likely; empty if the model does not say so.
  std::string label;
  double label_score = 0;
  /// ln of the probability of all the spans together: the texts with the least are those to learn most from.
  double log_probability = 0;
};

/// The task that a file of training data is for, by its ending and its first line: "tag" for CoNLL, segmented lines, BRAT
/// and JSON Lines with spans, else "classify", as for standard input.
/// @throws SystemError, DataError  if it cannot be read.
std::string detect_task(const std::string& path);

/// What is known of the data before training begins.
struct TaggedDataSummary {
  std::string format, scheme, unit;
  std::int64_t bad_rows = 0, bad_spans = 0, repaired = 0, dev_bad_rows = 0;
  std::vector<std::string> problems, dev_problems;
  std::int64_t train_texts = 0, dev_texts = 0, tokens = 0;
  std::vector<std::pair<std::string, std::int64_t>> types;
  std::vector<std::string> labels;
  std::int64_t dev_spans_unseen = 0;
  std::int64_t words = 0, characters = 0, lexicon = 0;
  /// Of the distinct training words, how many have a vector; the most frequent that have none.
  std::int64_t distinct_words = 0, with_vectors = 0;
  std::vector<std::string> without_vector;
  double train_unknown = 0, dev_unknown = 0;
  std::vector<std::string> notes;
};

struct TaggerCallbacks {
  std::function<void(const TaggedDataSummary&)> data;
  std::function<void(const Progress&)> progress;
  std::function<bool()> should_stop;
};

/// Finds names and other spans in texts, or cuts them into words. Const use is safe for any number of threads.
///
///     auto tagger = recura::Tagger::train("names.conll");
///     for (const auto& entity : tagger.tag("Ada Lovelace met Babbage in London").entities) …
class Tagger {
 public:
  /// Trains on a file of texts with marked spans, or on standard input ("-").
  /// @throws ArgumentError, DataError, SystemError, DivergenceError
  static Tagger train(const std::string& path, const TaggerOptions& options = {}, const TaggerCallbacks& callbacks = {});

  /// @param threads  0: all cores that the process may use.
  /// @throws SystemError  if the file cannot be read.
  /// @throws DataError    if it is no sound model file, or one of another task.
  static Tagger load(const std::string& path, int threads = 0);

  /// Whatever happens, the file then holds the old model or all of the new one.
  void save(const std::string& path) const;

  /// @throws DataError  if the text is not well-formed UTF-8.
  TaggedAnswer tag(std::string_view text) const;
  /// One answer for each text, in order; each the same bits as alone.
  std::vector<TaggedAnswer> tag(const std::vector<std::string>& texts) const;

  Tagger(Tagger&&) noexcept;
  Tagger& operator=(Tagger&&) noexcept;
  ~Tagger();

  bool interrupted() const;

 private:
  struct State;
  explicit Tagger(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace recura
