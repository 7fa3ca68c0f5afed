#pragma once

#include <recura/classifier.h>
#include <recura/options.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace recura {

/// How a language model is made.
struct LanguageOptions {
  enum class BestBy { loss, probability };

  InputOptions input = {};
  /// A file of texts to choose the best epoch by; empty: a share of the training texts.
  std::string dev = {};
  double dev_share = 0.05;

  TrainOptions::Unit unit = TrainOptions::Unit::word;
  /// Of the unit subword: pieces, the unknown one included; fewer where the texts have not so many.
  std::int64_t subwords = 8'000;
  TrainOptions::Normalization normalization = TrainOptions::Normalization::nfkc;
  bool lower_case = true;
  bool dictionary = false;
  /// A model of `Tagger` that cuts texts into words, in the dictionary's place; it becomes part of the new model.
  std::string segmenter = {};
  bool drop_html = true;
  std::int64_t min_count = 2;
  std::int64_t max_vocabulary = 30'000;
  /// A file of word vectors that the vocabulary's words start from, and whose size the embedding takes; empty: none.
  std::string vectors = {};
  /// Tokens of a piece that is read at once; longer texts fall into pieces that know nothing of each other.
  std::int64_t max_length = 400;

  TrainOptions::Cell cell = TrainOptions::Cell::lstm;
  TrainOptions::Activation activation = TrainOptions::Activation::tanh;
  std::int64_t embedding = 128;
  std::int64_t hidden = 128;
  /// More than one only of a single direction.
  std::int64_t layers = 1;
  /// Also guess each word from those behind it, as a classifier of both directions that begins with the model needs it.
  bool bidirectional = true;
  /// The most frequent words, which are told apart first.
  std::int64_t head = 1'000;
  double dropout = 0.2;
  double recurrent_dropout = 0;
  double word_dropout = 0.1;
  TrainOptions::Init init = TrainOptions::Init::keras;

  /// 0: ten, and more for few pieces, so that there are 400 steps; `patience` then grows with them.
  std::int64_t epochs = 0;
  std::int64_t batch_size = 32;
  TrainOptions::Optimizer optimizer = TrainOptions::Optimizer::lazy_adam;
  double learning_rate = 2e-3;
  double momentum = 0;
  StepOptions step = {.batch_tokens = 4'096};
  double clip_norm = 1;
  double clip_value = 0;
  double average = 0;
  BestBy best_by = BestBy::loss;
  std::int64_t patience = 2;
  bool shuffle = true;
  bool group_by_length = true;
  std::int64_t seed = 1;
  TrainOptions::TrainingPrecision training_precision = TrainOptions::TrainingPrecision::float32;
  TrainOptions::Precision precision = TrainOptions::Precision::float32;
  /// 0: all cores that the process may use. The result does not depend on it.
  std::int64_t threads = 0;
  CheckpointOptions checkpoint = {};
};

std::vector<Option> describe(LanguageOptions& options);

/// What is known of the data before training begins.
struct LanguageDataSummary {
  std::string format;
  /// Rows left out, and five of them; the same of the dev file, if there is one.
  std::int64_t bad_rows = 0, dev_bad_rows = 0;
  std::vector<std::string> problems, dev_problems;
  std::int64_t train_texts = 0, dev_texts = 0, tokens = 0, vocabulary = 0;
  /// Shares of tokens that are unknown.
  double train_unknown = 0, dev_unknown = 0;
  VectorSummary vectors;
  /// What was asked for and cannot be had on this processor.
  std::vector<std::string> notes;
};

struct LanguageModelCallbacks {
  std::function<void(const LanguageDataSummary&)> data = {};
  /// `Progress::dev_score` is one divided by the perplexity: the geometric mean of the words' probabilities.
  std::function<void(const Progress&)> progress = {};
  /// Told if the weights were rounded, on the dev texts.
  std::function<void(const PrecisionReport&)> rounded = {};
  std::function<bool()> should_stop = {};
  std::function<void(const std::string&)> note = {};
};

/// How likely a language model thinks a text, or several together.
struct TextLikelihood {
  /// What was guessed: the tokens, and the end of each text. Of these, tokens that the model does not know, which it
  /// guesses as "unknown".
  std::int64_t guesses = 0, unknown = 0;
  /// ln p of it all, each token guessed from those before it.
  double log_probability = 0;
  /// e^(-log_probability / guesses).
  double perplexity = 0;
  /// The same, each token guessed from those behind it; 0 of a model that only reads forward.
  double backward_log_probability = 0, backward_perplexity = 0;
};

/// A row that `extract` read, as `ExtractedRow`.
struct LikelihoodRow {
  std::int64_t line = 0;
  std::string text, fields, error;
  TextLikelihood answer;
  bool more = false;
};

struct LanguageEvaluation {
  std::string format;
  std::int64_t texts = 0, bad_rows = 0;
  std::vector<std::string> problems;
  /// Of all texts together.
  TextLikelihood total;
};

struct LanguageModelInfo {
  bool bidirectional = false;
  std::int64_t vocabulary = 0, weights = 0;
  std::string digest, precision;
  /// JSON: the network, how text is read, the training options, the training facts, what rounding the weights did.
  std::string network, text, options, training, narrowing;
  std::vector<std::string> notes;
};

/// A recurrent language model: it guesses each word of a text from those before it, and from those behind it. It tells
/// how usual a text is, and other models begin with its weights (`TrainOptions::from`). Const use is safe for any
/// number of threads; of moves and callbacks `Classifier` tells.
///
///     auto model = recura::LanguageModel::train("texts.txt");
///     std::cout << model.likelihood("a film to love").perplexity;
class LanguageModel {
 public:
  /// Trains on a file of raw texts, or on standard input ("-").
  /// @throws ArgumentError, DataError, SystemError, DivergenceError
  static LanguageModel train(const std::string& path, const LanguageOptions& options = {},
                             const LanguageModelCallbacks& callbacks = {});

