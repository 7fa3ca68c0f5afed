#pragma once

#include <recura/error.h>
#include <recura/label_evaluation.h>
#include <recura/options.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace recura {

class ModelFile;
class Classifier;
class Tagger;
class Summarizer;
class LanguageModel;

/// What one token of a text, its bytes `begin` … `end`, adds to a label's log-odds ln p / (1 - p).
struct TokenWeight {
  std::size_t begin = 0, end = 0;
  double weight = 0;
  /// Its share in what the network looks at; 0 unless it was trained with the pooling "attention".
  double attention = 0;
};

/// Why a classifier gives a text a label: integrated gradients (Sundararajan et al. 2017). The weights of all tokens
/// together are `log_odds` - `without`, but for a small error of the sum.
struct Explanation {
  std::string label;
  /// The label's probability and its log-odds, and these of a text whose tokens say nothing.
  double score = 0, log_odds = 0, without = 0;
  /// Of each token that the model reads, in the order of the text.
  std::vector<TokenWeight> tokens;
};

/// What a classifier says about one text.
struct Answer {
  /// The likeliest of its labels; empty if it has none, or the model abstains.
  std::string label;
  /// The label's probability; the highest of all if there is none.
  double score = 0;
  /// All of its labels with their probabilities, the likeliest first. Of a model that gives one label, that one.
  std::vector<std::pair<std::string, double>> labels;
  /// Labels with their probabilities, the likeliest first: all of them, or as many as were asked for.
  std::vector<std::pair<std::string, double>> scores;
};

/// Of the distinct training words, how many have a vector in the file of vectors; the most frequent that have none.
struct VectorSummary {
  std::int64_t words = 0, with_vectors = 0;
  std::vector<std::string> without_vector;
};

/// What is known of the data before training begins.
struct DataSummary {
  std::string train_format;
  /// Of the training file: rows left out, and five of them as "line 7: what was expected".
  std::int64_t bad_rows = 0;
  std::vector<std::string> problems;
  /// The same of the dev file, if there is one.
  std::int64_t dev_bad_rows = 0;
  std::vector<std::string> dev_problems;
  std::int64_t train_rows = 0, dev_rows = 0;
  std::vector<std::pair<std::string, std::int64_t>> rows_per_label;
  /// A text may have any number of labels; training rows with more than one, and with none.
  bool several = false;
  std::int64_t rows_of_several = 0, rows_of_none = 0;
  /// Dev rows with a label that no training row has: they count as wrong.
  std::int64_t dev_rows_unseen = 0;
  /// What the dev score is: "accuracy", or "micro_f1" of several labels.
  std::string score_name;
  /// Dev score of always giving the most frequent label.
  double majority = 0;
  std::int64_t vocabulary = 0, tokens = 0;
  VectorSummary vectors;
  /// What was asked for and cannot be had, and what was left out of vectors.
  std::vector<std::string> notes;
  /// Shares: of tokens that are unknown, and of those beyond the length that is read.
  double train_unknown = 0, dev_unknown = 0, dropped = 0;
};

/// Where training stands, after each step and each epoch.
struct Progress {
  int epoch = 0, epochs = 0;
  std::int64_t rows_done = 0, rows = 0, tokens = 0;
  double loss = 0, seconds = 0;
  bool epoch_ended = false;
  /// At the end of an epoch.
  bool best = false;
  /// Accuracy of a classifier (micro F1 of one that gives several labels), F1 of a tagger's spans.
  double dev_score = 0, dev_loss = 0;
  /// The learning rate of the last step.
  double rate = 0;
  /// Of the epoch's steps so far: the largest norm of a gradient, before clipping, and the share of those clipped.
  double gradient_norm = 0, clipped = 0;
  /// At the end of an epoch, if `TrainOptions::gradient_flow` is set; [layer][distance]: of each recurrent layer, from
  /// the first, the root mean square over some training texts of the norm of the gradient of a text's loss by what the
  /// layer reads so many steps before the text's last one.
  std::vector<std::vector<double>> gradient_flow = {};
};

/// What rounding a model's weights did to its score on some labelled rows; no rows, no scores.
struct PrecisionReport {
  std::string from, to;
  std::int64_t rows = 0;
  /// Of the file of rows, if any: rows left out, five of them, and rows of unknown labels, which count as wrong.
  std::int64_t bad_rows = 0, unseen_rows = 0;
  std::vector<std::string> problems = {};
  /// The accuracy of a classifier, the F1 of a tagger's spans.
  std::string score_name = {};
  double score_before = 0, score = 0;
  double loss_before = 0, loss = 0;
};

