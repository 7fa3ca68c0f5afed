#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <recura/sequential.h>

#include <limits>

namespace recura {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kHuge = std::int64_t{1} << 62;
const layers::Dense kYesOrNo{.units = 1, .activation = Activation::sigmoid};
const std::vector<std::string> kFourTexts{"good film", "bad film", "so good", "so bad"};

template <typename Refused = ArgumentError>
auto is_refused(const std::string& message) {
  return ThrowsMessage<Refused>(HasSubstr(message));
}

/// Compiled, with a vocabulary of its size and texts for it.
class SequentialRefusalsTest : public testing::Test {
 protected:
  SequentialRefusalsTest() {
    vectorize_.adapt(kFourTexts);
    x_ = vectorize_(kFourTexts);
    model_ = {layers::Embedding{vectorize_.vocabulary_size(), 4}, layers::Gru{.units = 4}, kYesOrNo};
    model_.compile({.threads = 1});
  }

  TextVectorization vectorize_;
  Ids x_;
  std::vector<std::int32_t> y_{1, 0, 1, 0};
  Sequential model_;
};

TEST_F(SequentialRefusalsTest, SizesThatNoMemoryHoldsAreNamed) {
  const layers::Embedding embedding{10, 8};
  const layers::Gru gru{.units = 4};
  const auto compiled = [](Sequential model) { model.compile(); };
  const std::string widest = ": expected an integer in 1 ... 65536, got 4611686018427387904";
  const std::string most = ": expected an integer in 1 ... 1000000000, got 4611686018427387904";
  EXPECT_THAT([&] { compiled({layers::Embedding{kHuge, 8}, gru, kYesOrNo}); }, is_refused("input_dim" + most));
  EXPECT_THAT([&] { compiled({layers::Embedding{8, kHuge}, gru, kYesOrNo}); }, is_refused("output_dim" + widest));
  EXPECT_THAT([&] { compiled({embedding, layers::Lstm{.units = kHuge}, kYesOrNo}); }, is_refused("units" + widest));
  EXPECT_THAT([&] { compiled({embedding, gru, layers::Dense{.units = kHuge}, kYesOrNo}); }, is_refused("units" + most));
  EXPECT_THAT([&] { compiled({embedding, layers::Pooling{.attention = kHuge}, kYesOrNo}); },
              is_refused("attention: expected an integer in 0 ... 65536"));
  EXPECT_THAT([&] { compiled({embedding, gru, layers::Ngrams{kHuge, 4}, kYesOrNo}); }, is_refused("buckets" + most));
}

TEST_F(SequentialRefusalsTest, OptionsOutOfTheirRangesAreNamedWhenItIsCompiled) {
  const auto expect = [this](const CompileOptions& options, const std::string& message) {
    EXPECT_THAT([&] { model_.compile(options); }, is_refused(message));
  };
  const auto before = model_.predict(x_);
  expect({.loss = static_cast<CompileOptions::Loss>(9)}, "loss: expected an integer in 0 ... 1, got 9");
  expect({.optimizer = static_cast<CompileOptions::Optimizer>(-1)}, "optimizer: expected an integer in 0 ... 2");
  for (const double rate : {-1.0, 0.0, kNotANumber})
    expect({.learning_rate = rate}, "learning_rate: expected a number >= 1e-12, got ");
  expect({.momentum = 5}, "momentum: expected a number in [0, 1), got 5");
  expect({.clip_norm = -1}, "clip_norm: expected a number >= 0, got -1");
  expect({.clip_value = std::numeric_limits<double>::infinity()}, "clip_value: expected a number >= 0, got inf");
  expect({.seed = 2, .threads = 5'000}, "threads: expected an integer in 0 ... 1024");
  EXPECT_EQ(model_.predict(x_), before);
}

TEST_F(SequentialRefusalsTest, ArgumentsOutOfTheirRangesAreNamedBeforeTraining) {
  const auto expect = [this](const FitArguments& arguments, const std::string& message) {
    EXPECT_THAT([&] { model_.fit(x_, y_, arguments); }, is_refused(message));
  };
  expect({.epochs = 0}, "epochs: expected an integer in 1 ... 1000000, got 0");
  expect({.batch_size = 0}, "batch_size: expected an integer in 1 ... 1000000, got 0");
  expect({.patience = -1}, "patience: expected an integer in 0 ... 1000000, got -1");
  expect({.checkpoint = {.minutes = kNotANumber}}, "checkpoint.minutes: expected a number >= 0, got nan");
}

TEST_F(SequentialRefusalsTest, ALayerMoreAsksForAnotherCompile) {
  model_.add(kYesOrNo);
  EXPECT_EQ(model_.weights(), 0);
  EXPECT_THAT([&] { model_.fit(x_, y_); }, is_refused("compile comes before fit"));
  model_.compile();
  EXPECT_NO_THROW(model_.predict(x_));
}

TEST_F(SequentialRefusalsTest, EachTextThatIsScoredHasALabel) {
  EXPECT_THAT([&] { model_.evaluate(x_, {}); }, is_refused("evaluate: 4 texts, but 0 labels"));
  EXPECT_THAT([&] { model_.evaluate({}, {}); }, is_refused("evaluate: there are no texts"));
}

TEST_F(SequentialRefusalsTest, AClassifierHasTheVocabularyOfItsEmbedding) {
  TextVectorization other;
  const std::string message = "to_classifier: the vocabulary has 1 tokens, but the embedding ";
  EXPECT_THAT([&] { std::move(model_).to_classifier(other, {"bad", "good"}); }, is_refused(message));
  other.adapt({"another film"});
  EXPECT_THAT([&] { std::move(model_).to_classifier(other, {"bad", "good"}); }, is_refused("has 3 tokens"));
  EXPECT_NO_THROW(std::move(model_).to_classifier(vectorize_, {"bad", "good"}));
}

TEST(TextVectorizationRefusalsTest, OptionsOutOfTheirRangesAreNamedWhenItIsMade) {
  const auto expect = [](const TextVectorization::Options& options, const std::string& message) {
    EXPECT_THAT([&] { TextVectorization{options}; }, is_refused(message));
  };
  expect({.max_tokens = 0}, "max_tokens: expected an integer in 1 ... 1000000000, got 0");
  expect({.min_count = -7}, "min_count: expected an integer >= 1, got -7");
  expect({.max_length = -1}, "max_length: expected an integer >= 0, got -1");
  expect({.keep = static_cast<TextVectorization::Keep>(3)}, "keep: expected an integer in 0 ... 2, got 3");
}

TEST(TextVectorizationRefusalsTest, TextsAndRowsAreCountedFromOne) {
  TextVectorization vectorize;
  EXPECT_THAT([&] { vectorize.adapt({"\xff"}); }, is_refused<DataError>("the text is no UTF-8 at line 1, column 1"));
  EXPECT_THAT([&] { vectorize({"a", "\xff"}); }, is_refused<DataError>("text 2 of 2 is no UTF-8"));
  const Dataset data{.texts = {"a", "b"}, .labels = {"x", "y"}, .problems = {}};
  EXPECT_THAT([&] { data.label_numbers({"x"}); }, is_refused<DataError>("row 2 of 2 has the label \"y\""));
}

}  // namespace
}  // namespace recura
