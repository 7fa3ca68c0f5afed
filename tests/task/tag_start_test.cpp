#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "base/error.h"
#include "base/temporary_folder.h"
#include "store/model_file.h"
#include "task/language/train.h"
#include "task/tag/answer/extract.h"
#include "task/tag/start.h"
#include "task/tag/train.h"

namespace recura {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Words parted by blanks, of which some are names.
TaggedText named_words(const std::string& words, const std::map<std::string, std::string>& types) {
  TaggedText text;
  text.text = words;
  for (std::size_t begin = 0; begin < words.size();) {
    const std::size_t end = std::min(words.find(' ', begin), words.size());
    const auto type = types.find(words.substr(begin, end - begin));
    const Index at = std::ssize(text.tokens);
    text.tokens.push_back({begin, end});
    if (type != types.end()) text.spans.push_back({at, at + 1, type->second});
    begin = end + 1;
  }
  return text;
}

TaggedData people_and_places() {
  TaggedData data;
  for (const char* const words : {"Ann lives in Rome .", "Bob saw Rome", "nobody came", "in Oslo Ann met Bob"})
    data.texts.push_back(named_words(words, {{"Ann", "PER"}, {"Bob", "PER"}, {"Rome", "LOC"}, {"Oslo", "LOC"}}));
  return data;
}

TaggedData firms() {
  TaggedData data;
  for (const char* const words : {"Żabka sold Rome", "Ann left Żabka"})
    data.texts.push_back(named_words(words, {{"Żabka", "ORG"}, {"Ann", "PER"}, {"Rome", "LOC"}}));
  return data;
}

TrainedTagger trained_names(TaggedData data, TaggerRecipe recipe) {
  Executor executor(1);
  return train_tagger(std::move(data), std::nullopt, std::move(recipe), executor, {}, {});
}

class TagStartTest : public testing::Test {
 protected:
  TagStartTest() {
    TaggerRecipe recipe;
    recipe.network = {.channels = {{"word", 0, 12}, {"shape", 64, 4}},
                      .characters = {CharacterEncoder::convolution, 0, 6, 8},
                      .hidden = 12};
    recipe.dev_share = 0;
    recipe.fit = {.epochs = 60, .batch_size = 4, .learning_rate = 0.02, .seed = 3};
    begin_with({.tagger = trained_names(people_and_places(), recipe).model});
  }

  void begin_with(TaggerStart start) { start_ = std::make_shared<const TaggerStart>(std::move(start)); }
  const TaggerModel& first() const { return *start_->tagger; }

  /// Goes on with no epoch that changes anything.
  TaggerRecipe next() const {
    TaggerRecipe recipe;
    recipe.rule = first().encoder.tokenizer().rule();
    recipe.network = first().network->spec();
    recipe.start = start_;
    recipe.dev_share = 0;
    recipe.fit = {.epochs = 1, .learning_rate = 1e-12};
    return recipe;
  }
  static std::vector<NamedSpan> spans_in(const TaggerModel& model, const TaggedText& text) {
    Executor executor(1);
    std::vector<NamedSpan> spans;
    const std::vector<TagAnswer> answers = tag_tokens(model, std::span(&text, 1), executor);
    for (const FoundSpan& found : answers[0].spans) spans.push_back(found.span);
    return spans;
  }

  std::shared_ptr<const TaggerStart> start_;
};

TEST_F(TagStartTest, ATaggerGoesOnWhereItWas) {
  const TrainedTagger same = trained_names(people_and_places(), next());
  EXPECT_EQ(same.data.new_words, 0);
  EXPECT_EQ(same.data.new_types, 0);
  const auto old = std::as_const(*first().network).parameters(), own = std::as_const(*same.model.network).parameters();
  ASSERT_EQ(own.size(), old.size());
  for (std::size_t i = 0; i < own.size(); ++i) {
    ASSERT_EQ(own[i]->value().shape(), old[i]->value().shape()) << own[i]->name();
    for (Index k = 0; k < own[i]->value().size(); ++k)
      ASSERT_NEAR(own[i]->value().data()[k], old[i]->value().data()[k], 1e-6) << own[i]->name();
  }
}

TEST_F(TagStartTest, NewTypesWordsAndCharactersComeBesideTheOldOnes) {
  const TrainedTagger more = trained_names(firms(), next());
  EXPECT_THAT(more.model.tags.types(), ElementsAre("LOC", "ORG", "PER"));
  EXPECT_EQ(more.data.new_types, 1);
  EXPECT_EQ(more.data.new_words, 3) << "Żabka, sold, left";
  for (const TaggedText& text : people_and_places().texts)
    EXPECT_EQ(spans_in(more.model, text), spans_in(first(), text)) << text.text;
  const TemporaryFolder folder;
  save(more.model, folder / "more");
  EXPECT_EQ(read_tagger(ModelFile::open(folder / "more")).tags.types(), more.model.tags.types());
}

TEST_F(TagStartTest, NewTypesAreLearntAndOldOnesStay) {
  TaggerRecipe recipe = next();
  recipe.fit = {.epochs = 40, .batch_size = 4, .learning_rate = 0.02, .seed = 3};
  const TrainedTagger more = trained_names(firms(), recipe);
  for (const TaggedText& text : firms().texts) EXPECT_EQ(spans_in(more.model, text), text.spans) << text.text;
  const TaggedText old = people_and_places().texts[3];
  EXPECT_EQ(spans_in(more.model, old), old.spans);
}

TEST_F(TagStartTest, LabelsOfTextsMayBeNewButNotMissing) {
  TaggedData data = firms();
  for (TaggedText& text : data.texts) text.label = text.text.front() == 'A' ? "leave" : "sell";
  TrainedTagger labelled = trained_names(std::move(data), next());
  EXPECT_THAT(labelled.model.labels, ElementsAre("leave", "sell"));
  begin_with({.tagger = std::move(labelled.model)});
  try {
    trained_names(firms(), next());
    FAIL();
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(), HasSubstr("knows labels of whole texts, these texts have none"));
  }
}