struct TrainCallbacks {
  std::function<void(const DataSummary&)> data = {};
  std::function<void(const Progress&)> progress = {};
  /// Told if the weights were rounded, on the dev rows.
  std::function<void(const PrecisionReport&)> rounded = {};
  /// Asked before each step and while an epoch is scored; true ends training with the best weights so far.
  std::function<bool()> should_stop = {};
  /// Told what people should know meanwhile: that training goes on from a checkpoint or cannot write one, that it went
  /// back to better weights.
  std::function<void(const std::string&)> note = {};
};

/// A row that `extract` read: its answer, or why there is none.
struct ExtractedRow {
  std::int64_t line = 0;
  std::string text;
  /// Its other fields as they stand inside a JSON object: `"id":7`; or empty.
  std::string fields;
  std::string error;
  Answer answer;
  /// The next row comes at once. If not, it may have to be waited for: the time to pass on what is buffered.
  bool more = false;
};

/// How fast a model answers on this machine, from text to answer.
struct Benchmark {
  /// The instruction set that its kernels use: baseline, v3 (AVX2), v4 (AVX-512), v4-bf16 (and narrow numbers),
  /// v4-amx (these in AMX tiles), neon (64-bit ARM); reference in builds for tests.
  std::string level;
  int threads = 0;
  std::int64_t texts = 0, tokens = 0;
  /// One text at a time: the time that half of the texts, and 99 of 100, stay below.
  double p50_milliseconds = 0, p99_milliseconds = 0;
  /// All texts at once.
  double texts_per_second = 0, tokens_per_second = 0;
};

struct ModelInfo {
  std::vector<std::string> labels;
  /// Of several labels a text: the probability that each must reach.
  bool several = false;
  std::vector<double> thresholds;
  /// Of one label a text: what its logits are divided by, so that probabilities are as often right as they say.
  double temperature = 1;
  /// The dev rows that thresholds or temperature were chosen on; 0: on none.
  std::int64_t decision_rows = 0;
  std::int64_t vocabulary = 0, weights = 0;
  std::string digest;
  /// What the weights are: float32, bf16 or int8.
  std::string precision;
  /// JSON: the layers, how text is read, the training options, the training facts, what rounding the weights did.
  std::string network, text, options, training, narrowing;
  std::vector<std::string> notes;
};

/// Finds before a long training what would keep `Classifier::save` from writing `path`; leaves the file as it is.
/// @throws ArgumentError  if it is empty, or "-", which is no file.
/// @throws SystemError    if no file can be made in its folder, or it is a folder or a device.
void check_model_path(const std::string& path);

/// Gives a text one of its labels, or as many as fit. Const use is safe for any number of threads.
/// One that was moved from may only be assigned to or destroyed. What a callback throws passes through unchanged,
/// unless it is a `DataError`.
///
///     auto classifier = recura::Classifier::train("reviews.jsonl");
///     classifier.save("reviews.recura");
///     std::cout << classifier.classify("a film to love").label;
class Classifier {
 public:
  /// `LabellingOptions::top` of answers that have the scores of all labels.
  static constexpr std::size_t kAllLabels = static_cast<std::size_t>(-1);

  /// Trains on a file of labelled texts, or on standard input ("-").
  /// @throws ArgumentError, DataError, SystemError, DivergenceError
  static Classifier train(const std::string& path, const TrainOptions& options = {},
                          const TrainCallbacks& callbacks = {});

  /// @param threads  1024 at most; 0: all cores that the process may use.
  /// @throws ArgumentError           if `threads` is another number.
  /// @throws DataError, SystemError  if the file is no sound model file, or cannot be read.
  static Classifier load(const std::string& path, int threads = 0);

  /// Rounds the weights: the model is smaller, and faster where the processor multiplies such numbers. If they are what
  /// is asked for already, nothing is done and no row scored. No other thread may use the classifier meanwhile; after
  /// an error its weights may be rounded, but `info().narrowing` does not tell so.
  /// @throws ArgumentError           if they are narrower already.
  /// @throws DataError, SystemError  if the file of labelled rows cannot be read, has no good row or no label of the
  /// model's, or if the model's answers are not finite.
  PrecisionReport set_precision(const ExportOptions& options);

