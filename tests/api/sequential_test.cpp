#include <gtest/gtest.h>
#include <recura/sequential.h>

#include <cmath>
#include <cstdio>
#include <filesystem>

namespace recura {
namespace {

const std::vector<std::string> kFilms{"good film", "a good one", "so good", "bad film",
                                      "a bad one", "so bad",     "很好",    "不好"};
const std::vector<std::int32_t> kLabels{1, 1, 1, 0, 0, 0, 1, 0};

struct Prepared {
  TextVectorization vectorize;
  Ids x;
  Prepared() {
    vectorize.adapt(kFilms);
    x = vectorize(kFilms);
  }
};

Sequential small(const TextVectorization& vectorize, Layer recurrent) {
  Sequential model{layers::Embedding{vectorize.vocabulary_size(), 8}, recurrent, layers::Dense{1, Activation::sigmoid}};
  model.compile({.learning_rate = 0.02, .threads = 1});
  return model;
}

/// Two layers, the second of which adds to the first, every kind of dropout between them.
TEST(SequentialTest, LearnsThroughResidualLayersAndDropout) {
  const Prepared data;
  const layers::Lstm lstm{.units = 8, .return_sequences = true, .recurrent_dropout = 0.1};
  layers::Lstm last = lstm;
  last.return_sequences = false;
  last.residual = true;
  const auto loss = [&](std::initializer_list<Layer> all) {
    Sequential model(all);
    model.compile({.learning_rate = 0.02, .threads = 1});
    const double end = model.fit(data.x, kLabels, {.epochs = 60, .batch_size = 4}).back().loss;
    EXPECT_EQ(model.evaluate(data.x, kLabels).accuracy, 1);
    return end;
  };
  const layers::Embedding embedding{data.vectorize.vocabulary_size(), 8};
  const layers::Dense dense{1, Activation::sigmoid};
  const double all = loss({embedding, lstm, layers::Dropout{.rate = 0.1, .locked = true}, last, dense});
  last.residual = false;
  EXPECT_NE(loss({embedding, lstm, layers::Dropout{.rate = 0.1, .locked = true}, last, dense}), all);
  last.residual = true;
  EXPECT_NE(loss({embedding, lstm, layers::Dropout{.rate = 0.1}, last, dense}), all);
  last.recurrent_dropout = 0;
  EXPECT_NE(loss({embedding, lstm, layers::Dropout{.rate = 0.1, .locked = true}, last, dense}), all);
}

struct NamedLayer {
  std::string name;
  Layer layer;

