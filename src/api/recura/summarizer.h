#pragma once

#include <recura/classifier.h>
#include <recura/language_model.h>
#include <recura/summarizer_options.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace recura {

/// A sentence of a text, or words of it that follow on one another, in bytes of it.
struct SummarySentence {
  std::size_t begin = 0, end = 0;
  /// The probability that it belongs to a summary; of words the mean.
  double score = 0;
};

/// A place in a text, in bytes of it.
struct TextPlace {
  std::size_t begin = 0, end = 0;
};

/// One to four words of a text that matter, whatever their case.
struct Keyphrase {
  /// As it stands first.
  std::string text;
  /// What it has of the text's words, those in sentences that belong to a summary counting up to thrice.
  double score = 0;
  /// Everywhere it stands, in the text's order.
  std::vector<TextPlace> places;
};

/// A word of a text, in bytes of it, and how much of the attention it had.
struct AttendedWord {
  std::size_t begin = 0, end = 0;
  double weight = 0;
};

/// A word of a written summary, in bytes of the summary, and where it comes from.
struct SummaryWord {
  std::size_t begin = 0, end = 0;
  /// What share of its probability is due to copying, and from where; nothing to 0 where the text lacks the word.
  double copied = 0;
  std::size_t source_begin = 0, source_end = 0;
  /// It is a number, or a name by its capital letter, and stands nowhere in the text: to be checked.
  bool is_new = false;
  /// The words of the text that it attended to most, if asked for.
  std::vector<AttendedWord> attention;
};

/// A summary that a writer gave.
struct WrittenText {
  std::string text;
  std::vector<SummaryWord> words;
  /// The logarithm of its probability, divided by the length penalty.
  double score = 0;
};

/// A summary of one text.
struct Summary {
  /// The chosen sentences, one after the other, a blank before those that the text has one before; the words that were
  /// kept, likewise; or what was written.
  std::string text;
  /// Of a chooser: where they stand, in the text's order.
  std::vector<SummarySentence> sentences;
  /// Of a compressor: where what was kept stands, in the text's order.
  std::vector<SummarySentence> kept;
  /// Of a chooser, if asked for: the phrases that matter most, the best first.
  std::vector<Keyphrase> keyphrases;
  /// Of a writer: tokens of the text that were not read, beyond the model's length or in sentences not chosen.
  std::int64_t dropped = 0;
  /// Of a writer: the best summary, which is `text`, and others after it if asked for; none of a text without words.
  std::vector<WrittenText> written;
};

/// What is known of the data before training begins.
struct SummaryDataSummary {
  std::string format;
  std::int64_t bad_rows = 0, dev_bad_rows = 0;
  std::vector<std::string> problems, dev_problems;
  /// "select", "compress" or "write".
  std::string kind = "select";
  std::int64_t train_texts = 0, dev_texts = 0;
  /// Of the training texts: sentences, those (for a compressor: tokens) that belong to summaries, and tokens.
  std::int64_t sentences = 0, kept = 0, tokens = 0;
  /// For a compressor: summaries that have other words than their text, or in another order.
  std::int64_t partial = 0;
  /// For a compressor.
  VectorSummary vectors;
  /// For a writer: words of the summaries; shares of them that stand in their texts, and that can neither be written
  /// nor copied.
  std::int64_t words = 0;
  double copied = 0, lost = 0;
  /// Forms that are known, and of those that can be written.
  std::int64_t vocabulary = 0, outputs = 0;
  /// For a chooser or compressor: F1 of sentences or tokens of choosing the first ones, as many as each summary has;
  /// for a writer: mean F1 of ROUGE-1, -2 and -L of the text's beginning, as many words as the summary has. On the dev
  /// texts, or on the training texts where there are none.
  double lead = 0;
  /// Shares: of tokens that are unknown, and of those beyond the length of a sentence that is read.
  double train_unknown = 0, dev_unknown = 0, dropped = 0;
  /// What was asked for and cannot be had on this processor.
  std::vector<std::string> notes;
};