  /// From now on `classify`, `extract`, `evaluate` and `compare` answer by the mean of this model's probabilities and
  /// those of `other`, of all that `other` answers with and of all before it: several seeds of one training are mostly
  /// right more often together, and sure with better reason (Hansen & Salamon 1990). Thresholds are means, too. No
  /// other thread may use the classifier meanwhile.
  /// @throws ArgumentError  if their labels are not the same, or one gives a text one label and the other several.
  void answer_with(Classifier other);

  /// Of this model alone. Whatever happens, the file then holds the old model or all of the new one.
  /// @throws ArgumentError, SystemError  as `check_model_path`, and if the file cannot be written.
  void save(const std::string& path) const;

  /// @throws DataError  if the text is not well-formed UTF-8; of several, it says which one.
  Answer classify(std::string_view text) const;
  /// One answer for each text, in order; each the same bits as alone.
  std::vector<Answer> classify(const std::vector<std::string>& texts) const;

  /// A text that comes part by part, in memory that does not grow with it. The classifier must outlive it. Any number
  /// may be read at a time, each by one thread. One that was moved from may only be destroyed.
  ///
  ///     recura::Classifier::Stream stream = classifier.stream();
  ///     while (std::getline(std::cin, line)) std::cout << stream.read(line).label << std::endl;
  class Stream {
   public:
    /// Reads the next part, whose last token ends with it, and answers all of the text so far.
    /// @throws DataError  if the part is not well-formed UTF-8; nothing of it is read then, and others may follow.
    Answer read(std::string_view part);

    Stream(Stream&&) noexcept;
    ~Stream();

   private:
    friend class Classifier;
    struct State;
    explicit Stream(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
  };

  /// `options.running` changes nothing: a stream is a running text.
  /// @throws ArgumentError  as `evaluate`, or if the model reads texts in both directions, or answers with others.
  Stream stream(const LabellingOptions& options = {.top = kAllLabels}) const;

  /// Why the model gives a text a label; an empty one is the likeliest. Costs what training on 32 texts does.
  /// @throws DataError      if the text is not well-formed UTF-8.
  /// @throws ArgumentError  if the model has no such label, or answers with others.
  Explanation explain(std::string_view text, const std::string& label = "") const;

  /// Of a model that gives one label, a row with more or none is a bad one.
  /// @throws DataError, SystemError  if the file cannot be read or has no good row.
  /// @throws ArgumentError           if `abstain` is not in [0, 1), or a model that gives several labels is to abstain.
  Evaluation evaluate(const std::string& path, const LabelEvaluationOptions& options = {}) const;

  /// Both answer the same rows; their labels may differ.
  /// @throws ArgumentError           if one gives one label a text, the other several.
  /// @throws DataError, SystemError  as `evaluate`.
  Comparison compare(const Classifier& other, const std::string& path, const InputOptions& input = {}) const;

  /// Reads rows of raw text from a file or standard input ("-") and gives each to `row`, in order, in constant memory
  /// and without waiting for rows that are not there yet. A bad row comes with its error, in its place.
  /// Standard input of no given form has lines of text, unless its first line can only be of another form.
  /// @throws ArgumentError           as `evaluate`.
  /// @throws DataError, SystemError  if the file cannot be read, or the first 100 rows of JSON lack the text's field.
  void extract(const std::string& path, const InputOptions& input, const std::function<void(const ExtractedRow&)>& row,
               const LabellingOptions& options = {}) const;

  /// Reads up to 10 000 good rows of a file, or of standard input ("-"), and answers them over and over for about
  /// `seconds`: half of the time one by one, half of it all at once, or as many as that time allows.
  /// @throws ArgumentError           if `seconds` is not above 0, or infinite.
  /// @throws DataError, SystemError  if the file cannot be read or has no good row.
  Benchmark benchmark(const std::string& path, const InputOptions& input = {}, double seconds = 4) const;

  const std::vector<std::string>& labels() const;
  ModelInfo info() const;
  /// Training was stopped early by `should_stop`.
  bool interrupted() const;

  Classifier(Classifier&&) noexcept;
  Classifier& operator=(Classifier&&) noexcept;
  ~Classifier();

 private:
  friend class Sequential;
  struct State;
  explicit Classifier(std::unique_ptr<State> state);
  static Classifier from_file(const ModelFile& file, int threads);
  friend std::variant<Classifier, Tagger, Summarizer, LanguageModel> load_model(const std::string& path, int threads);
  std::unique_ptr<State> state_;
};

}  // namespace recura
