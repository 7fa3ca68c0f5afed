#pragma once

#include <recura/options.h>

#include <cstdint>
#include <string>
#include <vector>

namespace recura {

// The meaning, range and special values of each option stand in docs/reference.md, and in what `describe` gives.

/// How files of texts with marked spans are read.
struct TaggedInput {
  enum class Scheme { detect, bio, iob1, bioes, bmes };

  /// conll, words, jsonl or brat; empty: by the file's ending, then by its first line.
  std::string format = {};
  Scheme scheme = Scheme::detect;
  /// Columns of CoNLL from 0; negative ones from behind.
  std::int64_t token_column = 0;
  std::int64_t tag_column = -1;
  bool repair = false;
  /// Each file marks only the types that occur in it: its texts may hold names of any other type, which training learns
  /// from files that mark it. Where spans are scored, predicted ones of other types than the file's do not count.
  bool own_types = false;
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

  TaggedInput input = {};
  std::string dev = {};
  double dev_share = 0.1;
  /// Files of one label a line for the texts of the data, and of the dev data.
  std::string labels = {}, dev_labels = {};

  Unit unit = Unit::detect;
  TrainOptions::Normalization normalization = TrainOptions::Normalization::nfkc;
  bool lower_case = true;
  /// A model of `Tagger` that cuts Chinese and Japanese into words, which becomes part of the new model: tokens of raw
  /// text are its words, or, where tokens are characters, these are what `segment_size` is the vector of.
  std::string segmenter = {};
  std::int64_t min_count = -1;
  std::int64_t max_vocabulary = 100'000;
  std::string vectors = {};
  bool freeze_vectors = false;
  /// A tagger to go on with, also with new types: what it reads and how it is built is then its own. Or a language
  /// model, whose text rule, vocabulary, vectors and recurrent layers it begins with; empty: none.
  std::string from = {};
  /// As in `TrainOptions`.
  double from_rate = 1;
  std::int64_t from_frozen = 0;
  /// Names to look for, a file for each type: "LOC=places.txt,PER=people.txt".
  std::string lexicon = {};
  std::int64_t lexicon_count = -1;

  std::int64_t embedding = 100;
  std::int64_t shape_size = -1;
  std::int64_t affixes = 1;
  std::int64_t affix_size = 16;
  std::int64_t ngrams = -1;
  std::int64_t ngram_size = 50;
  std::int64_t ngram_buckets = 1 << 17;
  std::int64_t segment_size = -1;
  std::int64_t lexicon_size = 16;
  Characters characters = Characters::detect;
  std::int64_t character_size = 30;
  std::int64_t character_hidden = 50;
  double word_dropout = -1;

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
  std::int64_t patience = 5;
  bool shuffle = true;
  bool group_by_length = true;
  std::int64_t seed = 1;
  TrainOptions::TrainingPrecision training_precision = TrainOptions::TrainingPrecision::float32;
  TrainOptions::Precision precision = TrainOptions::Precision::float32;
  std::int64_t threads = 0;
  CheckpointOptions checkpoint = {};
};

/// How a trained tagger is made smaller, and faster where the processor multiplies narrow numbers.
struct TaggerExportOptions {
  TrainOptions::Precision precision = TrainOptions::Precision::int8;
  /// A file of texts with marked spans to score the model on before and after; empty: none.
  std::string dev = {};
  TaggedInput input = {};
};

/// How a tagger is used.
struct TaggingOptions {
  enum class Mode { prefer, force };

  /// A file for each type, one name a line: "LOC=places.txt,PER=people.txt"; of a model that cuts text into words,
  /// files of words: "words.txt".
  std::string dictionary = {};
  /// prefer: favour them where the model is not sure of something else; force: find them wherever they stand.
  Mode dictionary_mode = Mode::prefer;
  /// Spans of a lower score are left out; below 1.
  double min_score = 0;
  /// So are, of each type, those below the score from which on spans are so precise on dev; none: no such limit.
  enum class TargetPrecision { none, p60, p70, p80, p90, p95, p99 };
  TargetPrecision target_precision = TargetPrecision::none;
  /// Of each type also other spans than the likeliest, which may overlap, down to the score at which so many of the
  /// right ones are found on dev; none: no others.
  enum class TargetRecall { none, r80, r90, r95, r99 };
  TargetRecall target_recall = TargetRecall::none;
  /// So many `TaggedReading`s of each text, 100 at most.
  std::int64_t readings = 0;
};

/// What evaluations compare with, beside the data.
struct TagEvaluationOptions {
  TaggedInput input = {};
  /// A file of one label a line for the texts.
  std::string labels = {};
  /// Training data: what names stand there makes `seen`.
  std::string train = {};
  /// How many of the gravest errors are listed, a million at most.
  std::int64_t worst = 20;
};

/// The options of an aggregate, which must outlive them.
std::vector<Option> describe(TaggingOptions& options);
std::vector<Option> describe(TaggedInput& options);
std::vector<Option> describe(TaggerOptions& options);
std::vector<Option> describe(TagEvaluationOptions& options);
std::vector<Option> describe(TaggerExportOptions& options);

}  // namespace recura
