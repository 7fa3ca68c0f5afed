#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cfenv>
#include <cmath>
#include <filesystem>
#include <limits>

#include "base/error.h"
#include "store/model_writer.h"
#include "task/classify/answer/predict.h"
#include "task/classify/model.h"
#include "task/classify/objective.h"
#include "task/classify/report/report.h"
#include "task/classify/train.h"

namespace recura {
namespace {

using testing::HasSubstr;

TEST(ReportTest, FiguresAreThoseCountedByHand) {
  // right 0 0 0 1 1 2, given 0 0 1 1 2 2
  const std::vector<std::int32_t> gold{0, 0, 0, 1, 1, 2};
  const std::vector<double> p{.8, .1, .1, .7, .2, .1, .2, .5, .3, .1, .8, .1, .2, .3, .5, .1, .1, .8};
  const ClassificationReport report = classification_report(gold, p, 3);
  EXPECT_DOUBLE_EQ(report.accuracy, 4.0 / 6);
  EXPECT_DOUBLE_EQ(report.labels[0].precision, 1);
  EXPECT_DOUBLE_EQ(report.labels[0].recall, 2.0 / 3);
  EXPECT_DOUBLE_EQ(report.labels[0].f1, 0.8);
  EXPECT_DOUBLE_EQ(report.labels[1].f1, 0.5);
  EXPECT_DOUBLE_EQ(report.labels[2].f1, 2.0 / 3);
  EXPECT_DOUBLE_EQ(report.macro.f1, (0.8 + 0.5 + 2.0 / 3) / 3);
  EXPECT_DOUBLE_EQ(report.micro.f1, report.accuracy);
  EXPECT_DOUBLE_EQ(report.majority, 0.5);
  const double log_loss =
      -(std::log(.8) + std::log(.7) + std::log(.2) + std::log(.8) + std::log(.3) + std::log(.8)) / 6;
  EXPECT_NEAR(report.log_loss, log_loss, 1e-12);
  EXPECT_EQ(report.confusion, (std::vector<std::int64_t>{2, 1, 0, 0, 1, 1, 0, 0, 1}));
}

TEST(ReportTest, AnUnseenLabelIsWrongAndNotInTheLogLoss) {
  const ClassificationReport report =
      classification_report(std::vector<std::int32_t>{0, kUnseenLabel}, std::vector<double>{.5, .5, 1, 0}, 2);
  EXPECT_DOUBLE_EQ(report.accuracy, 0.5);
  EXPECT_EQ(report.unseen, 1);
  EXPECT_NEAR(report.log_loss, std::log(2), 1e-12);
  EXPECT_DOUBLE_EQ(report.labels[1].f1, 0);
  EXPECT_THROW(classification_report(std::vector<std::int32_t>{0}, std::vector<double>{.5}, 2), ArgumentError);
}

TEST(ReportTest, LabelsWithoutAnOutputAreRefused) {
  for (const std::int32_t wrong : {2, -2, 1'000'000'000}) {
    EXPECT_THROW(classification_report(std::vector<std::int32_t>{wrong}, std::vector<double>{.5, .5}, 2),
                 ArgumentError);
  }
}

TEST(ReportTest, ManyLabelsHaveNoConfusionMatrixButTheirRates) {
  constexpr std::size_t kLabels = kMostConfused + 1;
  std::vector<double> p(2 * kLabels);
  p[7] = p[kLabels + 9] = 1;
  const ClassificationReport report = classification_report(std::vector<std::int32_t>{7, 8}, p, kLabels);
  EXPECT_TRUE(report.confusion.empty());
  EXPECT_DOUBLE_EQ(report.accuracy, 0.5);
  EXPECT_DOUBLE_EQ(report.labels[7].f1, 1);
}

LabelledData rows(int count, int labels) {
  const char* const words[] = {"good", "bad", "plain"};
  LabelledData data;
  for (int row = 0; row < count; ++row) {
    data.texts.push_back(std::string("this is ") + words[row % labels] + " 第" + std::to_string(row % 5));
    data.labels.push_back({words[row % labels]});
  }
  return data;
}

ClassifierRecipe small_classifier_recipe() {
  ClassifierRecipe recipe;
  recipe.layers = {EmbeddingSpec{0, 6}, DropoutSpec{0.2}, RecurrentLayerSpec{.hidden = 5, .bidirectional = true},
                   PoolSpec{.mean = true, .max = true}};
  recipe.fit = {.epochs = 12, .batch_size = 4, .learning_rate = 0.02, .clip_norm = 5};
  return recipe;
}

TrainedClassifier trained_classifier(int labels, int threads = 1) {
  Executor executor(threads);
  return train_classifier(rows(60, labels), std::nullopt, small_classifier_recipe(), executor, {}, {});
}

std::vector<double> probabilities(const ClassifierModel& model, const std::vector<std::string>& texts,
                                  int threads = 1) {
  Executor executor(threads);
  return predict(*model.network, encode(model.encoder, texts, executor).ids, model.labels.size(), executor);
}

TEST(ClassifierTest, LearnsTwoLabelsAndThree) {
  for (const int labels : {2, 3}) {
    const TrainedClassifier result = trained_classifier(labels);
    EXPECT_EQ(result.fit.best_score, 1) << labels;
    EXPECT_EQ(result.model.network->outputs(), labels == 2 ? 1 : 3);
    EXPECT_EQ(result.data.dev_rows, 6);
    EXPECT_EQ(result.data.train_rows, 54);
  }
}

TEST(ClassifierTest, AFormThatNoTrainingRowHasSaysNothing) {
  const TrainedClassifier result = trained_classifier(2);
  const ConstTensorView embedding = std::as_const(*result.model.network).parameters().front()->value();
  EXPECT_THAT(std::span(embedding.row(Vocabulary::kUnknown), 6), testing::Each(real{0}));
  EXPECT_THAT(std::span(embedding.row(1), 6), testing::Contains(testing::Ne(real{0})));
}

TEST(ClassifierTest, StartsFromVectorsAndTrainsThemUnlessTheyAreFrozen) {
  for (const bool freeze : {true, false}) {
    ClassifierRecipe recipe = small_classifier_recipe();
    recipe.vectors = WordVectors{{"good", "never"}, 3, {1, 2, 3, 4, 5, 6}, 0, {}, ""};
    recipe.freeze_vectors = freeze;
    Executor executor(1);
    const TrainedClassifier result = train_classifier(rows(60, 2), std::nullopt, std::move(recipe), executor, {}, {});
    EXPECT_EQ(result.data.vectors.with_vectors, 1);
    EXPECT_THAT(result.data.vectors.without_vector, testing::Contains("bad"));
    const Vocabulary& vocabulary = result.model.encoder.vocabulary();
    const ConstTensorView table = std::as_const(*result.model.network).parameters().front()->value();
    EXPECT_EQ(table.row(vocabulary.id("never"))[2], 6);  // no training row has it
    EXPECT_EQ(table.row(vocabulary.id("good"))[0] == 1, freeze);
  }
}

TEST(ClassifierTest, ATextAloneHasTheBitsThatItHasAmongOthers) {
  const TrainedClassifier result = trained_classifier(3);
  std::vector<std::string> texts{"", "good", "a text of a length of its own that is bad", "plain 第 1", "x"};
  for (int i = 0; i < 200; ++i)
    texts.push_back(std::string(static_cast<std::size_t>(i % 40), 'a') + " good " + std::to_string(i));
  const std::vector<double> together = probabilities(result.model, texts);
  for (const int threads : {2, 3, 4, 8}) EXPECT_EQ(probabilities(result.model, texts, threads), together);
  for (std::size_t row = 0; row < texts.size(); ++row) {
    const auto alone = probabilities(result.model, {texts[row]}, static_cast<int>(row % 3) + 1);
    for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(alone[k], together[row * 3 + k]) << row;
  }
}

TEST(ClassifierTest, AnswersDoNotDependOnTheCallersFloatingPointStateWhichIsGivenBack) {
  const TrainedClassifier result = trained_classifier(3);
  const std::vector<std::string> texts{"good", "a bad one", "plain"};
  const std::vector<double> expected = probabilities(result.model, texts, 2);
  std::fesetround(FE_UPWARD);
  const std::vector<double> upward = probabilities(result.model, texts, 2);
  const int mode = std::fegetround();
  std::fesetround(FE_TONEAREST);
  EXPECT_EQ(upward, expected);
  EXPECT_EQ(mode, FE_UPWARD);
}

TEST(ClassifierTest, AnAnswerThatIsNoNumberIsAnErrorNotAnAnswer) {
  const TrainedClassifier result = trained_classifier(3);
  for (Parameter* parameter : result.model.network->parameters()) {
    for (real& weight : parameter->change().values()) weight = std::copysign(std::numeric_limits<real>::max(), weight);
  }
  EXPECT_THROW(probabilities(result.model, {"good"}), DataError);
}

TEST(ClassifierTest, DataThatCannotBeLearntIsRefused) {
  Executor executor(1);
  EXPECT_THROW(train_classifier(rows(10, 1), std::nullopt, small_classifier_recipe(), executor, {}, {}), DataError);
  LabelledData other = rows(10, 2);
  for (auto& row : other.labels) row = {"another"};
  EXPECT_THROW(train_classifier(rows(10, 2), other, small_classifier_recipe(), executor, {}, {}), DataError);
}

TEST(ClassifierTest, FewRowsGetMoreEpochs) {
  Executor executor(1);
  ClassifierRecipe recipe = small_classifier_recipe();
  recipe.fit.epochs = 0;
  int epochs = 0;
  const FitCallbacks stop{.progress = {}, .should_stop = [] { return true; }, .note = {}};
  train_classifier(
      rows(40, 2), std::nullopt, recipe, executor, [&](const ClassifierData& data) { epochs = data.epochs; }, stop);
  EXPECT_EQ(epochs, 45);  // 36 rows are 9 steps: 400 / 9, rounded up
  train_classifier(
      rows(4000, 2), std::nullopt, recipe, executor, [&](const ClassifierData& data) { epochs = data.epochs; }, stop);
  EXPECT_EQ(epochs, 30);
  recipe.dev_share = 0;
  train_classifier(
      rows(4000, 2), std::nullopt, recipe, executor, [&](const ClassifierData& data) { epochs = data.epochs; }, stop);
  EXPECT_EQ(epochs, 10);
}

TEST(ClassifierTest, ATemperatureIsChosenOnRowsOfKnownAndDifferentLabels) {
  Executor executor(1);
  const auto rows_chosen_on = [&](const LabelledData& dev) {
    return train_classifier(rows(40, 2), dev, small_classifier_recipe(), executor, {}, {}).model.decision.dev_rows;
  };
  EXPECT_EQ(rows_chosen_on(rows(120, 2)), 120);
  EXPECT_EQ(rows_chosen_on(rows(98, 2)), 0);
  EXPECT_EQ(rows_chosen_on(rows(120, 1)), 0) << "all of one label";
  LabelledData half_known = rows(240, 2);
  for (std::size_t i = 0; i < 120; ++i) half_known.labels[i] = {"another"};
  EXPECT_EQ(rows_chosen_on(half_known), 120);
}

class ModelFileTest : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }

