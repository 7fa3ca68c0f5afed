#pragma once

#include <recura/classifier.h>
#include <recura/offsets.h>
#include <recura/tagger_options.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace recura {

/// A span of a text, in bytes of it.
struct Entity {
  std::size_t begin = 0, end = 0;
  std::string type;
  /// The probability that just this span stands there.
  double score = 0;
};

/// Some spans of a text, without scores of their own, and the probability that these and no others stand there, as the
/// network has it, not calibrated. Sentences of more than 512 tokens have one reading, whose probability is that of its
/// windows together.
struct TaggedReading {
  std::vector<Entity> entities;
  double log_probability = 0;
};

/// What a tagger says about one text.
struct TaggedAnswer {
  /// By their begins. They overlap only where `TaggingOptions` asks for a recall.
  std::vector<Entity> entities;
  /// The likeliest ones, the best first, if `TaggingOptions` asks for them; whatever it leaves out of `entities`.
  std::vector<TaggedReading> readings;
  /// What the whole text is, and how likely; empty if the model does not say so.
  std::string label;
  double label_score = 0;
  /// ln of the probability of all the spans together: the texts with the least are those to learn most from.
  double log_probability = 0;
};

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
  VectorSummary vectors;
  double train_unknown = 0, dev_unknown = 0;
  std::vector<std::string> notes;
};

struct TaggerCallbacks {
  std::function<void(const TaggedDataSummary&)> data = {};
  std::function<void(const Progress&)> progress = {};
  /// Told if the balance of the option moved the score of being in no span: by how much, and the dev F1 then.
  std::function<void(double, double)> balanced = {};
  /// Told if the weights were rounded, on the dev texts.
  std::function<void(const PrecisionReport&)> rounded = {};
  std::function<bool()> should_stop = {};
  std::function<void(const std::string&)> note = {};
};

/// A row that `extract` read, as `ExtractedRow`.
struct TaggedRow {
  std::int64_t line = 0;
  std::string text, fields, error;
  TaggedAnswer answer;
  bool more = false;
};

/// `right` of `all`.
struct Part {
  std::int64_t right = 0, all = 0;
  double rate() const { return all > 0 ? static_cast<double>(right) / static_cast<double>(all) : 0; }
};

/// A span that is wrong: given but not right, right but not given, or both with other edges or types.
struct SpanMistake {
  std::int64_t line = 0;
  /// A piece of the text around it.
  std::string text;
  /// Empty if there is none.
  std::string right, right_type, given, given_type;
  double score = 0;
};

/// How well a tagger's spans meet the right ones: a span is right if its edges and its type are (conlleval).
struct TagEvaluation {
  std::string format;
  std::int64_t texts = 0, bad_rows = 0, bad_spans = 0, repaired = 0;
  std::vector<std::string> problems;
  /// Right spans of types that the model does not have, which count as missed.
  std::int64_t unknown_spans = 0;
  std::vector<std::string> unknown_types;
  /// Spans given that are of types which the file does not mark, where it has types of its own: they do not count.
  std::int64_t foreign_spans = 0;
  std::int64_t right_spans = 0, given_spans = 0, both = 0;
  /// Over all spans; the mean over types. `rows` are right spans, for each type.
  LabelRates micro, macro;
  std::vector<LabelRates> types;
  /// 95 % of the micro F1s of texts drawn with replacement.
  double f1_low = 0, f1_high = 0;
  Part tokens;
  /// Right spans of 1, 2, 3, 4, and 5 or more tokens that were found; of names that the training texts have, and of
  /// others (of words: IV and OOV recall).
  std::vector<Part> by_length;
  Part seen, unseen;
  /// Right spans that were not found: with their edges given another type, with others over them, or with none; spans
  /// given where there is none.
  std::int64_t wrong_type = 0, wrong_edges = 0, missed = 0, spurious = 0;
  struct Confusion {
    std::string right, given;
    std::int64_t count = 0;
  };
  std::vector<Confusion> confusion;
  std::vector<SpanMistake> worst;
  /// Whole texts: those with the right label, if they have one; those right in all they have.
  Part labels, whole;
};