struct SummarizerCallbacks {
  std::function<void(const SummaryDataSummary&)> data = {};
  std::function<void(const Progress&)> progress = {};
  /// Told if the weights were rounded, on the dev texts.
  std::function<void(const PrecisionReport&)> rounded = {};
  std::function<bool()> should_stop = {};
  std::function<void(const std::string&)> note = {};
};

/// A row that `extract` read, as `ExtractedRow`.
struct SummaryRowAnswer {
  std::int64_t line = 0;
  std::string text, fields, error;
  Summary answer;
  bool more = false;
};

/// One kind of ROUGE: means over texts, and 95 % of the mean F1s of texts drawn with replacement.
struct RougeRates {
  double precision = 0, recall = 0, f1 = 0, f1_low = 0, f1_high = 0;
};

/// How close summaries are to their references.
struct SummaryScores {
  RougeRates rouge1, rouge2, rouge_l, rouge_lsum;
  /// Words given for each word of the references; shares of the words that stand in the text, and of their runs of
  /// three that repeat one of the same summary.
  double length_ratio = 0, copied = 0, repeated = 0;
  /// Of chosen sentences, or kept tokens, against the right ones; no rows where it is not known which were chosen.
  LabelRates sentences;
  /// Of all of the texts' sentences or tokens, how many these are.
  double share = 0;
  /// By the language model that `judge_by` named, of all summaries together; 0 without one.
  double perplexity = 0;
};

struct SummaryEvaluation {
  /// "select", "compress" or "write"; empty without a model.
  std::string kind;
  std::string format;
  std::int64_t texts = 0, bad_rows = 0;
  std::vector<std::string> problems;
  /// There were no limits: as many sentences were chosen, or tokens kept, as each reference has.
  bool as_many = false;
  SummaryScores scores;
  /// Of choosing the first sentences, and the right ones, under the same limits; zero without a model. Of a compressor
  /// the oracle has no limits. Of a writer the lead is the text's beginning, as many words as the reference has, and
  /// there is no oracle.
  SummaryScores lead, oracle;
  /// Of a compressor: without limits, what it keeps by itself.
  SummaryScores free;
  /// Of a writer: share of the summaries that have a number or a name that their text lacks.
  double with_new = 0;
};

struct SummarizerInfo {
  /// "select", "compress" or "write".
  std::string kind;
  std::int64_t vocabulary = 0, weights = 0;
  /// Of a chooser: of the sentences, how many are chosen if nobody says how many.
  double share = 0;
  /// Of a writer: forms that can be written, and words of the longest summary in training.
  std::int64_t outputs = 0, longest = 0;
  /// Of a compressor: characters that are known.
  std::int64_t characters = 0;
  std::string digest, precision;
  /// JSON: the network, how text is read, the training options, the training facts, what rounding the weights did.
  std::string network, text, options, training, narrowing;
  std::vector<std::string> notes;
};

/// Two files of the same texts, row by row: texts with references, and rows that have what somebody gave in the field
/// or column `summary`, as `extract` writes it, whatever `options.input` calls that of the references.
/// @throws DataError      if they have not as many rows, or one of them is bad.
/// @throws ArgumentError  if the options limit the length, which is for a model.
SummaryEvaluation compare_summaries(const std::string& right, const std::string& given,
                                    const SummaryEvaluationOptions& options = {});

/// Shortens texts: to their best sentences, by leaving words out, or in words of its own. Const use is safe for any
/// number of threads; of moves and callbacks `Classifier` tells.
///
///     auto summarizer = recura::Summarizer::train("news.jsonl");
///     std::cout << summarizer.summarise(report, {.sentences = 3}).text;
class Summarizer {
 public:
  /// Trains on a file of texts with summaries, or with flagged sentences, or on standard input ("-"). Which sentences
  /// belong to a summary is found by ROUGE where the data do not say it.
  /// @throws ArgumentError, DataError, SystemError, DivergenceError
  static Summarizer train(const std::string& path, const SummarizerOptions& options = {},
                          const SummarizerCallbacks& callbacks = {});

