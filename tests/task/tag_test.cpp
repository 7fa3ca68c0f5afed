#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "base/error.h"
#include "base/random.h"
#include "store/model_file.h"
#include "task/small_tagger.h"
#include "task/tag/dev_choice.h"
#include "task/tag/features/channels.h"

namespace recura {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(TagSetTest, SaysWhichTagsMayFollow) {
  const TagSet tags({"PER", "LOC"}, true);
  EXPECT_EQ(tags.size(), 9);
  const TagRules rules = tags.rules();
  const auto may_follow = [&](Index from, Index to) { return rules.follow[static_cast<std::size_t>(from * 9 + to)]; };
  constexpr Index kOutside = 0, kBeginLoc = 1, kInsideLoc = 2, kEndLoc = 3, kSingleLoc = 4, kInsidePer = 6;
  EXPECT_TRUE(may_follow(kOutside, kBeginLoc) && may_follow(kBeginLoc, kEndLoc) && may_follow(kSingleLoc, kSingleLoc));
  EXPECT_FALSE(may_follow(kOutside, kInsideLoc) || may_follow(kBeginLoc, kInsidePer) ||
               may_follow(kBeginLoc, kOutside));
  EXPECT_FALSE(rules.begin[kInsideLoc] || rules.end[kBeginLoc]);
  EXPECT_TRUE(rules.end[kEndLoc] && rules.begin[kSingleLoc]);
}

TEST(TagSetTest, SpansAndNumbersAreTwoWaysToSayTheSame) {
  const TagSet tags({"LOC", "PER"}, true);
  const TaggedText text = tagged("[A](PER) [B C D E](LOC) f [G H](PER)");
  EXPECT_EQ(tags.spans(tags.numbers(text)), text.spans);
  EXPECT_THROW(tags.numbers(tagged("[A](ORG)")), DataError);
}

TEST(TagSetTest, EveryTokenOfSegmentedTextBelongsToAWord) {
  const TagSet tags({""}, false);
  EXPECT_EQ(tags.size(), 4);
  EXPECT_THROW(tags.numbers(tagged("[A]() b")), DataError);
  TaggedText open = tagged("[A]() b");
  open.undecided = {1};
  EXPECT_THAT(tags.numbers(open), ElementsAre(3, -1));
}

TEST(TagSetTest, WhatIsInNoSpanOfSomeTypesMayBeInOneOfOthers) {
  const TagSet tags({"LOC", "PER"}, true);
  EXPECT_THAT(tags.outside_of({"PER"}), ElementsAre(1, 1, 1, 1, 1, 0, 0, 0, 0));
  EXPECT_THAT(tags.outside_of({"LOC", "PER"}), ElementsAre(1, 0, 0, 0, 0, 0, 0, 0, 0));
}

/// Cuts each run into words of so many bytes.
class EqualWords : public WordSplitter {
 public:
  explicit EqualWords(std::size_t bytes) : bytes_(bytes) {}
  std::vector<std::vector<Token>> cut(const std::vector<std::string>& runs) const override {
    std::vector<std::vector<Token>> words(runs.size());
    for (std::size_t run = 0; run < runs.size(); ++run) {
      for (std::size_t at = 0; at < runs[run].size(); at += bytes_)
        words[run].push_back({at, std::min(at + bytes_, runs[run].size())});
    }
    return words;
  }
  std::string bytes() const override { return ""; }
  std::string digest() const override { return ""; }