  /// Writes a model whose parts `change` may spoil, and gives the message with which it is refused.
  std::string refusal(const std::function<void(ModelWriter&)>& rest, const std::string& network,
                      const std::string& task = "classify", const std::string& precision = "float32") const {
    ModelWriter writer;
    writer.add_text("task", task);
    writer.add_text("network", network);
    writer.add_text("text", to_json(TextSettings{}));
    writer.add_text("unicode", Tokenizer::version());
    writer.add_text("options", "{}");
    writer.add_text("training", "{}");
    writer.add_text("narrowing", "{}");
    writer.add_text("precision", precision);
    writer.add_text("decision", to_json(Decision{}));
    writer.add_strings("vocabulary", std::vector<std::string>{"a", "b"});
    rest(writer);
    writer.save(path_);
    try {
      load_classifier(path_);
    } catch (const DataError& error) {
      return error.what();
    }
    return "not refused";
  }

  const std::string path_ =
      (std::filesystem::temp_directory_path() / ("recura_task" + std::to_string(::getpid()))).string();
};

TEST_F(ModelFileTest, ALoadedModelGivesTheSameBits) {
  const TrainedClassifier result = trained_classifier(3);
  save(result.model, path_);
  const ClassifierModel loaded = load_classifier(path_);
  const std::vector<std::string> texts{"good", "bad plain", "", "第 3"};
  EXPECT_EQ(probabilities(loaded, texts), probabilities(result.model, texts));
  EXPECT_EQ(loaded.labels, result.model.labels);
  EXPECT_EQ(loaded.facts.digest.size(), 32U);
  EXPECT_TRUE(loaded.facts.notes.empty());
}

TEST_F(ModelFileTest, ANarrowModelGivesTheSameBitsWhenLoaded) {
  for (const Precision precision : {Precision::float32, Precision::bf16, Precision::int8}) {
    TrainedClassifier result = trained_classifier(3);
    result.model.network->round_to(precision);
    save(result.model, path_);
    const ClassifierModel loaded = load_classifier(path_);
    EXPECT_EQ(loaded.network->precision(), precision);
    const std::vector<std::string> texts{"good", "bad plain", "", "第 3"};
    EXPECT_EQ(probabilities(loaded, texts), probabilities(result.model, texts)) << name(precision);
    save(loaded, path_);
    EXPECT_EQ(load_classifier(path_).facts.digest, loaded.facts.digest) << "saved again, it is the same file";
  }
}

TEST_F(ModelFileTest, RoundingTellsTheScoresAndNeverGoesBack) {
  TrainedClassifier result = trained_classifier(3);
  Executor executor(1);
  const std::vector<std::string> texts{"good", "bad"};
  const LabelledIds dev{encode(result.model.encoder, texts, executor).ids, {{1}, {0}}};
  const LabelledIds none;
  const ClassificationObjective objective(*result.model.network, none, dev);
  const Narrowing change = narrow(*result.model.network, Precision::int8, objective, 2, executor);
  EXPECT_EQ(change.rows, 2);
  EXPECT_NEAR(change.after.score, change.before.score, 0.5);
  EXPECT_NEAR(change.after.loss, change.before.loss, 0.05);
  EXPECT_NE(change.after.loss, change.before.loss);
  EXPECT_THROW(narrow(*result.model.network, Precision::bf16, objective, 2, executor), ArgumentError);
}

TEST_F(ModelFileTest, PartsThatDoNotFitAreRefused) {
  const std::string network =
      to_json({EmbeddingSpec{3, 2}, RecurrentLayerSpec{.hidden = 1, .sequences = false}, DenseSpec{1}});
  const auto labels = [](ModelWriter& writer) { writer.add_strings("labels", std::vector<std::string>{"x", "y"}); };
  EXPECT_THAT(refusal(labels, network), HasSubstr("embedding.table"));
  EXPECT_THAT(refusal(labels, network, "tag"), HasSubstr("its task is \"tag\""));
  EXPECT_THAT(refusal(labels, network, "classify", "fp4"), HasSubstr("expected float32, bf16 or int8, got \"fp4\""));
  EXPECT_THAT(refusal(labels, "[]"), HasSubstr("first layer must be an embedding"));
  EXPECT_THAT(refusal(labels, "{"), HasSubstr("network: not JSON"));
  EXPECT_THAT(refusal(labels, to_json({EmbeddingSpec{1'000'000'000, 1'000'000}, DenseSpec{1}})),
              HasSubstr("larger than the file"));

  const std::vector<real> zeros(64);
  const auto weights = [&](ModelWriter& writer, Index vocabulary) {
    const auto add = [&](const char* name, Shape shape) {
      writer.add_tensor<real>(name, shape, std::span(zeros).first(static_cast<std::size_t>(shape.size())));
    };
    add("embedding.table", {vocabulary, 2});
    add("rnn0.w", {2, 4});
    add("rnn0.u", {1, 4});
    add("rnn0.b", {4});
    add("dense0.w", {1, 1});
    add("dense0.b", {1});
  };
  const auto whole = [&](ModelWriter& writer) {
    labels(writer);
    weights(writer, 3);
  };
  EXPECT_EQ(refusal(whole, network), "not refused");
  EXPECT_THAT(refusal(whole, network, "classify", "bf16"), HasSubstr("must be BF16, it is F"));
  EXPECT_THAT(refusal(whole, network, "classify", "int8"), HasSubstr("must be I8, it is F"));
  EXPECT_THAT(refusal(
                  [&](ModelWriter& writer) {
                    whole(writer);
                    writer.add_tensor<real>("more", {1}, std::span(zeros).first(1));
                  },
                  network),
              HasSubstr("belongs to no part"));
  EXPECT_THAT(refusal(
                  [&](ModelWriter& writer) {
                    weights(writer, 3);
                    writer.add_strings("labels", std::vector<std::string>{"x", "y", "z"});
                  },
                  network),
              HasSubstr("3 labels, but the network has 1 outputs"));
  EXPECT_THAT(refusal(
                  [&](ModelWriter& writer) {
                    labels(writer);
                    weights(writer, 2);
                  },
                  to_json({EmbeddingSpec{2, 2}, RecurrentLayerSpec{.hidden = 1, .sequences = false}, DenseSpec{1}})),
              HasSubstr("3 forms, but the embedding has 2 rows"));
}

TEST(TextSettingsTest, JsonGivesThemBackAndRefusesWhatIsNone) {
  TextSettings settings;
  settings.rule = {Unit::character, Normalization::nfc, false, true, true};
  settings.max_length = 7;
  for (const Keep keep : {Keep::both, Keep::windows}) {
    settings.keep = keep;
    EXPECT_EQ(to_json(text_settings_from_json(to_json(settings))), to_json(settings));
  }
  EXPECT_THROW(text_settings_of_words(to_json(settings)), DataError);
  EXPECT_THROW(text_settings_of_words(to_json(TextSettings{.rule = {.unit = Unit::subword}})), DataError);
  for (const char* wrong : {"", "[]", "{}", "{\"unit\":\"word\"}"})
    EXPECT_THROW(text_settings_from_json(wrong), DataError) << wrong;
}

}  // namespace
}  // namespace recura