  /// The same for one that leaves words out. Which ones a summary keeps is found by the longest common subsequence
  /// where the data do not say it.
  static Summarizer train_compressor(const std::string& path, const CompressorOptions& options = {},
                                     const SummarizerCallbacks& callbacks = {});

  /// The same for one that writes summaries rather than choose sentences.
  static Summarizer train_writer(const std::string& path, const WriterOptions& options = {},
                                 const SummarizerCallbacks& callbacks = {});

  /// @param threads  0: all cores that the process may use.
  /// @throws SystemError  if the file cannot be read.
  /// @throws DataError    if it is no sound model file, or one of another task.
  static Summarizer load(const std::string& path, int threads = 0);

  /// Whatever happens, the file then holds the old model or all of the new one.
  void save(const std::string& path) const;

  /// Rounds the weights, as `Classifier::set_precision` does.
  /// @throws ArgumentError, DataError, SystemError  as there.
  PrecisionReport set_precision(const SummarizerExportOptions& options);

  /// Of a writer: of a text that is longer than it reads, it henceforth reads the sentences that `selector`, a chooser,
  /// finds best and that fit, in the text's order, rather than the text's beginning; in evaluations too. Not saved.
  /// @throws ArgumentError  if this one does not write, or the other one does not choose; both stay as they are.
  void select_by(Summarizer&& selector);

  /// Of a compressor: of each sentence it henceforth keeps, among the likeliest choices of as many words, the one that
  /// `fluency`, a language model, and itself like best, see `SummaryLength::fluency_weight`; in evaluations too. Not
  /// saved.
  /// @throws ArgumentError  if this one does not leave words out, or the other one reads no words; both stay as they
  /// are.
  void judge_by(LanguageModel&& fluency);

  /// Of a chooser or compressor: an empty summary where nothing fits into the limits.
  /// @throws DataError      if the text is not well-formed UTF-8.
  /// @throws ArgumentError  if a limit is out of range, or keyphrases are wanted of another kind of model.
  Summary summarise(std::string_view text, const SummaryLength& length = {}) const;
  /// One summary for each text, in order; each the same bits as alone.
  std::vector<Summary> summarise(const std::vector<std::string>& texts, const SummaryLength& length = {}) const;

  /// Of a chooser: the phrases of a text that matter most, `count` at most, the best first. None begins or ends with
  /// one of the most frequent words of the training texts ("of"), and each has a word that none before it has.
  /// @throws DataError      if the text is not well-formed UTF-8.
  /// @throws ArgumentError  if the model does not choose sentences.
  std::vector<Keyphrase> keyphrases(std::string_view text, std::size_t count) const;
  /// The same of each text, in order.
  std::vector<std::vector<Keyphrase>> keyphrases(const std::vector<std::string>& texts, std::size_t count) const;

  /// @throws DataError, SystemError  if the file cannot be read or has no good row.
  SummaryEvaluation evaluate(const std::string& path, const SummaryEvaluationOptions& options = {}) const;

  /// Reads rows of raw text from a file or standard input ("-") and gives each to `row`, as `Classifier::extract` does.
  /// @throws ArgumentError, DataError, SystemError  as there and as `summarise`, and if `row` is empty.
  void extract(const std::string& path, const InputOptions& input,
               const std::function<void(const SummaryRowAnswer&)>& row, const SummaryLength& length = {}) const;

  /// As `Classifier::benchmark`.
  Benchmark benchmark(const std::string& path, const InputOptions& input = {}, double seconds = 4) const;

  SummarizerInfo info() const;
  /// Training was stopped early by `should_stop`.
  bool interrupted() const;

  Summarizer(Summarizer&&) noexcept;
  Summarizer& operator=(Summarizer&&) noexcept;
  ~Summarizer();

 private:
  struct State;
  explicit Summarizer(std::unique_ptr<State> state);
  static Summarizer from_file(const ModelFile& file, int threads);
  friend std::variant<Classifier, Tagger, Summarizer, LanguageModel> load_model(const std::string& path, int threads);
  std::unique_ptr<State> state_;
};

}  // namespace recura
