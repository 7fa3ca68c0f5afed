#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "task/expect_rates.h"
#include "task/tag/answer/report.h"

namespace recura {
namespace {

using nlohmann::json;
using testing::ElementsAre;

/// Tokens of one letter with blanks between them, a b c …
TaggedText text_of(Index tokens, std::vector<NamedSpan> spans, std::int64_t line = 1) {
  TaggedText text;
  text.spans = std::move(spans);
  text.line = line;
  for (Index token = 0; token < tokens; ++token) {
    text.tokens.push_back({text.text.size(), text.text.size() + 1});
    text.text += std::string(1, static_cast<char>('a' + token % 26)) + " ";
  }
  return text;
}

SpanReport report_of(const TaggedText& text, const PredictedSpans& predicted, const SpanReportOptions& options = {}) {
  return span_report(std::span(&text, 1), std::span(&predicted, 1), options);
}

void expect_share(const Share& share, std::int64_t right, std::int64_t all) {
  EXPECT_EQ(share.right, right);
  EXPECT_EQ(share.all, all);
}

/// One span right, one of a wrong type, one with wrong edges, one missed; one predicted from nothing.
const std::vector<NamedSpan> kGoldSpans{{0, 1, "PER"}, {2, 4, "ORG"}, {5, 8, "LOC"}, {9, 15, "PER"}};
const PredictedSpans kPredicted{.spans = {{0, 1, "PER"}, {2, 4, "LOC"}, {6, 8, "LOC"}, {16, 17, "ORG"}},
                                .scores = {.9, .6, .7, .8}};

TEST(SpanReportTest, FiguresAreThoseCountedByHand) {
  const SpanReport report = report_of(text_of(18, kGoldSpans), kPredicted);
  EXPECT_EQ(report.texts, 1);
  EXPECT_EQ(report.spans.gold, 4);
  EXPECT_EQ(report.spans.predicted, 4);
  EXPECT_EQ(report.spans.right, 1);
  EXPECT_DOUBLE_EQ(report.micro.f1, 0.25);
  ASSERT_EQ(report.types.size(), 3U);
  EXPECT_EQ(report.types[2].type, "PER");
  EXPECT_DOUBLE_EQ(report.types[2].rates.precision, 1);
  EXPECT_DOUBLE_EQ(report.types[2].rates.recall, 0.5);
  EXPECT_DOUBLE_EQ(report.macro.f1, 2.0 / 3 / 3);
  expect_share(report.tokens, 7, 18);  // 0, 7 (inside both), and outside both: 1, 4, 8, 15, 17
  expect_share(report.by_length[0], 1, 1);
  expect_share(report.by_length[1], 0, 1);
  expect_share(report.by_length[2], 0, 1);
  expect_share(report.by_length[3], 0, 0);
  expect_share(report.by_length[4], 0, 1);
  expect_share(report.whole, 0, 1);
}

TEST(SpanReportTest, EachErrorIsOfOneKindAndTheWorstComeFirst) {
  const TaggedText text = text_of(18, kGoldSpans, 7);
  const SpanReport report = report_of(text, kPredicted);
  EXPECT_EQ(report.errors.wrong_type, 1);
  EXPECT_EQ(report.errors.wrong_edges, 1);
  EXPECT_EQ(report.errors.missed, 1);
  EXPECT_EQ(report.errors.spurious, 1);
  ASSERT_EQ(report.confusion.size(), 1U);
  EXPECT_EQ(report.confusion[0].gold, "ORG");
  EXPECT_EQ(report.confusion[0].predicted, "LOC");
  ASSERT_EQ(report.worst.size(), 4U);
  std::vector<double> scores;
  for (const SpanError& error : report.worst) scores.push_back(error.score);
  EXPECT_THAT(scores, ElementsAre(.8, .7, .6, 0));
  EXPECT_FALSE(report.worst[0].gold.has_value());
  EXPECT_EQ(report.worst[0].predicted_text, "q");
  EXPECT_EQ(report.worst[0].piece, "m n o p q r");
  EXPECT_EQ(report.worst[1].line, 7);
  EXPECT_EQ(report.worst[1].gold_text, "f g h");
  EXPECT_EQ(report.worst[1].predicted_text, "g h");
  EXPECT_EQ(report.worst[1].piece, "b c d e f g h i j k l");
  EXPECT_FALSE(report.worst[3].predicted.has_value());
  EXPECT_EQ(report.worst[3].gold->type, "PER");
  EXPECT_EQ(report_of(text, kPredicted, {.worst = 2}).worst.size(), 2U);
}

TEST(SpanReportTest, NamesOfTheTrainingDataAreCountedApartFromOthers) {
  const TaggedText text = text_of(6, {{0, 1, ""}, {1, 3, ""}, {3, 4, ""}, {4, 6, ""}});
  EXPECT_EQ(span_name(text, text.spans[1]), "\tb c");
  const std::unordered_set<std::string> known{"\ta", "\tb c", "PER\td"};
  const PredictedSpans predicted{.spans = {{0, 1, ""}, {1, 2, ""}, {2, 3, ""}, {3, 4, ""}, {4, 6, ""}}};
  const SpanReport report = report_of(text, predicted, {.known_names = &known});
  expect_share(report.seen, 1, 2);
  expect_share(report.unseen, 2, 2);
  EXPECT_EQ(report.errors.wrong_edges, 1);
  EXPECT_EQ(report.errors.spurious, 0);
  expect_share(report.tokens, 5, 6);
  expect_share(report_of(text, predicted).seen, 0, 0);
}

TEST(SpanReportTest, SpansOverUndecidedTokensDoNotCount) {
  TaggedText text = text_of(6, {{0, 1, "PER"}});
  text.undecided = {2, 3};
  const PredictedSpans predicted{.spans = {{0, 1, "PER"}, {1, 3, "PER"}, {4, 5, "LOC"}}, .scores = {1, .9, .5}};
  const SpanReport report = report_of(text, predicted);
  EXPECT_EQ(report.spans.predicted, 2);
  EXPECT_EQ(report.errors.spurious, 1);
  EXPECT_EQ(report.worst[0].score, .5);
  expect_share(report.tokens, 3, 4);
}

TEST(SpanReportTest, SpansOfTypesThatWereNotLookedForDoNotCount) {
  TaggedText text = text_of(6, {{0, 1, "PER"}});
  text.own_types = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"ORG", "PER"});
  const PredictedSpans predicted{.spans = {{0, 1, "PER"}, {1, 3, "LOC"}, {4, 5, "ORG"}}, .scores = {1, .9, .5}};
  const SpanReport report = report_of(text, predicted);
  EXPECT_EQ(report.foreign, 1);
  EXPECT_EQ(report.spans.predicted, 2);
  EXPECT_EQ(report.errors.spurious, 1);
  EXPECT_EQ(report.worst[0].score, .5);
  expect_share(report.tokens, 5, 6);
  text.own_types = nullptr;
  EXPECT_EQ(report_of(text, predicted).errors.spurious, 2);
}

