#pragma once

#include <gtest/gtest.h>
#include <recura/language_model.h>
#include <recura/sequential.h>
#include <recura/summarizer.h>
#include <recura/tagger.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/temporary_folder.h"

// Trainings of a moment on examples/corpus, one for each form of model file.
namespace recura {

/// The threads of a training, which is stopped after so many steps, and goes on with other threads, again and again.
struct TrainingRun {
  std::vector<std::int64_t> threads = {1};
  std::vector<int> stops = {};
};

/// The file of a model. Paths are relative to the root: a model says which lexicon it was trained with.
template <typename Train, typename Options, typename Callbacks>
std::string trained(const Train& train, const std::string& data, Options options, Callbacks callbacks,
                    const TrainingRun& run) {
  const TemporaryFolder folder;
  std::filesystem::current_path(RECURA_SOURCE_DIR);
  options.checkpoint.checkpoint = folder / "checkpoint";
  for (std::size_t i = 0; i <= run.stops.size(); ++i) {
    options.threads = run.threads[i % run.threads.size()];
    options.checkpoint.resume = i > 0;
    callbacks.should_stop = [left = i < run.stops.size() ? run.stops[i] : -1]() mutable { return left-- == 0; };
    const auto model = train("examples/corpus/" + data, options, callbacks);
    EXPECT_EQ(model.interrupted(), i < run.stops.size());
    model.save(folder / "model");
  }
  return content_of(folder / "model");
}

/// How large a small model is, and how narrow in the end.
struct SmallSize {
  std::int64_t size = 20;  // of vectors and states: full vectors of the processor and a rest
  std::int64_t min_count = 2;
  std::int64_t epochs = 2;
  bool narrow = false;
};

inline std::string train_classify(const SmallSize& small, const TrainingRun& run) {
  TrainOptions options;
  options.epochs = small.epochs;
  options.embedding = options.hidden = small.size;
  options.cell = TrainOptions::Cell::gru;
  options.ngrams = 1;
  options.min_count = small.min_count;
  options.learning_rate = 0.02;
  return trained(Classifier::train, "en.train.jsonl", options, TrainCallbacks(), run);
}

inline std::string train_labels(const SmallSize& small, const TrainingRun& run) {
  TrainOptions options;
  options.epochs = small.epochs;
  options.embedding = options.hidden = small.size;
  options.pooling = TrainOptions::Pooling::attention;
  options.ngrams = 2;
  options.ngram_buckets = 16 * small.size;
  options.ngram_size = 3;
  options.learning_rate = 0.02;
  options.min_count = small.min_count;
  if (small.narrow) options.precision = TrainOptions::Precision::int8;
  return trained(Classifier::train, "topics.train.jsonl", options, TrainCallbacks(), run);
}

inline std::string train_subword(const SmallSize& small, const TrainingRun& run) {
  TrainOptions options;
  options.unit = TrainOptions::Unit::subword;
  options.subwords = 60 + 4 * small.size;  // the texts have 56 characters
  options.epochs = small.epochs;
  options.embedding = options.hidden = small.size;
  options.ngrams = 1;
  options.learning_rate = 0.02;
  if (small.narrow) options.precision = TrainOptions::Precision::bf16;
  return trained(Classifier::train, "en.train.jsonl", options, TrainCallbacks(), run);
}

inline std::string train_tag(const SmallSize& small, const TrainingRun& run) {
  TaggerOptions options;
  options.epochs = small.epochs;
  options.embedding = options.hidden = options.character_size = options.character_hidden = small.size;
  options.shape_size = options.lexicon_size = 1;
  options.learning_rate = 0.02;
  options.lexicon = "LOC=tests/golden/models/places.txt";
  options.min_count = small.min_count;
  if (small.narrow) options.precision = TrainOptions::Precision::bf16;
  return trained(Tagger::train, "names.train.conll", options, TaggerCallbacks(), run);
}

inline std::string train_select(const SmallSize& small, const TrainingRun& run) {
  SummarizerOptions options;
  options.epochs = small.epochs;
  options.embedding = options.hidden = options.document_hidden = small.size;
  options.min_count = small.min_count;
  options.learning_rate = 0.02;
  return trained(Summarizer::train, "summaries.train.jsonl", options, SummarizerCallbacks(), run);
}

inline std::string train_write(const SmallSize& small, const TrainingRun& run) {
  WriterOptions options;
  options.epochs = small.epochs;
  options.embedding = options.hidden = options.decoder_hidden = options.attention = small.size;
  options.min_count = small.min_count;
  options.learning_rate = 0.02;
  return trained(Summarizer::train_writer, "summaries.train.jsonl", options, SummarizerCallbacks(), run);
}

inline std::string train_write_subword(const SmallSize& small, const TrainingRun& run) {
  WriterOptions options;
  options.unit = TrainOptions::Unit::subword;
  options.subwords = 70 + 4 * small.size;  // the texts have 65 characters
  options.epochs = small.epochs;
  options.embedding = options.hidden = options.decoder_hidden = options.attention = small.size;
  options.scheduled_sampling = 0.5;
  options.learning_rate = 0.02;
  return trained(Summarizer::train_writer, "summaries.train.jsonl", options, SummarizerCallbacks(), run);
}

inline std::string train_compress(const SmallSize& small, const TrainingRun& run) {
  CompressorOptions options;
  options.epochs = small.epochs;
  options.embedding = options.hidden = options.character_size = options.character_hidden = small.size;
  options.shape_size = 0;  // whose table would be most of the file
  options.min_count = small.min_count;
  options.learning_rate = 0.02;
  if (small.narrow) options.precision = TrainOptions::Precision::int8;
  return trained(Summarizer::train_compressor, "shorter.train.jsonl", options, SummarizerCallbacks(), run);
}

inline std::string train_language(const SmallSize& small, const TrainingRun& run) {
  LanguageOptions options;
  options.epochs = small.epochs;
  options.embedding = options.hidden = small.size;
  options.head = 2 * small.size;  // which leaves two tails
  options.min_count = small.min_count;
  options.learning_rate = 0.02;
  if (small.narrow) options.precision = TrainOptions::Precision::bf16;
  return trained(LanguageModel::train, "en.train.jsonl", options, LanguageModelCallbacks(), run);
}

/// Has no checkpoint: `stops` are not looked at.
inline std::string train_sequential(const SmallSize& small, const TrainingRun& run) {
  const Dataset data = Dataset::read(RECURA_SOURCE_DIR "/examples/corpus/en.train.jsonl");
  TextVectorization vectorize({.min_count = small.min_count, .threads = 1});
  vectorize.adapt(data.texts);
  Sequential model;
  model.add(layers::Embedding{vectorize.vocabulary_size(), small.size});
  model.add(layers::Sru{.units = small.size, .return_sequences = true});
  model.add(layers::SimpleRnn{.units = small.size, .activation = Activation::tanh});
  model.add(layers::Dropout{.rate = 0.2});
  const std::vector<std::string> labels = data.label_names();
  model.add(layers::Dense{.units = std::ssize(labels), .activation = Activation::softmax});
  model.compile({.loss = CompileOptions::Loss::categorical_crossentropy,
                 .seed = 1,
                 .threads = static_cast<int>(run.threads.front())});
  model.fit(vectorize(data.texts), data.label_numbers(labels), {.epochs = static_cast<int>(small.epochs)});
  const TemporaryFolder folder;
  std::move(model).to_classifier(vectorize, labels).save(folder / "model");
  return content_of(folder / "model");
}

struct SmallTraining {
  const char* name;
  std::string (*train)(const SmallSize& small, const TrainingRun& run);
};

inline const std::vector<SmallTraining> kResumableTrainings{
    {"classify", train_classify}, {"labels", train_labels},   {"tag", train_tag},
    {"select", train_select},     {"write", train_write},     {"compress", train_compress},
    {"language", train_language}, {"subword", train_subword}, {"write_subword", train_write_subword}};
inline const std::vector<SmallTraining> kSmallTrainings = [] {
  std::vector<SmallTraining> all = kResumableTrainings;
  all.push_back({"sequential", train_sequential});
  return all;
}();

inline void PrintTo(const SmallTraining& training, std::ostream* out) { *out << training.name; }

inline std::string name_of(const testing::TestParamInfo<SmallTraining>& info) { return info.param.name; }

}  // namespace recura
