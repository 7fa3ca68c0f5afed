#pragma once

#include <recura/options.h>

#include <cstdint>
#include <string>
#include <vector>

namespace recura {

// The meaning, range and special values of each option stand in docs/reference.md, and in what `describe` gives.

/// How files of texts with summaries are read.
struct SummaryInput {
  /// jsonl, csv or tsv; empty: by the file's ending, then by its first line.
  std::string format = {};
  /// Of several names, between commas, the texts are joined by line feeds, in this order.
  std::string text_field = "text";
  std::string summary_field = "summary";
  /// Rows of JSON may say where their sentences lie, and which of them belong to the summary.
  std::string sentences_field = "sentences";
  /// For a compressor these are words and marks.
  std::string tokens_field = "tokens";
  std::string keep_field = "keep";
  InputOptions::OnError on_error = InputOptions::OnError::skip;
  InputOptions::BadUtf8 bad_utf8 = InputOptions::BadUtf8::refuse;
};

/// How a summarizer is made that chooses sentences.
struct SummarizerOptions {
  enum class Cut { sentence, clause };
  enum class BestBy { loss, f1 };

  SummaryInput input = {};
  /// A file of rows to choose the best epoch by; empty: a share of the training rows.
  std::string dev = {};
  double dev_share = 0.1;

  /// What is chosen from, where the data do not say it; clauses end at commas too.
  Cut cut = Cut::sentence;
  TrainOptions::Unit unit = TrainOptions::Unit::word;
  TrainOptions::Normalization normalization = TrainOptions::Normalization::nfkc;
  bool lower_case = true;
  bool dictionary = false;
  /// A model of `Tagger` that cuts texts into words, in the dictionary's place; it becomes part of the new model.
  std::string segmenter = {};
  std::int64_t min_count = 2;
  std::int64_t max_vocabulary = 30'000;
  std::int64_t max_length = 100;
  /// A language model of both directions, whose text rule, vocabulary, vectors and recurrent layer it begins with;
  /// empty: none.
  std::string from = {};
  /// As in `TrainOptions`.
  double from_rate = 1;
  std::int64_t from_frozen = 0;

  TrainOptions::Cell cell = TrainOptions::Cell::lstm;
  TrainOptions::Activation activation = TrainOptions::Activation::tanh;
  std::int64_t embedding = 64;
  std::int64_t hidden = 32;
  std::int64_t document_hidden = 64;
  double dropout = 0.5;
  double word_dropout = 0.5;
  TrainOptions::Init init = TrainOptions::Init::keras;

  /// 0: ten, and more for few rows, so that there are 400 steps; `patience` then grows with them.
  std::int64_t epochs = 0;
  std::int64_t batch_size = 16;
  TrainOptions::Optimizer optimizer = TrainOptions::Optimizer::lazy_adam;
  double learning_rate = 2e-3;
  double momentum = 0;
  StepOptions step = {};
  double clip_norm = 5;
  double clip_value = 0;
  double average = 0.998;
  BestBy best_by = BestBy::f1;
  std::int64_t patience = 4;
  bool shuffle = true;
  bool group_by_length = true;
  std::int64_t seed = 1;
  TrainOptions::TrainingPrecision training_precision = TrainOptions::TrainingPrecision::float32;
  TrainOptions::Precision precision = TrainOptions::Precision::float32;
  /// 0: all cores that the process may use. The result does not depend on it.
  std::int64_t threads = 0;
  CheckpointOptions checkpoint = {};
};

/// How a summarizer is made that leaves words out (`--kind compress`).
struct CompressorOptions {
  enum class Characters { none, convolution, lstm };
  enum class BestBy { loss, f1 };

  SummaryInput input = {};
  /// A file of rows to choose the best epoch by; empty: a share of the training rows.
  std::string dev = {};
  double dev_share = 0.1;