TEST(SpanReportTest, LabelsCountWhereTheTextHasOne) {
  std::vector<TaggedText> gold(4, text_of(2, {{0, 1, "x"}}));
  gold[0].label = gold[1].label = gold[2].label = "ask";
  const std::vector<NamedSpan> right = gold[0].spans;
  const std::vector<PredictedSpans> predicted{{.spans = right, .label = "ask"},
                                              {.spans = right, .label = "tell"},
                                              {.label = "ask"},
                                              {.spans = right, .label = "tell"}};
  const SpanReport report = span_report(gold, predicted);
  expect_share(report.labels, 2, 3);
  expect_share(report.whole, 2, 4);
}

TEST(SpanReportTest, TheIntervalHoldsTheScoreAndNarrowsWithMoreTexts) {
  const auto report_on = [](std::size_t texts, std::uint64_t seed) {
    const std::vector<TaggedText> gold(texts, text_of(2, {{0, 1, "x"}}));
    std::vector<PredictedSpans> predicted(texts);
    for (std::size_t i = 0; i < texts; i += 2) predicted[i].spans = gold[i].spans;
    return span_report(gold, predicted, {.seed = seed});
  };
  const SpanReport few = report_on(20, 1), many = report_on(2000, 1);
  for (const SpanReport& report : {few, many}) {
    EXPECT_LT(report.f1_interval.low, report.micro.f1);
    EXPECT_GT(report.f1_interval.high, report.micro.f1);
  }
  // F1 = 2 r / (1 + r) with r = 1/2; its deviation is 8/9 that of the recall, sqrt(1/4 / 2000).
  const double deviation = 8.0 / 9 * std::sqrt(0.25 / 2000);
  EXPECT_NEAR(many.f1_interval.high - many.f1_interval.low, 2 * 1.96 * deviation, 0.15 * 2 * 1.96 * deviation);
  EXPECT_GT(few.f1_interval.high - few.f1_interval.low, 5 * (many.f1_interval.high - many.f1_interval.low));
  EXPECT_EQ(report_on(20, 1).f1_interval.low, few.f1_interval.low);
  EXPECT_NE(report_on(2000, 2).f1_interval.low, many.f1_interval.low);
}

