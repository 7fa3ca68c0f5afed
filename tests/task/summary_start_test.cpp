#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "task/language/start.h"
#include "task/small_language_model.h"
#include "task/summarise/select/train.h"
#include "task/summarise/write/train/train.h"

namespace recura {
namespace {

constexpr LanguageNetworkSpec kBothWays{.embedding = 6, .hidden = 5, .bidirectional = true, .head = 4};

LanguageStart start_of(const TextRule& rule = {}, const LanguageNetworkSpec& network = kBothWays) {
  return std::make_shared<const LanguageModelParts>(
      small_language_model({"It rained . Ann won", "nobody came"}, rule, network));
}

GivenSummaries four_pairs() {
  SummaryData data;
  for (const char* const who : {"Ann", "Bob", "Cleo", "Dan"})
    data.rows.push_back(
        {.text = std::string("It rained. ") + who + " won. We left.", .summaries = {std::string(who) + " won."}});
  return {std::move(data), std::nullopt};
}

/// Steps too small to be seen.
constexpr double kNoStep = 1e-12;

template <typename Recipe>
Recipe recipe_from(const LanguageStart& start) {
  Recipe recipe;
  const LanguageNetworkSpec& from = start->network->spec();
  recipe.rule = start->encoder.tokenizer().rule();
  recipe.dev_share = 0;
  recipe.network = {.embedding = from.embedding, .cell = from.cell, .hidden = from.hidden};
  recipe.start = start;
  recipe.fit = {.epochs = 1, .learning_rate = kNoStep};
  return recipe;
}

SelectRecipe selector_from(const LanguageStart& start) {
  SelectRecipe recipe = recipe_from<SelectRecipe>(start);
  recipe.network.document_hidden = 4;
  return recipe;
}

WriteRecipe writer_from(const LanguageStart& start) {
  WriteRecipe recipe = recipe_from<WriteRecipe>(start);
  recipe.network.decoder_hidden = recipe.network.hidden;
  recipe.network.attention = 4;
  return recipe;
}

TrainedSelector trained(const SelectRecipe& recipe) {
  Executor executor(1);
  return train_selector(four_pairs(), recipe, executor, {});
}

TrainedWriter trained(const WriteRecipe& recipe) {
  Executor executor(1);
  return train_writer(four_pairs(), recipe, executor, {});
}

const Tensor& weight(const Module& network, const std::string& name) {
  const auto all = network.parameters();
  return (*std::ranges::find(all, name, &Parameter::name))->value();
}

void expect_first_rows(const Tensor& own, const Tensor& from) {
  for (Index k = 0; k < from.size(); ++k) ASSERT_NEAR(own.data()[k], from.data()[k], 1e-6);
}

/// Of each form that the language model knows.
void expect_vectors(const Vocabulary& forms, const Tensor& own, const LanguageModelParts& start) {
  const Vocabulary& known = start.encoder.vocabulary();
  const Tensor& from = weight(*start.network, "embedding.table");
  for (const std::string& form : known.forms()) {
    ASSERT_NE(forms.id(form), Vocabulary::kUnknown) << form;
    for (Index k = 0; k < kBothWays.embedding; ++k)
      EXPECT_NEAR(own.row(forms.id(form))[k], from.row(known.id(form))[k], 1e-6) << form;
  }
}

TEST(SummaryStartTest, AChooserReadsSentencesAsALanguageModelDoes) {
  const LanguageStart start = start_of();
  const TrainedSelector result = trained(selector_from(start));
  const SelectNetwork& network = *result.model.network;
  const Vocabulary& forms = result.model.encoder.vocabulary();
  EXPECT_NE(forms.id("came"), Vocabulary::kUnknown) << "the language model alone knows it";
  EXPECT_NE(forms.id("bob"), Vocabulary::kUnknown);
  EXPECT_LT(forms.id("bob"), forms.id("came")) << "ranks are those of the training texts";
  expect_vectors(forms, weight(network, "embedding.table"), *start);
  for (const std::string part : {"forward.w", "forward.u", "forward.b", "backward.w", "backward.u", "backward.b"})
    expect_first_rows(weight(network, "sentence." + part), weight(*start->network, "rnn0." + part));
}

TEST(SummaryStartTest, AWriterReadsAndWritesAsALanguageModelDoes) {
  const LanguageStart start = start_of();
  const TrainedWriter result = trained(writer_from(start));
  const WriteNetwork& network = *result.model.network;
  const Vocabulary& forms = result.model.encoder.vocabulary();
  EXPECT_LT(forms.id("won"), result.data.outputs) << "what can be written stands first";
  EXPECT_GE(forms.id("came"), result.data.outputs);
  expect_vectors(forms, weight(network, "embedding.table"), *start);
  for (const std::string part : {"w", "u", "b"}) {
    expect_first_rows(weight(network, "encoder.backward." + part), weight(*start->network, "rnn0.backward." + part));
    expect_first_rows(weight(network, "decoder." + part), weight(*start->network, "rnn0.forward." + part));
  }
  const Tensor& own = weight(network, "embedding.table");
  const Tensor& from = weight(*start->network, "embedding.table");
  for (Index k = 0; k < kBothWays.embedding; ++k)
    EXPECT_NEAR(own.row(network.begin())[k], from.row(start->network->boundary())[k], 1e-6) << "the beginning";
}

TEST(SummaryStartTest, AWriterMayReadItsSubwords) {
  const LanguageStart start = start_of({.unit = Unit::subword});
  const TrainedWriter result = trained(writer_from(start));
  EXPECT_EQ(result.model.encoder.vocabulary().forms(), start->encoder.vocabulary().forms());
  EXPECT_EQ(result.data.outputs, start->encoder.vocabulary().size());
  expect_vectors(result.model.encoder.vocabulary(), weight(*result.model.network, "embedding.table"), *start);
}

TEST(SummaryStartTest, AnSruPassesOnWhatItReadsThoughAChooserReadsMore) {
  const LanguageStart start =
      start_of({}, {.embedding = 5, .cell = kernel::Cell::sru, .hidden = 5, .bidirectional = true, .head = 4});
  const TrainedSelector result = trained(selector_from(start));
  const Tensor& own = weight(*result.model.network, "sentence.forward.w");
  ASSERT_EQ(own.shape().columns(), 20);
  for (Index row = 0; row < 5; ++row) {
    for (Index k = 0; k < 5; ++k) EXPECT_NEAR(own.row(row)[15 + k], k == row ? 1 : 0, 1e-6);
  }
}

TEST(SummaryStartTest, WhatComesFromItWaits) {
  const LanguageStart start = start_of();
  SelectRecipe select = selector_from(start);
  WriteRecipe write = writer_from(start);
  select.fit = write.fit = {.epochs = 3, .learning_rate = 0.1, .average = 0};
  select.pace.frozen = write.pace.frozen = 1;
  Executor executor(1);
  const auto after_an_epoch = [&](int& ended) {
    FitCallbacks fit;
    fit.progress = [&](const FitProgress& p) { ended += p.epoch_ended ? 1 : 0; };
    fit.should_stop = [&] { return ended == 1; };
    return fit;
  };
  int select_ended = 0, write_ended = 0;
  const TrainedSelector chooser = train_selector(four_pairs(), select, executor, {{}, after_an_epoch(select_ended)});
  const TrainedWriter writer = train_writer(four_pairs(), write, executor, {{}, after_an_epoch(write_ended)});
  expect_first_rows(weight(*chooser.model.network, "sentence.forward.u"), weight(*start->network, "rnn0.forward.u"));
  expect_first_rows(weight(*writer.model.network, "encoder.forward.u"), weight(*start->network, "rnn0.forward.u"));
  expect_first_rows(weight(*writer.model.network, "decoder.u"), weight(*start->network, "rnn0.forward.u"));
  select.fit.epochs = write.fit.epochs = 2;
  EXPECT_THROW(trained(select), ArgumentError) << "the vectors would wait two epochs";
  EXPECT_THROW(trained(write), ArgumentError);
}

TEST(SummaryStartTest, OtherSizesAreRefused) {
  WriteRecipe recipe = writer_from(start_of());
  recipe.network.decoder_hidden = 9;
  EXPECT_THROW(trained(recipe), ArgumentError);
  recipe = writer_from(start_of());
  recipe.network.embedding = 7;
  EXPECT_THROW(trained(recipe), ArgumentError);
}

}  // namespace
}  // namespace recura