  TrainOptions::Normalization normalization = TrainOptions::Normalization::nfkc;
  bool lower_case = true;
  bool dictionary = false;
  /// A model of `Tagger` that cuts texts into words, in the dictionary's place; it becomes part of the new model.
  std::string segmenter = {};
  std::int64_t min_count = 2;
  std::int64_t max_vocabulary = 100'000;
  std::string vectors = {};
  bool freeze_vectors = false;
  /// A language model of words, whose text rule, vocabulary, vectors and recurrent layers it begins with; empty: none.
  std::string from = {};
  /// As in `TrainOptions`.
  double from_rate = 1;
  std::int64_t from_frozen = 0;

  std::int64_t embedding = 100;
  std::int64_t shape_size = 16;
  Characters characters = Characters::convolution;
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
  double recurrent_dropout = 0;
  bool crf = true;
  bool balance = false;
  TrainOptions::Init init = TrainOptions::Init::keras;

  /// 0: ten, and more for few rows, so that there are 400 steps; `patience` then grows with them.
  std::int64_t epochs = 0;
  std::int64_t batch_size = 16;
  TrainOptions::Optimizer optimizer = TrainOptions::Optimizer::lazy_adam;
  double learning_rate = 2e-3;
  double momentum = 0;
  StepOptions step = {};
  double clip_norm = 5;
  double clip_value = 0;
  double average = 0.998;
  BestBy best_by = BestBy::f1;
  std::int64_t patience = 4;
  bool shuffle = true;
  bool group_by_length = true;
  std::int64_t seed = 1;
  TrainOptions::TrainingPrecision training_precision = TrainOptions::TrainingPrecision::float32;
  TrainOptions::Precision precision = TrainOptions::Precision::float32;
  /// 0: all cores that the process may use. The result does not depend on it.
  std::int64_t threads = 0;
  CheckpointOptions checkpoint = {};
};

/// How a summarizer is made that writes (`--kind write`).
struct WriterOptions {
  enum class BestBy { loss, rouge };

  SummaryInput input = {};
  /// A file of rows to choose the best epoch by; empty: a share of the training rows.
  std::string dev = {};
  double dev_share = 0.1;

  TrainOptions::Unit unit = TrainOptions::Unit::word;
  TrainOptions::Normalization normalization = TrainOptions::Normalization::nfc;
  bool lower_case = false;
  bool dictionary = false;
  /// A model of `Tagger` that cuts texts into words, in the dictionary's place; it becomes part of the new model.
  std::string segmenter = {};
  std::int64_t min_count = 2;
  /// Words that are read, and words that are written; others can be copied.
  std::int64_t max_vocabulary = 20'000;
  std::int64_t max_outputs = 10'000;
  /// Size of the vocabulary of subwords, all of which can be written.
  std::int64_t subwords = 8'000;
  /// Words (or subwords) of a text that are read, and of a summary that are learnt.
  std::int64_t max_length = 400;
  std::int64_t max_summary = 100;
  /// A language model of both directions, whose text rule, vocabulary, vectors and recurrent layer it begins with (what
  /// writes, with that of the forward direction); empty: none.
  std::string from = {};
  /// As in `TrainOptions`.
  double from_rate = 1;
  std::int64_t from_frozen = 0;

  TrainOptions::Cell cell = TrainOptions::Cell::lstm;
  TrainOptions::Activation activation = TrainOptions::Activation::tanh;
  std::int64_t embedding = 128;
  std::int64_t hidden = 128;
  std::int64_t decoder_hidden = 256;
  std::int64_t attention = 128;
  double dropout = 0.3;
  double word_dropout = 0.1;
  double label_smoothing = 0.1;
  /// Weight of the loss that forbids to attend to the same words again (See et al. 2017); 0: none.
  double coverage = 0;
  /// Share of the words before that are the network's own in the last epoch, none in the first (Bengio et al. 2015).
  double scheduled_sampling = 0;
  TrainOptions::Init init = TrainOptions::Init::keras;

