#include <gtest/gtest.h>

#include "api/small_trainings.h"

namespace recura {
namespace {

template <typename Model, typename Options, typename Callbacks>
void expect_same_models(const std::string& data, const Options& options, const Callbacks& callbacks) {
  const std::string whole = trained(Model::train, data, options, callbacks, {});
  for (const std::vector<int>& stops : {std::vector{0}, {9}, {17, 2, 5}})
    EXPECT_TRUE(trained(Model::train, data, options, callbacks, {{1, 2, 3}, stops}) == whole)
        << testing::PrintToString(stops);
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
    const bool is_deep = cell == TrainOptions::Cell::lstm;
    options.layers = is_deep ? 2 : 1;
    options.residual = options.locked_dropout = is_deep;
    options.recurrent_dropout = is_deep ? 0.3 : 0;
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

TEST(ResumedTrainingTest, GivesTheSameTaggerOfFilesThatMarkTheirOwnTypes) {
  TaggerOptions options;
  options.epochs = 2;
  options.embedding = options.hidden = 16;
  options.input.own_types = true;
  const auto train = [](const std::string& path, const auto& with, const auto& callbacks) {
    return Tagger::train_on({path, "examples/corpus/slots.train.conll"}, with, callbacks);
  };
  const auto file = [&](const TrainingRun& run) {
    return trained(train, "names.train.conll", options, TaggerCallbacks(), run);
  };
  const std::string whole = file({});
  EXPECT_TRUE(file({{1, 2, 3}, {17, 2, 5}}) == whole);
  options.input.own_types = false;
  EXPECT_FALSE(file({}) == whole);
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
