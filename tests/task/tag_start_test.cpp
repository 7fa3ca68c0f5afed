#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "base/error.h"
#include "base/temporary_folder.h"
#include "store/model_file.h"
#include "task/small_language_model.h"
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
    begin_with({.tagger = trained_names(people_and_places(), recipe).model, .language = {}});
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
  begin_with({.tagger = std::move(labelled.model), .language = {}});
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

const LanguageNetworkSpec kSmall{.embedding = 6, .hidden = 5, .bidirectional = true, .head = 4};

class LanguageTagStartTest : public testing::Test {
 protected:
  std::string saved(const LanguageNetworkSpec& network = kSmall, const TextRule& rule = {}) {
    const std::string path = folder_ / "language.recura";
    save(small_language_model({"Ann met Bob .", "Rome"}, rule, network), path);
    return path;
  }

  static TaggerRecipe recipe_from(const std::string& path) {
    TaggerRecipe recipe;
    const auto start = std::make_shared<const TaggerStart>(read_tagger_start(path));
    const LanguageNetworkSpec& from = start->language->network->spec();
    recipe.rule = start->rule();
    recipe.network = {.channels = {{"word", 0, from.embedding}, {"shape", 64, 4}},
                      .characters = {},
                      .cell = from.cell,
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
  LanguageNetworkSpec gru = kSmall, layers = kSmall;
  gru.cell = kernel::Cell::gru;
  layers.bidirectional = false;
  layers.layers = 3;
  for (const auto& [network, expected] : {std::pair{kSmall, 7}, {gru, 9}, {layers, 10}}) {
    const TaggerRecipe recipe = recipe_from(saved(network));
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
    EXPECT_EQ(taken, expected);
  }
}

/// States of a network of one layer that reads the words of a text alone, whatever other features there are.
TEST_F(LanguageTagStartTest, AnSruPassesOnWhatItReadsThoughItReadsMore) {
  const LanguageNetworkSpec sru{
      .embedding = 5, .cell = kernel::Cell::sru, .hidden = 5, .bidirectional = true, .head = 4};
  const TaggerRecipe recipe = recipe_from(saved(sru));
  const TrainedTagger trained = trained_names(people_and_places(), recipe);
  const auto old = std::as_const(*recipe.start->language->network).parameters();
  const auto own = std::as_const(*trained.model.network).parameters();
  for (const char* const name : {"rnn0.forward.w", "rnn0.backward.w"}) {
    const Tensor& from = (*std::ranges::find(old, name, &Parameter::name))->value();
    const Tensor& to = (*std::ranges::find(own, name, &Parameter::name))->value();
    ASSERT_EQ(from.shape(), Shape({5, 15}));
    ASSERT_EQ(to.shape(), Shape({9, 20}));
    for (Index row = 0; row < 5; ++row) {
      for (Index k = 0; k < 15; ++k) EXPECT_NEAR(to.row(row)[k], from.row(row)[k], 1e-6);
      for (Index k = 0; k < 5; ++k) EXPECT_NEAR(to.row(row)[15 + k], k == row ? 1 : 0, 1e-6);
    }
  }
}

TEST_F(LanguageTagStartTest, ReadsCharacters) {
  const TaggerRecipe recipe = recipe_from(saved(kSmall, {.unit = Unit::character}));
  TaggedData data;
  data.texts.push_back(named_words("A n n", {{"A", "PER"}}));
  const TrainedTagger trained = trained_names(std::move(data), recipe);
  EXPECT_EQ(trained.data.new_words, 0);
  EXPECT_EQ(trained.model.encoder.tokenizer().rule().unit, Unit::character);
}

TEST_F(LanguageTagStartTest, ItsLayersWaitAndThenLearn) {
  TaggerRecipe recipe = recipe_from(saved());
  recipe.pace.frozen = 1;
  const auto moved = [&](int epochs, const std::string& name) {
    recipe.fit = {.epochs = 4, .learning_rate = 0.1, .average = 0};
    FitCallbacks until;
    int ended = 0;
    until.progress = [&](const FitProgress& p) { ended += p.epoch_ended ? 1 : 0; };
    until.should_stop = [&] { return ended == epochs; };
    Executor executor(1);
    const TrainedTagger trained = train_tagger(people_and_places(), std::nullopt, recipe, executor, {}, until);
    const auto old = std::as_const(*recipe.start->language->network).parameters();
    const auto own = std::as_const(*trained.model.network).parameters();
    const auto from = std::ranges::find(old, name == "word.table" ? "embedding.table" : name, &Parameter::name);
    const auto to = std::ranges::find(own, name, &Parameter::name);
    return (*from)->value().row(1)[2] != (*to)->value().row(1)[2];
  };
  EXPECT_FALSE(moved(1, "rnn0.forward.w"));
  EXPECT_TRUE(moved(2, "rnn0.forward.w"));
  EXPECT_FALSE(moved(2, "word.table"));
  EXPECT_TRUE(moved(3, "word.table"));
  recipe.fit.epochs = 2;
  EXPECT_THROW(trained_names(people_and_places(), recipe), ArgumentError) << "the vectors would wait two epochs";
}

TEST_F(LanguageTagStartTest, SubwordsAreNoTokens) {
  const std::string path = saved(kSmall, {.unit = Unit::subword});
  try {
    read_tagger_start(path);
    FAIL();
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(), HasSubstr(path + ": a tagger reads words or characters, this language model subwords"));
  }
}

TEST(StartPaceTest, AllFeaturesOfATaggerThatGoesOnComeFromIt) {
  const StartPace of_tagger{.layers = 1, .all_features = true}, of_language{.layers = 1};
  for (const char* const name : {"shape.table", "characters.table", "characters.rnn.forward.w"}) {
    EXPECT_EQ(of_tagger.depth_of(name), 2) << name;
    EXPECT_EQ(of_language.depth_of(name), 0) << name;
  }
  EXPECT_EQ(of_tagger.depth_of("dense.w"), 0);
}

}  // namespace
}  // namespace recura