/// Two files of the same texts: the right spans, and those that somebody gave, whose rows of JSON may leave the text
/// out.
/// @throws ArgumentError  if an option is out of its range.
/// @throws DataError      at the first bad row or span, whatever the options say of them; or if they are not the same
/// texts.
TagEvaluation compare_spans(const std::string& right, const std::string& given,
                            const TagEvaluationOptions& options = {});

struct TaggerInfo {
  std::vector<std::string> types, labels;
  /// Cuts every text into words.
  bool is_segmenter = false;
  std::int64_t words = 0, characters = 0, lexicon = 0, weights = 0;
  std::string digest, precision;
  /// JSON: the network, how text is read, the training options, the training facts, what rounding the weights did.
  std::string network, text, options, training, narrowing;
  std::vector<std::string> notes;
};

/// Finds names and other spans in texts, or cuts them into words. Const use is safe for any number of threads; of
/// moves and callbacks `Classifier` tells.
///
///     auto tagger = recura::Tagger::train("names.conll");
///     for (const auto& entity : tagger.tag("Ada Lovelace met Babbage in London").entities) …
class Tagger {
 public:
  /// Trains on a file of texts with marked spans, or on standard input ("-").
  /// @throws ArgumentError, DataError, SystemError, DivergenceError
  static Tagger train(const std::string& path, const TaggerOptions& options = {},
                      const TaggerCallbacks& callbacks = {});
  /// The same on several files of one form, whose types may differ: see `TaggedInput::own_types`. A dev part that is
  /// split off has texts of each file.
  static Tagger train_on(const std::vector<std::string>& paths, const TaggerOptions& options = {},
                         const TaggerCallbacks& callbacks = {});

  /// @param threads  1024 at most; 0: all cores that the process may use.
  /// @throws ArgumentError  if `threads` is another number.
  /// @throws SystemError    if the file cannot be read.
  /// @throws DataError      if it is no sound model file, or one of another task.
  static Tagger load(const std::string& path, int threads = 0);

  /// Whatever happens, the file then holds the old model or all of the new one.
  /// @throws ArgumentError, SystemError  as `Classifier::save`.
  void save(const std::string& path) const;

  /// Rounds the weights, as `Classifier::set_precision` does.
  /// @throws ArgumentError, DataError, SystemError  as there.
  PrecisionReport set_precision(const TaggerExportOptions& options);

  /// How it answers from now on; gives notes on the dictionary's blank and repeated lines. No other thread may use the
  /// tagger meanwhile. May be called again, so that a dictionary is read anew.
  /// @throws ArgumentError           if an option is out of its range, a type is none that the model finds, both a
  /// precision and a recall are asked for, or spans shall be left out of a model that cuts all text into words.
  /// @throws DataError, SystemError  if a file cannot be read or has no name.
  std::vector<std::string> configure(const TaggingOptions& options);

  /// @throws DataError  if the text is not well-formed UTF-8; of several, it says which one.
  TaggedAnswer tag(std::string_view text) const;
  /// One answer for each text, in order; each the same bits as alone.
  std::vector<TaggedAnswer> tag(const std::vector<std::string>& texts) const;

  /// As it is configured.
  /// @throws ArgumentError           if an option is out of its range, or names labels that the model does not give.
  /// @throws DataError, SystemError  if the file cannot be read or has no good row.
  TagEvaluation evaluate(const std::string& path, const TagEvaluationOptions& options = {}) const;

  /// Reads rows of raw text from a file or standard input ("-") and gives each to `row`, as `Classifier::extract` does.
  /// @throws ArgumentError           if `row` is empty.
  /// @throws DataError, SystemError  as there.
  void extract(const std::string& path, const InputOptions& input,
               const std::function<void(const TaggedRow&)>& row) const;

  /// As `Classifier::benchmark`.
  Benchmark benchmark(const std::string& path, const InputOptions& input = {}, double seconds = 4) const;

  TaggerInfo info() const;
  /// Training was stopped early by `should_stop`.
  bool interrupted() const;

  Tagger(Tagger&&) noexcept;
  Tagger& operator=(Tagger&&) noexcept;
  ~Tagger();

 private:
  struct State;
  explicit Tagger(std::unique_ptr<State> state);
  static Tagger from_file(const ModelFile& file, int threads);
  friend std::variant<Classifier, Tagger, Summarizer, LanguageModel> load_model(const std::string& path, int threads);
  std::unique_ptr<State> state_;
};

}  // namespace recura