TEST(SpanReportTest, NothingToCountGivesZeros) {
  const SpanReport none = span_report({}, {});
  EXPECT_EQ(none.micro.f1, 0);
  EXPECT_EQ(none.macro.f1, 0);
  EXPECT_EQ(none.tokens.rate(), 0);
  const SpanReport empty = report_of(text_of(0, {}), {});
  EXPECT_EQ(empty.micro.f1, 0);
  EXPECT_EQ(empty.f1_interval.high, 0);
  expect_share(empty.whole, 1, 1);
}

TEST(SpanReportTest, OfPredictionsThatOverlapTheRightOneCounts) {
  const TaggedText text = text_of(9, {{2, 4, "ORG"}, {5, 8, "LOC"}});
  const PredictedSpans predicted{
      .spans = {{0, 6, "PER"}, {2, 3, "ORG"}, {2, 4, "LOC"}, {2, 4, "ORG"}, {5, 7, "LOC"}, {5, 8, "PER"}},
      .scores = {.3, .4, .2, .9, .1, .5}};
  const SpanReport report = report_of(text, predicted);
  EXPECT_EQ(report.spans.right, 1);
  EXPECT_EQ(report.spans.predicted, 6);
  EXPECT_EQ(report.errors.wrong_type, 1) << "one of the right edges comes before others";
  EXPECT_EQ(report.errors.wrong_edges, 0);
  EXPECT_EQ(report.errors.spurious, 0);
}

TEST(SpanReportTest, SpansThatAreNoneAreRefused) {
  const TaggedText text = text_of(3, {});
  for (const std::vector<NamedSpan>& spans :
       std::vector<std::vector<NamedSpan>>{{{0, 4, "x"}}, {{1, 1, "x"}}, {{-1, 1, "x"}}, {{1, 2, "x"}, {0, 1, "x"}}}) {
    EXPECT_THROW(report_of(text, {.spans = spans}), ArgumentError);
    EXPECT_THROW(report_of(text_of(3, spans), {}), ArgumentError);
  }
  EXPECT_THROW(report_of(text_of(3, {{0, 2, "x"}, {1, 3, "x"}}), {}), ArgumentError);
  EXPECT_THROW(report_of(text, {.spans = {{0, 1, "x"}}, .scores = {1, 1}}), ArgumentError);
  EXPECT_THROW(span_report({}, std::vector<PredictedSpans>(1)), ArgumentError);
}

/// The spans that conlleval reads from BIO tags: a B-, or an I- behind another type or outside, begins one.
std::vector<NamedSpan> spans_of(const std::vector<std::string>& tags) {
  std::vector<NamedSpan> spans;
  for (Index token = 0; token < static_cast<Index>(tags.size()); ++token) {
    const std::string& tag = tags[static_cast<std::size_t>(token)];
    if (tag == "O") continue;
    const bool open = !spans.empty() && spans.back().end == token && spans.back().type == tag.substr(2);
    if (tag[0] == 'I' && open) {
      ++spans.back().end;
    } else {
      spans.push_back({token, token + 1, tag.substr(2)});
    }
  }
  return spans;
}

TEST(SpanReportTest, FiguresAreThoseOfSeqeval) {
  const json golden = json::parse(std::ifstream(RECURA_GOLDEN_DIR "/seqeval.json"));
  ASSERT_EQ(golden.at("sets").size(), 10U);
  for (const json& set : golden.at("sets")) {
    SCOPED_TRACE(set.at("name").get<std::string>());
    std::vector<TaggedText> gold;
    std::vector<PredictedSpans> predicted;
    for (std::size_t i = 0; i < set.at("gold").size(); ++i) {
      const auto tags = set.at("gold")[i].get<std::vector<std::string>>();
      gold.push_back(text_of(static_cast<Index>(tags.size()), spans_of(tags)));
      predicted.push_back({.spans = spans_of(set.at("predicted")[i].get<std::vector<std::string>>())});
    }
    const SpanReport report = span_report(gold, predicted);
    expect_rates(report.micro, set.at("micro"));
    expect_rates(report.macro, set.at("macro"));
    ASSERT_EQ(report.types.size(), set.at("types").size());
    for (const TypeReport& type : report.types) {
      const json& expected = set.at("types").at(type.type);
      expect_rates(type.rates, expected);
      EXPECT_EQ(type.counts.gold, expected.at("gold").get<std::int64_t>());
    }
  }
}

}  // namespace
}  // namespace recura
