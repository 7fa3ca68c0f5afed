#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "grad/gradient_check.h"
#include "task/language/likelihood.h"
#include "task/language/objective.h"
#include "task/language/train.h"

namespace recura {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Ids = std::vector<std::int32_t>;

constexpr std::int32_t kEnd = 9;

LanguageNetworkSpec small_spec() {
  return {.vocabulary = kEnd, .embedding = 3, .hidden = 4, .bidirectional = true, .head = 2};
}

TEST(PiecesTest, EveryIdIsGuessedOnceInEachDirection) {
  Pieces pieces;
  add_pieces(Ids{1, 2, 3, 4, 5}, kEnd, 2, pieces);
  EXPECT_THAT(pieces, ElementsAre(Ids{kEnd, 1, 2}, Ids{2, 3, 4}, Ids{4, 5, kEnd}));
}

TEST(PiecesTest, ATextOfNothingIsItsEnd) {
  Pieces pieces;
  add_pieces({}, kEnd, 2, pieces);
  EXPECT_THAT(pieces, ElementsAre(Ids{kEnd, kEnd}));
}

TEST(PiecesTest, ABatchGuessesFromEachRowTheNextAndTheOneBefore) {
  const Pieces pieces{{kEnd, 1, kEnd}, {kEnd, 2, 3, kEnd}};
  const LanguageBatch batch = make_batch(pieces, std::vector<Index>{0, 1});
  for (Index text = 0; text < 2; ++text) {
    const Ids& piece = pieces[static_cast<std::size_t>(text)];
    for (std::size_t step = 0; step < piece.size(); ++step) {
      const auto row = static_cast<std::size_t>(batch.packing->row(text, static_cast<Index>(step)));
      EXPECT_EQ(batch.next[row], step + 1 < piece.size() ? piece[step + 1] : AdaptiveSoftmax::kNoClass);
      EXPECT_EQ(batch.before[row], step > 0 ? piece[step - 1] : AdaptiveSoftmax::kNoClass);
    }
  }
}

TEST(LanguageNetworkTest, GradientsAreThoseOfTheLoss) {
  Rng rng(2);
  LanguageNetworkSpec spec = small_spec();
  spec.recurrent_dropout = 0.5;
  LanguageNetwork network(spec, &rng);
  for (Parameter* parameter : network.parameters()) {
    for (real& value : parameter->change().values()) value = static_cast<real>(0.5 * rng.normal());
  }
  const Pieces pieces{{kEnd, 1, 8, kEnd}, {kEnd, 2, 3, 5, 1, kEnd}};
  const LanguageBatch batch = make_batch(pieces, std::vector<Index>{0, 1});
  check_gradients(network.parameters(), [&](Tape& tape) { return language_loss(tape, network, batch); });
}

/// A guess must not see what it guesses, nor what is behind it.
TEST(LanguageNetworkTest, AWordChangesNoGuessBeforeIt) {
  Rng rng(3);
  const LanguageNetwork network(small_spec(), &rng);
  Executor executor(1);
  const auto forward_of = [&](const Ids& piece) {
    Tape tape(Mode::infer, Rng(0), &executor);
    const Pieces pieces{piece};
    const LanguageBatch batch = make_batch(pieces, std::vector<Index>{0});
    return network.output().log_probabilities(network.read(tape, batch.ids, batch.packing).forward, batch.next);
  };
  const std::vector<double> one = forward_of({kEnd, 1, 2, 3, kEnd}), other = forward_of({kEnd, 1, 2, 7, kEnd});
  EXPECT_EQ(one[0], other[0]);
  EXPECT_EQ(one[1], other[1]);
  EXPECT_NE(one[2], other[2]);
}

TEST(LanguageNetworkTest, ItsLikelihoodIsItsLossAndDoesNotDependOnOtherTexts) {
  Rng rng(4);
  LanguageNetwork network(small_spec(), &rng);
  const Pieces pieces{{kEnd, 1, 8, kEnd}, {kEnd, 2, 3, 5, 1, kEnd}, {kEnd, kEnd}};
  Executor executor(2);
  const auto together = likelihoods(network, pieces, executor);
  Likelihood total;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const auto alone = likelihoods(network, {pieces[i]}, executor).front();
    EXPECT_EQ(alone.forward, together[i].forward);
    EXPECT_EQ(alone.backward, together[i].backward);
    EXPECT_EQ(together[i].guesses, std::ssize(pieces[i]) - 1);
    total.add(together[i]);
  }
  const LanguageObjective objective(network, pieces, pieces);
  Tape tape(Mode::train);
  EXPECT_NEAR(static_cast<double>(objective.loss(tape, std::vector<Index>{0, 1, 2}).value().data[0]), total.loss(),
              1e-5);
  EXPECT_NEAR(objective.dev_score(executor)->score, std::exp(-total.loss()), 1e-9);
}