 private:
  std::size_t bytes_;
};

TEST(ChannelsTest, SegmentsAreTheWordsOfTheSplitter) {
  TaggedText text;
  text.text = "今天晚上";
  text.tokens = {{0, 3}, {3, 6}, {6, 9}, {9, 12}};
  const auto ids = [&](std::size_t bytes) {
    const TextRule rule{.unit = Unit::character, .splitter = std::make_shared<const EqualWords>(bytes)};
    return channel_ids({"segment", 1 << 20, 4, 2}, channel_input(text, Tokenizer(rule)), Vocabulary()).ids;
  };
  const std::vector<std::int32_t> pairs = ids(6), whole = ids(12);
  const std::int32_t begin = pairs[1], end = pairs[3], middle = whole[3];
  EXPECT_THAT((std::vector{pairs[1], pairs[3], pairs[5], pairs[7]}), ElementsAre(begin, end, begin, end));
  EXPECT_THAT((std::vector{whole[1], whole[3], whole[5], whole[7]}), ElementsAre(begin, middle, middle, end));
  EXPECT_EQ(std::set({begin, middle, end}).size(), 3U);
  EXPECT_NE(pairs[0], pairs[4]) << "the same place in other words";
  EXPECT_NE(pairs[0], whole[0]);
}

TEST(LexiconTest, FindsNamesWhereverTokensSpellThem) {
  const Tokenizer tokenizer(TextRule{});
  const Lexicon lexicon({{"New York", "LOC"}, {"york", "PER"}, {"new york times", "ORG"}}, tokenizer);
  const auto found = lexicon.matches({"the", "new", "york", "times"});
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(lexicon.types()[static_cast<std::size_t>(lexicon.type_of(found[0].entry))], "LOC");
  EXPECT_EQ(found[1].end, 4);
  EXPECT_EQ(found[2].begin, 2);
  EXPECT_THAT(lexicon.matches({"york-new"}), IsEmpty());
}

TEST(TaggerTest, LearnsAFewSentencesByHeart) { expect_learnt(trained_tagger().model, small_data()); }

TEST(TaggerTest, LearnsWithEveryChannelAndEncoder) {
  TaggerRecipe recipe = small_tagger_recipe();
  recipe.network.channels = {{"word", 0, 8},       {"shape", 64, 4},       {"affix", 256, 4, 6},
                             {"ngram", 512, 4, 5}, {"segment", 256, 4, 2}, {"lexicon", 64, 4, 4}};
  recipe.network.characters = {CharacterEncoder::lstm, 0, 6, 6};
  recipe.network.recurrent_dropout = 0.2;
  recipe.lexicon = {{"Rome", "city"}};
  recipe.lexicon_count = 2;
  const TrainedTagger result = trained_tagger(1, recipe);
  EXPECT_EQ(result.data.lexicon, 5)
      << "Rome, a city, of the file; Ann, New York, Paris, and Rome, a place, of the texts";
  expect_learnt(result.model, small_data());
}

TEST(TaggerTest, LearnsWithoutACrf) {
  TaggerRecipe recipe = small_tagger_recipe();
  recipe.network.crf = false;
  expect_learnt(trained_tagger(1, recipe).model, small_data());
}

TEST(TaggerTest, LearnsFromTextsThatAreDecidedInPart) {
  TaggedData data = small_data();
  data.texts[0].undecided = {3};  // "New", of whose tag nothing is said
  data.texts[0].spans.pop_back();
  data.texts[0].undecided = {3, 4};
  expect_learnt(trained_tagger(1, small_tagger_recipe(), data).model, small_data());
}

TEST(TaggerTest, LearnsLabelsOfWholeTextsBesideTheSpans) {
  TaggedData data = small_data();
  for (std::size_t i = 0; i < data.texts.size(); ++i)
    data.texts[i].label = data.texts[i].spans.empty() ? "empty" : "full";
  const TrainedTagger result = trained_tagger(1, small_tagger_recipe(), data);
  Executor executor(1);
  const auto answers = tag_tokens(result.model, data.texts, executor);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    ASSERT_EQ(answers[i].labels.size(), 2U);
    EXPECT_GT(answers[i].labels[data.texts[i].label == "empty" ? 0 : 1], 0.5);
  }
  expect_learnt(result.model, data);
  data.texts[3].label.clear();
  EXPECT_THROW(trained_tagger(1, small_tagger_recipe(), data), DataError) << "some texts have a label, one has not";
}

TEST(TaggerTest, GoesThroughItsTextsThirtyTimesAtMostWhereDevTextsTellWhenToStop) {
  TaggedData data;
  for (int copy = 0; copy < 20; ++copy) std::ranges::copy(small_data().texts, std::back_inserter(data.texts));
  TaggerRecipe recipe = small_tagger_recipe();
  recipe.fit.epochs = 0;
  Executor executor(1);
  const FitCallbacks stop{.progress = {}, .should_stop = [] { return true; }, .note = {}};
  for (const auto& [dev_share, epochs] : {std::pair{0.0, 10}, {0.1, 30}}) {
    recipe.dev_share = dev_share;
    EXPECT_EQ(train_tagger(data, std::nullopt, recipe, executor, {}, stop).data.epochs, epochs);
  }
}

