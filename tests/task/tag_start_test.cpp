#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "base/error.h"
#include "base/temporary_folder.h"
#include "store/model_file.h"
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
    first_ = std::make_shared<const TaggerModel>(trained_names(people_and_places(), recipe).model);
  }

  /// Goes on with no epoch that changes anything.
  TaggerRecipe next() const {
    TaggerRecipe recipe;
    recipe.rule = first_->encoder.tokenizer().rule();
    recipe.network = first_->network->spec();
    recipe.start = first_;
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

  std::shared_ptr<const TaggerModel> first_;
};

TEST_F(TagStartTest, ATaggerGoesOnWhereItWas) {
  const TrainedTagger same = trained_names(people_and_places(), next());
  EXPECT_EQ(same.data.new_words, 0);
  EXPECT_EQ(same.data.new_types, 0);
  const auto old = std::as_const(*first_->network).parameters(), own = std::as_const(*same.model.network).parameters();
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
    EXPECT_EQ(spans_in(more.model, text), spans_in(*first_, text)) << text.text;
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
  first_ = std::make_shared<const TaggerModel>(std::move(labelled.model));
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

}  // namespace
}  // namespace recura