TEST(LanguageNetworkTest, ItsWeightsAreAsManyAsItSays) {
  for (const Index layers : {1, 2, 3}) {
    LanguageNetworkSpec spec = small_spec();
    spec.layers = layers;
    spec.bidirectional = layers == 1;
    const LanguageNetwork network(spec, nullptr);
    double count = 0;
    for (const Parameter* parameter : network.parameters()) count += static_cast<double>(parameter->value().size());
    EXPECT_EQ(weight_count(spec), count);
  }
}

TEST(LanguageNetworkTest, RefusesASecondLayerOfBothDirections) {
  LanguageNetworkSpec spec = small_spec();
  spec.layers = 2;
  EXPECT_THROW(LanguageNetwork(spec, nullptr), ArgumentError);
  spec.bidirectional = false;
  EXPECT_NO_THROW(LanguageNetwork(spec, nullptr));
}

TEST(LanguageNetworkTest, ItsDescriptionIsReadAsItWasWritten) {
  LanguageNetworkSpec spec = small_spec();
  spec.word_dropout = 0.25;
  spec.recurrent_dropout = 0.5;
  EXPECT_EQ(to_json(language_network_from_json(to_json(spec))), to_json(spec));
  EXPECT_THROW(language_network_from_json(R"({"vocabulary":3})"), DataError);
}

/// Of these texts each word but the first is certain from those before it, the first from those behind it.
std::vector<std::string> certain_texts() {
  std::vector<std::string> texts;
  for (int i = 0; i < 60; ++i) texts.emplace_back(i % 2 == 0 ? "red apples taste sweet" : "green lemons taste sour");
  return texts;
}

TrainedLanguageModel train_small(Executor& executor, std::int64_t piece = 400) {
  LanguageRecipe recipe;
  recipe.piece = piece;
  recipe.network = {.embedding = 16, .hidden = 16, .bidirectional = true, .head = 4};
  recipe.fit = {.epochs = 30, .optimiser = OptimiserKind::lazy_adam, .learning_rate = 0.02};
  return train_language_model(certain_texts(), std::nullopt, recipe, executor, {});
}

TEST(LanguageModelTest, LearnsWhichWordsFollowOnWhichInBothDirections) {
  Executor executor(2);
  const TrainedLanguageModel trained = train_small(executor);
  EXPECT_EQ(trained.data.dev_texts, 6);
  const auto of =
      likelihoods(trained.model, {"red apples taste sweet", "red apples taste sour", "Unheard words"}, executor);
  // Only which of the two texts it is must be guessed: ln 2.
  EXPECT_NEAR(of[0].forward, -std::log(2), 0.3);
  EXPECT_NEAR(of[0].backward, -std::log(2), 0.3);
  EXPECT_LT(of[1].forward, of[0].forward - 2);
  EXPECT_EQ(of[2].unknown, 2);
  EXPECT_EQ(of[2].guesses, 3);
}

TEST(LanguageModelTest, StartsFromTheVectorsOfItsWords) {
  Executor executor(1);
  LanguageRecipe recipe;
  recipe.network = {.embedding = 16, .hidden = 16, .bidirectional = true, .head = 4};
  recipe.fit = {.epochs = 1, .learning_rate = 0.02};
  recipe.vectors = WordVectors{{"red", "plums"}, 3, {1, 2, 3, 4, 5, 6}, 0, {}, ""};
  const TrainedLanguageModel trained = train_language_model(certain_texts(), std::nullopt, recipe, executor, {});
  EXPECT_EQ(trained.data.vectors.with_vectors, 1);
  EXPECT_THAT(trained.data.vectors.without_vector, testing::Contains("lemons"));
  const Vocabulary& words = trained.model.encoder.vocabulary();
  const ConstTensorView table = std::as_const(*trained.model.network).table().value();
  EXPECT_EQ(trained.model.network->spec().embedding, 3);
  for (Index k = 0; k < 3; ++k) EXPECT_NEAR(table.row(words.id("red"))[k], k + 1, 0.2) << "trained from there";
  EXPECT_EQ(words.id("plums"), Vocabulary::kUnknown) << "no text has it: it is none to guess";
}

TEST(LanguageModelTest, TextsOfNoWordsCannotBeLearnt) {
  Executor executor(1);
  LanguageRecipe recipe;
  recipe.network = small_spec();
  try {
    train_language_model({"", " "}, std::nullopt, recipe, executor, {});
    FAIL();
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(), HasSubstr("no words"));
  }
}

}  // namespace
}  // namespace recura