  /// 0: ten, and more for few rows, so that there are 400 steps; `patience` then grows with them.
  std::int64_t epochs = 0;
  std::int64_t batch_size = 32;
  TrainOptions::Optimizer optimizer = TrainOptions::Optimizer::lazy_adam;
  double learning_rate = 2e-3;
  StepOptions step = {};
  double momentum = 0;
  double clip_norm = 2;
  double clip_value = 0;
  double average = 0.998;
  BestBy best_by = BestBy::rouge;
  std::int64_t patience = 4;
  bool shuffle = true;
  bool group_by_length = true;
  std::int64_t seed = 1;
  TrainOptions::TrainingPrecision training_precision = TrainOptions::TrainingPrecision::float32;
  TrainOptions::Precision precision = TrainOptions::Precision::float32;
  /// 0: all cores that the process may use. The result does not depend on it.
  std::int64_t threads = 0;
  CheckpointOptions checkpoint = {};
};

/// How summaries are written: by beam search.
struct WritingOptions {
  /// Beginnings of a summary that are followed at once.
  std::int64_t beam = 5;
  /// 0: the likeliest summary; the higher, the longer (Wu et al. 2016).
  double length_penalty = 1;
  /// No such number of words in a row stands twice in a summary; 0: they may.
  std::int64_t no_repeat = 3;
  std::int64_t min_words = 1;
  /// 0: as many as the longest summary in training had.
  std::int64_t max_words = 0;
  /// Summaries to give of each text, the best first; no more than the beam, and fewer where some are the same.
  std::int64_t best = 1;
  /// Of each word so many of the text's words that it attended to most.
  std::int64_t attention = 0;
};

/// How long a summary may be. Of a chooser all limits hold, -1 is none; without any, the share of sentences is that of
/// the training summaries. Of a compressor hold `words`, `characters` and `share`, that of the text's words and marks;
/// without any, it is as long as the model likes. A writer takes no heed of them, but of `writing`.
struct SummaryLength {
  std::int64_t sentences = -1;
  std::int64_t words = -1;
  std::int64_t characters = -1;
  /// Of the text's sentences, in 0 ... 1; one at least, unless it is 0.
  double share = -1;
  /// A sentence is left out that has so many words in a row in common with one that was chosen; 0: none is.
  std::int64_t no_repeat = 0;
  /// Of a compressor with a language model: how much that one's ln p of a summary counts beside its own.
  double fluency_weight = 0.05;
  /// Of a chooser: also tell so many phrases that matter most, whatever the limits.
  std::int64_t keyphrases = 0;
  WritingOptions writing = {};
};

struct SummaryEvaluationOptions {
  SummaryInput input = {};
  /// Without limits, as many sentences are chosen as the reference has.
  SummaryLength length = {};
  /// ROUGE counts English words by their stems.
  bool stem = false;
};

/// How a trained summarizer is made smaller, and faster where the processor multiplies narrow numbers.
struct SummarizerExportOptions {
  TrainOptions::Precision precision = TrainOptions::Precision::int8;
  /// A file of texts with summaries to score the model on before and after; empty: none.
  std::string dev = {};
  SummaryInput input = {};
};

/// The options of an aggregate, which must outlive them.
std::vector<Option> describe(SummaryInput& options);
std::vector<Option> describe(SummarizerOptions& options);
std::vector<Option> describe(CompressorOptions& options);
std::vector<Option> describe(WriterOptions& options);
/// Those of a chooser, and of a compressor; `describe(options.writing)` has those of a writer.
std::vector<Option> describe(SummaryLength& options);
std::vector<Option> describe_for_compressor(SummaryLength& options);
std::vector<Option> describe(WritingOptions& options);
/// Those of a chooser, of a compressor, and of a writer.
std::vector<Option> describe(SummaryEvaluationOptions& options);
std::vector<Option> describe_for_compressor(SummaryEvaluationOptions& options);
std::vector<Option> describe_for_writer(SummaryEvaluationOptions& options);
std::vector<Option> describe(SummarizerExportOptions& options);
std::vector<Option> describe_for_compressor(SummarizerExportOptions& options);

}  // namespace recura