  friend std::ostream& operator<<(std::ostream& out, const NamedLayer& one) { return out << one.name; }
};

class CellTest : public testing::TestWithParam<NamedLayer> {};

TEST_P(CellTest, LearnsItsTexts) {
  const Prepared data;
  Sequential model = small(data.vectorize, GetParam().layer);
  const auto history = model.fit(data.x, kLabels, {.epochs = 150, .batch_size = 4});
  EXPECT_EQ(history.size(), 150U);
  EXPECT_LT(history.back().loss, history.front().loss);
  EXPECT_TRUE(std::isnan(history.back().validation_accuracy));
  EXPECT_EQ(model.evaluate(data.x, kLabels).accuracy, 1);
}

INSTANTIATE_TEST_SUITE_P(
    Cells, CellTest,
    testing::Values(NamedLayer{"lstm", layers::Lstm{.units = 8}}, NamedLayer{"gru", layers::Gru{.units = 8}},
                    NamedLayer{"sru", layers::Sru{.units = 8}},
                    NamedLayer{"both_gru_reset_before",
                               layers::Gru{.units = 8, .bidirectional = true, .reset_after = false}},
                    NamedLayer{"rnn_tanh", layers::SimpleRnn{.units = 8, .activation = Activation::tanh}}),
    [](const auto& info) { return info.param.name; });

TEST(SequentialTest, GivesTheBestEpochBackWithValidationRows) {
  const Prepared data;
  Sequential model = small(data.vectorize, layers::Lstm{.units = 8});
  double least = 1e9;
  model.fit(data.x, kLabels,
            {.epochs = 20,
             .batch_size = 4,
             .validation_x = data.x,
             .validation_y = kLabels,
             .on_epoch = [&](const EpochResult& epoch) { least = std::min(least, epoch.validation_loss); }});
  EXPECT_EQ(model.evaluate(data.x, kLabels).loss, least);
}

TEST(SequentialTest, IsNoClassifierWithoutANameForEachLabel) {
  const Prepared data;
  Sequential model{layers::Embedding{data.vectorize.vocabulary_size(), 8},
                   layers::Lstm{.units = 8, .return_sequences = true}, layers::Pooling{.mean = true, .max = true},
                   layers::Dense{3, Activation::softmax}};
  model.compile({.loss = CompileOptions::Loss::categorical_crossentropy});
  EXPECT_EQ(model.predict(data.x).front().size(), 3U);
  EXPECT_THROW(std::move(model).to_classifier(data.vectorize, {"a", "b"}), ArgumentError);
}

TEST(SequentialTest, ASavedClassifierAnswersAsTheNetworkDid) {
  const Prepared data;
  Sequential model = small(data.vectorize, layers::Lstm{.units = 8});
  const auto expected = model.predict(data.x);
  const std::string path = testing::TempDir() + "recura_sequential.recura";
  std::move(model).to_classifier(data.vectorize, {"bad", "good"}).save(path);
  const auto answers = Classifier::load(path, 1).classify(kFilms);
  std::remove(path.c_str());
  for (std::size_t row = 0; row < kFilms.size(); ++row) {
    EXPECT_EQ(answers[row].score, std::max(expected[row][0], expected[row][1]));
    EXPECT_EQ(answers[row].label, expected[row][1] > expected[row][0] ? "good" : "bad");
  }
}

TEST(SequentialTest, ClassifiersAnswerTogetherInWhateverOrderTheirLabelsStand) {
  const Prepared data;
  const auto classifier = [&](std::vector<std::string> labels) {
    return small(data.vectorize, layers::Lstm{.units = 8}).to_classifier(data.vectorize, std::move(labels));
  };
  Classifier one = classifier({"bad", "good"});
  const Answer alone = one.classify("good film");
  one.answer_with(classifier({"good", "bad"}));  // the same network: it says the other label
  for (const auto& [label, score] : one.classify("good film").scores) EXPECT_DOUBLE_EQ(score, 0.5) << label;
  EXPECT_NE(alone.score, 0.5);
  Classifier other = classifier({"good", "bad"});
  other.answer_with(std::move(one));  // and with the one that answers with it
  EXPECT_NEAR(other.classify("good film").score, (alone.score + 1) / 3, 1e-12);
  EXPECT_THROW(other.answer_with(classifier({"good", "worse"})), ArgumentError);
}

TEST(SequentialTest, WhatDoesNotFitIsRefused) {
  const Prepared data;
  const layers::Embedding embedding{data.vectorize.vocabulary_size(), 4};
  const auto compiled = [](Sequential model) { model.compile(); };
  EXPECT_THROW(compiled(Sequential{}), ArgumentError);
  EXPECT_THROW(compiled(Sequential{embedding, layers::Lstm{.units = 4}, layers::Dense{2, Activation::sigmoid}}),
               ArgumentError);
  EXPECT_THROW(compiled(Sequential{embedding, layers::Dense{1, Activation::sigmoid}}), ArgumentError);
  EXPECT_THROW(compiled(Sequential{embedding, layers::Lstm{.units = 0}, layers::Dense{1, Activation::sigmoid}}),
               ArgumentError);
  const layers::Dropout both{.rate = 0.5, .whole_rows = true, .locked = true};
  EXPECT_THROW(compiled(Sequential{embedding, both, layers::Lstm{.units = 4}, layers::Dense{1, Activation::sigmoid}}),
               ArgumentError);
  EXPECT_THROW(compiled(Sequential{embedding, layers::Lstm{.units = 4, .residual = true},
                                   layers::Dense{1, Activation::sigmoid}}),
               ArgumentError);
  Sequential model{embedding, layers::Lstm{.units = 4}, layers::Dense{1, Activation::sigmoid}};
  EXPECT_THROW(model.predict(data.x), ArgumentError);
  model.compile();
  EXPECT_THROW(model.fit(data.x, {0, 1}), ArgumentError);
  EXPECT_THROW(model.fit(data.x, std::vector<std::int32_t>(kFilms.size(), 2)), ArgumentError);
  EXPECT_THROW(model.predict({{1'000'000}}), ArgumentError);
  EXPECT_THROW(model.predict({{-1}}), ArgumentError);
}

TEST(SequentialTest, AFitThatWasStoppedGoesOnToTheSameBits) {
  const Prepared data;
  const std::filesystem::path file = std::filesystem::path(testing::TempDir()) / "fit.checkpoint";
  std::filesystem::remove(file);
  const auto fit = [&](bool resume, int most_steps) {
    Sequential model = small(data.vectorize, layers::Lstm{.units = 8});
    FitArguments arguments{.epochs = 6, .batch_size = 2, .validation_x = data.x, .validation_y = kLabels};
    arguments.should_stop = [most_steps, steps = 0]() mutable { return ++steps > most_steps; };
    arguments.checkpoint = {.checkpoint = file, .resume = resume};
    const auto history = model.fit(data.x, kLabels, arguments);
    return std::pair(history.size(), model.predict(data.x));
  };
  const auto whole = fit(false, 1000);
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_LT(fit(false, 9).first, 6U);
  EXPECT_TRUE(std::filesystem::exists(file));
  EXPECT_EQ(fit(true, 1000), whole);
  EXPECT_FALSE(std::filesystem::exists(file));

  fit(false, 9);
  Sequential other = small(data.vectorize, layers::Lstm{.units = 8});
  FitArguments arguments{.epochs = 7, .batch_size = 2, .checkpoint = {.checkpoint = file, .resume = true}};
  EXPECT_THROW(other.fit(data.x, kLabels, arguments), ArgumentError);  // of another number of epochs
  arguments.epochs = 6;
  arguments.validation_x = data.x;
  arguments.validation_y = kLabels;
  Ids changed = data.x;
  changed[0].push_back(1);
  EXPECT_THROW(other.fit(changed, kLabels, arguments), DataError);
  arguments.checkpoint.checkpoint.clear();
  EXPECT_THROW(other.fit(data.x, kLabels, arguments), ArgumentError);  // to go on from what?
  std::filesystem::remove(file);
}

TEST(TextVectorizationTest, UnknownTokensAreZeroAndBadUtf8IsRefused) {
  const Prepared data;
  EXPECT_EQ(data.vectorize({"good nonsense"})[0][1], 0);
  EXPECT_NE(data.vectorize({"good nonsense"})[0][0], 0);
  EXPECT_TRUE(data.vectorize({""})[0].empty());
  EXPECT_THROW(data.vectorize({"ok", "\xff"}), DataError);
}

TEST(SequentialTest, LabelsOutOfRangeAreRefusedWhereverTheyCome) {
  const Prepared data;
  Sequential model = small(data.vectorize, layers::Lstm{.units = 4});
  std::vector<std::int32_t> wrong = kLabels;
  wrong[3] = 500'000'000;
  EXPECT_THROW(model.evaluate(data.x, wrong), ArgumentError);
  EXPECT_THROW(model.fit(data.x, wrong, {.epochs = 1}), ArgumentError);
  EXPECT_THROW(model.fit(data.x, kLabels, {.epochs = 1, .validation_x = data.x, .validation_y = wrong}), ArgumentError);
}

TEST(SequentialTest, IsStillThereWhenItIsNoClassifier) {
  const Prepared data;
  Sequential model = small(data.vectorize, layers::Lstm{.units = 4});
  const std::int64_t weights = model.weights();
  EXPECT_THROW(std::move(model).to_classifier(data.vectorize, {"same", "same"}), ArgumentError);
  EXPECT_EQ(model.weights(), weights);
}

}  // namespace
}  // namespace recura
