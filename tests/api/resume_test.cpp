#include <gtest/gtest.h>
#include <recura/summarizer.h>
#include <recura/tagger.h>

#include "base/temporary_folder.h"

namespace recura {
namespace {

const std::string kCorpus = std::string(RECURA_SOURCE_DIR) + "/examples/corpus/";

/// A model's file after a training that is stopped each time after so many steps, and resumed with other threads.
template <typename Model, typename Options, typename Callbacks>
std::string model_after(const std::string& data, Options options, Callbacks callbacks, const std::vector<int>& stops) {
  const TemporaryFolder folder;
  options.checkpoint.checkpoint = folder / "checkpoint";
  for (std::size_t i = 0; i <= stops.size(); ++i) {
    const int steps = i < stops.size() ? stops[i] : -1;
    options.threads = static_cast<std::int64_t>(i % 3 + 1);
    options.checkpoint.resume = i > 0;
    callbacks.should_stop = [left = steps]() mutable { return left-- == 0; };
    const Model model = Model::train(kCorpus + data, options, callbacks);
    EXPECT_EQ(model.interrupted(), i < stops.size());
    model.save(folder / "model");
  }
  return content_of(folder / "model");
}

template <typename Model, typename Options, typename Callbacks>
void expect_same_models(const std::string& data, const Options& options, const Callbacks& callbacks) {
  const std::string whole = model_after<Model>(data, options, callbacks, {});
  for (const std::vector<int>& stops : {std::vector{0}, {9}, {17, 2, 5}})
    EXPECT_TRUE(model_after<Model>(data, options, callbacks, stops) == whole) << testing::PrintToString(stops);
}

constexpr TrainOptions::Cell kCells[] = {TrainOptions::Cell::rnn, TrainOptions::Cell::lstm, TrainOptions::Cell::gru,
                                         TrainOptions::Cell::sru};

TEST(ResumedTrainingTest, GivesTheSameClassifier) {
  TrainOptions options;
  options.epochs = 3;
  options.embedding = 16;
  for (const auto cell : kCells) {
    options.cell = cell;
    options.hidden = options.embedding;
    options.precision =
        cell == TrainOptions::Cell::gru ? TrainOptions::Precision::int8 : TrainOptions::Precision::float32;
    expect_same_models<Classifier>("en.train.jsonl", options, TrainCallbacks());
  }
}

TEST(ResumedTrainingTest, GivesTheSameTagger) {
  TaggerOptions options;
  options.epochs = 2;
  options.embedding = options.hidden = 16;
  options.batch_size = 8;
  for (const auto cell : kCells) {
    options.cell = cell;
    options.balance = cell == TrainOptions::Cell::lstm;
    expect_same_models<Tagger>("slots.train.conll", options, TaggerCallbacks());
  }
}

TEST(ResumedTrainingTest, GivesTheSameSummarizer) {
  SummarizerOptions options;
  options.epochs = 3;
  options.embedding = options.hidden = options.document_hidden = 16;
  options.batch_size = 4;
  for (const auto cell : kCells) {
    options.cell = cell;
    expect_same_models<Summarizer>("summaries.train.jsonl", options, SummarizerCallbacks());
  }
}

}  // namespace
}  // namespace recura