TEST(TaggerTest, StoppedBeforeItsFirstEpochItHasNotLookedAtDevTexts) {
  TaggerRecipe recipe = small_tagger_recipe();
  recipe.precision = Precision::int8;
  Executor executor(1);
  const FitCallbacks stop{.progress = {}, .should_stop = [] { return true; }, .note = {}};
  const TrainedTagger stopped = train_tagger(small_data(), small_data(), recipe, executor, {}, stop);
  EXPECT_EQ(stopped.model.calibration.numbers(), calibrate(stopped.model, {}, executor).numbers());
  EXPECT_EQ(stopped.model.facts.narrowing, "{}");
  EXPECT_NE(train_tagger(small_data(), small_data(), recipe, executor, {}, {}).model.facts.narrowing, "{}");
}

TEST(TaggerTest, IsTheSameForAnyNumberOfThreads) {
  const TrainedTagger one = trained_tagger(1);
  for (const int threads : {2, 3, 8}) {
    const TrainedTagger many = trained_tagger(threads);
    const auto a = one.model.network->parameters(), b = many.model.network->parameters();
    for (std::size_t i = 0; i < a.size(); ++i)
      EXPECT_TRUE(std::ranges::equal(a[i]->value().values(), b[i]->value().values())) << a[i]->name() << threads;
    EXPECT_EQ(spans_of(many.model, small_data().texts, threads), spans_of(one.model, small_data().texts));
  }
}

TEST(TaggerTest, NeighboursChangeNothing) {
  const TrainedTagger result = trained_tagger();
  Executor executor(1);
  const auto texts = small_data().texts;
  const auto together = tag_tokens(result.model, texts, executor);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto alone = tag_tokens(result.model, std::span(texts).subspan(i, 1), executor).front();
    EXPECT_EQ(alone.log_probability, together[i].log_probability);
    ASSERT_EQ(alone.spans.size(), together[i].spans.size());
    for (std::size_t k = 0; k < alone.spans.size(); ++k) EXPECT_EQ(alone.spans[k].score, together[i].spans[k].score);
  }
}

TEST(TaggerTest, WindowsOfALongSentenceFindWhatReadingItWholeFinds) {
  const TrainedTagger result = trained_tagger();
  // Far more than one window, whose edges fall at many places of the sentences.
  TaggedText all;
  for (int round = 0; round < 60; ++round) {
    for (const TaggedText& text : small_data().texts) {
      for (const Token token : text.tokens)
        all.tokens.push_back({token.begin + all.text.size(), token.end + all.text.size()});
      all.text += text.text + " ";
    }
  }
  ASSERT_GT(all.tokens.size(), 2000U);
  Executor executor(1);
  const std::vector<TaggedText> texts{all};
  const auto whole =
      tag(*result.model.network, result.model.tags, result.model.encoder.encode(texts, executor), executor);
  std::vector<NamedSpan> spans;
  for (const FoundSpan& found : whole.front().spans) spans.push_back(found.span);
  EXPECT_GT(spans.size(), 500U);
  EXPECT_EQ(spans_of(result.model, texts).front(), spans);
}