  /// @param threads  1024 at most; 0: all cores that the process may use.
  /// @throws ArgumentError  if `threads` is another number.
  /// @throws SystemError    if the file cannot be read.
  /// @throws DataError      if it is no sound model file, or one of another task.
  static LanguageModel load(const std::string& path, int threads = 0);

  /// Whatever happens, the file then holds the old model or all of the new one.
  /// @throws ArgumentError, SystemError  as `Classifier::save`.
  void save(const std::string& path) const;

  /// Rounds the weights, as `Classifier::set_precision` does.
  /// @throws ArgumentError, DataError, SystemError  as there.
  PrecisionReport set_precision(const ExportOptions& options);

  /// @throws DataError  if the text is not well-formed UTF-8; of several, it says which one.
  TextLikelihood likelihood(std::string_view text) const;
  /// One for each text, in order; each the same bits as alone.
  std::vector<TextLikelihood> likelihoods(const std::vector<std::string>& texts) const;

  /// @throws DataError, SystemError  if the file cannot be read or has no good row.
  LanguageEvaluation evaluate(const std::string& path, const InputOptions& input = {}) const;

  /// Reads rows of raw text from a file or standard input ("-") and gives each to `row`, as `Classifier::extract` does.
  /// @throws ArgumentError           if `row` is empty.
  /// @throws DataError, SystemError  as there.
  void extract(const std::string& path, const InputOptions& input,
               const std::function<void(const LikelihoodRow&)>& row) const;

  /// As `Classifier::benchmark`.
  Benchmark benchmark(const std::string& path, const InputOptions& input = {}, double seconds = 4) const;

  LanguageModelInfo info() const;
  /// Training was stopped early by `should_stop`.
  bool interrupted() const;

  LanguageModel(LanguageModel&&) noexcept;
  LanguageModel& operator=(LanguageModel&&) noexcept;
  ~LanguageModel();

 private:
  struct State;
  explicit LanguageModel(std::unique_ptr<State> state);
  static LanguageModel from_file(const ModelFile& file, int threads);
  friend class Summarizer;
  friend std::variant<Classifier, Tagger, Summarizer, LanguageModel> load_model(const std::string& path, int threads);
  std::unique_ptr<State> state_;
};

}  // namespace recura