TEST_F(TagStartTest, WordsDoNotGoOnFromNames) {
  TaggedData words;
  words.texts.push_back(named_words("a b", {{"a", ""}, {"b", ""}}));
  EXPECT_THROW(trained_names(std::move(words), next()), DataError);
}

class LanguageTagStartTest : public testing::Test {
 protected:
  static LanguageModelParts language_model(const TextRule& rule, bool bidirectional = true) {
    LanguageRecipe recipe;
    recipe.rule = rule;
    recipe.dev_share = 0;
    recipe.subwords = 20;
    recipe.network = {.embedding = 6, .hidden = 5, .bidirectional = bidirectional, .head = 4};
    recipe.fit = {.epochs = 3, .learning_rate = 0.02};
    Executor executor(1);
    return train_language_model({"Ann met Bob .", "Rome"}, std::nullopt, recipe, executor, {}).model;
  }

  std::string saved(const TextRule& rule, bool bidirectional = true) {
    const std::string path = folder_ / "language.recura";
    save(language_model(rule, bidirectional), path);
    return path;
  }

  static TaggerRecipe recipe_from(const std::string& path) {
    TaggerRecipe recipe;
    const auto start = std::make_shared<const TaggerStart>(read_tagger_start(path));
    const LanguageNetworkSpec& from = start->language->network->spec();
    recipe.rule = start->rule();
    recipe.network = {.channels = {{"word", 0, 6}, {"shape", 64, 4}},
                      .hidden = from.hidden,
                      .layers = from.layers,
                      .bidirectional = from.bidirectional};
    recipe.start = start;
    recipe.dev_share = 0;
    recipe.fit = {.epochs = 1, .learning_rate = 1e-12};
    return recipe;
  }

  TemporaryFolder folder_;
};

/// The first rows of a weight are those of another.
void expect_begins_with(const Parameter& own, const Parameter& old, Index rows) {
  for (Index k = 0; k < rows * old.value().shape().columns(); ++k)
    ASSERT_NEAR(own.value().data()[k], old.value().data()[k], 1e-6) << own.name();
}

TEST_F(LanguageTagStartTest, TakesVectorsAndRecurrentLayersAndWhatReadsTheVectors) {
  for (const bool bidirectional : {true, false}) {
    const TaggerRecipe recipe = recipe_from(saved({}, bidirectional));
    const TrainedTagger trained = trained_names(people_and_places(), recipe);
    EXPECT_EQ(trained.data.new_words, 6) << "lives, in, saw, nobody, came, Oslo";
    const auto own = std::as_const(*trained.model.network).parameters();
    int taken = 0;
    for (const Parameter* old : std::as_const(*recipe.start->language->network).parameters()) {
      const bool is_table = old->name() == "embedding.table";
      const auto found = std::ranges::find(own, is_table ? "word.table" : old->name(), &Parameter::name);
      if (found == own.end()) continue;
      ++taken;
      const Index columns = old->value().shape().columns();
      expect_begins_with(**found, *old, is_table ? recipe.start->words().size() : old->value().size() / columns);
    }
    EXPECT_EQ(taken, bidirectional ? 7 : 4);
  }
}

TEST_F(LanguageTagStartTest, ItsLayersMayWait) {
  TaggerRecipe recipe = recipe_from(saved({}));
  recipe.fit = {.epochs = 2, .learning_rate = 0.1};
  recipe.pace.frozen = 1;
  EXPECT_THROW(trained_names(people_and_places(), recipe), ArgumentError) << "the vectors would wait two epochs";
  recipe.fit.epochs = 3;
  EXPECT_NO_THROW(trained_names(people_and_places(), recipe));
}

TEST_F(LanguageTagStartTest, SubwordsAreNoTokens) {
  const std::string path = saved({.unit = Unit::subword});
  try {
    read_tagger_start(path);
    FAIL();
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(), HasSubstr(path + ": a tagger reads words or characters, this language model subwords"));
  }
}

}  // namespace
}  // namespace recura