TEST(TaggerTest, AllReadingsTogetherHaveTheProbabilitiesOfSpans) {
  TaggerRecipe recipe = small_tagger_recipe();
  recipe.fit.epochs = 4;  // unsure
  const TrainedTagger result = trained_tagger(1, recipe);
  Executor executor(1);
  const std::vector<TaggedText> texts{tagged("Ann saw Rome")};
  const TagQuery all{.least = 1e-6, .readings = 10'000};
  const TagAnswer answer =
      tag(*result.model.network, result.model.tags, result.model.encoder.encode(texts, executor), executor, {}, all)
          .front();
  double sum = 0;
  for (const TagReading& reading : answer.readings) sum += std::exp(reading.log_probability);
  EXPECT_NEAR(sum, 1, 1e-4);
  EXPECT_FALSE(answer.spans.empty());
  for (const auto& [span, score, likeliest] : answer.spans) {
    double with = 0;
    for (const TagReading& reading : answer.readings)
      with += std::ranges::count(reading.spans, span) > 0 ? std::exp(reading.log_probability) : 0;
    EXPECT_NEAR(with, score, 1e-4) << likeliest;
  }
  const TagAnswer likeliest = tag_tokens(result.model, texts, executor).front();
  std::vector<NamedSpan> spans;
  for (const FoundSpan& found : likeliest.spans) spans.push_back(found.span);
  EXPECT_EQ(answer.readings.front().spans, spans);
  EXPECT_NEAR(answer.readings.front().log_probability, likeliest.log_probability, 1e-4);
}

TEST(TaggerTest, ReadingsOfATextAreThoseOfItsSentencesTogether) {
  TaggerRecipe recipe = small_tagger_recipe();
  recipe.fit.epochs = 4;
  const TrainedTagger result = trained_tagger(1, recipe);
  Executor executor(1);
  const std::vector<std::string> texts{"Ann saw Rome.", "Bob left Paris.", "Ann saw Rome. Bob left Paris.", ""};
  const auto found = extract(result.model, texts, executor, nullptr, {.readings = 50});
  ASSERT_EQ(found[2].readings.size(), 50U);
  EXPECT_THAT(found[3].readings, ElementsAre(testing::Field(&SpanReading::log_probability, 0)));
  std::vector<double> pairs;
  for (const SpanReading& first : found[0].readings) {
    for (const SpanReading& second : found[1].readings) pairs.push_back(first.log_probability + second.log_probability);
  }
  std::ranges::sort(pairs, std::greater<>());
  for (std::size_t i = 0; i < found[2].readings.size(); ++i)
    EXPECT_NEAR(found[2].readings[i].log_probability, pairs[i], 1e-6);
}

TEST(TaggerTest, FindsSpansOfRawTextInItsOwnBytes) {
  const TrainedTagger result = trained_tagger();
  Executor executor(2);
  const std::vector<std::string> texts{"  Ann lives in\tNew York .\r\n\r\nBob Stone saw Paris and Rome", "", " \n",
                                       "we walked home"};
  const auto found = extract(result.model, texts, executor);
  std::vector<std::string> names;
  for (const FoundEntity& entity : found[0].entities)
    names.push_back(texts[0].substr(entity.begin, entity.end - entity.begin));
  EXPECT_THAT(names, ElementsAre("Ann", "New York", "Bob Stone", "Paris", "Rome"));
  for (std::size_t i = 1; i < texts.size(); ++i) EXPECT_THAT(found[i].entities, IsEmpty());
}

TEST(TaggerTest, StartsFromVectorsAndKeepsThemIfTheyAreFrozen) {
  for (const bool freeze : {true, false}) {
    TaggerRecipe recipe = small_tagger_recipe();
    recipe.vectors = WordVectors{{"rome", "oslo"}, 3, {1, 2, 3, 4, 5, 6}, 0, {}, ""};
    recipe.freeze_vectors = freeze;
    const TrainedTagger result = trained_tagger(1, recipe);
    const auto id = result.model.encoder.words().id("rome");
    EXPECT_GT(result.model.encoder.words().id("oslo"), 0) << "a word that only has a vector is known";
    const real* row = result.model.network->table("word")->value().row(id);
    EXPECT_EQ(std::vector<real>(row, row + 3) == std::vector<real>({1, 2, 3}), freeze);
    EXPECT_EQ(result.data.vectors.with_vectors, 1);
  }
}

class TaggerFileTest : public ::testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }
  const std::string path_ = std::filesystem::temp_directory_path() / fmt::format("recura_tagger_{}.recura", getpid());
};

TEST_F(TaggerFileTest, HoldsAllThatTheTaggerIs) {
  TaggerRecipe recipe = small_tagger_recipe();
  recipe.network.channels.push_back({"lexicon", 64, 4, 4});
  recipe.network.recurrent_dropout = 0.1;
  recipe.lexicon_count = 2;
  for (const Precision precision : {Precision::float32, Precision::bf16, Precision::int8}) {
    recipe.precision = precision;
    const TrainedTagger result = trained_tagger(1, recipe);
    save(result.model, path_);
    const TaggerModel loaded = read_tagger(ModelFile::open(path_));
    EXPECT_EQ(spans_of(loaded, small_data().texts), spans_of(result.model, small_data().texts));
    save(loaded, path_);
    EXPECT_EQ(read_tagger(ModelFile::open(path_)).facts.digest, loaded.facts.digest)
        << "saved again, it is the same file";
  }
}

TEST_F(TaggerFileTest, OfAnotherTaskIsRefused) {
  ModelWriter writer;
  writer.add_text("task", "classify");
  writer.save(path_);
  try {
    read_tagger(ModelFile::open(path_));
    FAIL();
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(), HasSubstr("its task is \"classify\", expected \"tag\""));
  }
}

}  // namespace
}  // namespace recura
