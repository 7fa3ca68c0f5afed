#include "data/tagged/tag_scheme.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/random.h"

namespace recura {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr TagScheme kSchemes[] = {TagScheme::bio, TagScheme::iob1, TagScheme::bioes, TagScheme::bmes};

using Tags = std::vector<std::string>;

DecodedTags decoded(const Tags& tags, TagScheme scheme) {
  const std::vector<std::string_view> views(tags.begin(), tags.end());
  return decode_tags(views, scheme);
}

TagScheme found(const std::vector<Tags>& texts) {
  SchemeFinder finder;
  for (const Tags& tags : texts) {
    const std::vector<std::string_view> views(tags.begin(), tags.end());
    finder.add(views);
  }
  return finder.found();
}

TaggedText text_of(Index tokens, std::vector<NamedSpan> spans, std::vector<Index> undecided = {}) {
  TaggedText text;
  text.text = std::string(static_cast<std::size_t>(tokens), 'x');
  for (std::size_t at = 0; at < static_cast<std::size_t>(tokens); ++at) text.tokens.push_back({at, at + 1});
  text.spans = std::move(spans);
  text.undecided = std::move(undecided);
  return text;
}

/// Spans of random places, lengths and types, often side by side; some tokens between them undecided.
TaggedText random_text(Rng& rng) {
  const char* const types[] = {"PER", "creative-work", ""};
  const auto tokens = static_cast<Index>(rng.below(12));
  TaggedText text = text_of(tokens, {});
  for (Index at = 0; at < tokens;) {
    const auto kind = rng.below(4);
    const Index end = std::min<Index>(tokens, at + 1 + static_cast<Index>(rng.below(4)));
    if (kind >= 2) text.spans.push_back({at, end, types[rng.below(3)]});
    if (kind == 1) text.undecided.push_back(at);
    at = kind >= 2 ? end : at + 1;
  }
  return text;
}

TEST(TagSchemeTest, EachSchemeWritesASpanInItsWay) {
  const TaggedText text = text_of(8, {{0, 3, "PER"}, {3, 4, "PER"}, {5, 6, "LOC"}, {6, 8, "ORG"}}, {4});
  EXPECT_THAT(tags_of(text, TagScheme::bio),
              ElementsAre("B-PER", "I-PER", "I-PER", "B-PER", "?", "B-LOC", "B-ORG", "I-ORG"));
  EXPECT_THAT(tags_of(text, TagScheme::iob1),
              ElementsAre("I-PER", "I-PER", "I-PER", "B-PER", "?", "I-LOC", "I-ORG", "I-ORG"));
  EXPECT_THAT(tags_of(text, TagScheme::bioes),
              ElementsAre("B-PER", "I-PER", "E-PER", "S-PER", "?", "S-LOC", "B-ORG", "E-ORG"));
  EXPECT_THAT(tags_of(text, TagScheme::bmes),
              ElementsAre("B-PER", "M-PER", "E-PER", "S-PER", "?", "S-LOC", "B-ORG", "E-ORG"));
  EXPECT_THAT(tags_of(text_of(4, {{0, 2, ""}, {2, 3, ""}, {3, 4, ""}}), TagScheme::bmes),
              ElementsAre("B", "E", "S", "S"));
}

TEST(TagSchemeTest, TagsOfAnySchemeGiveTheSpansBack) {
  Rng rng(1);
  for (int round = 0; round < 20'000; ++round) {
    const TaggedText text = random_text(rng);
    for (const TagScheme scheme : kSchemes) {
      const DecodedTags back = decoded(tags_of(text, scheme), scheme);
      ASSERT_EQ(back.spans, text.spans) << name(scheme);
      ASSERT_EQ(back.undecided, text.undecided) << name(scheme);
      ASSERT_THAT(back.illegal, IsEmpty()) << name(scheme) << ": " << back.illegal[0].reason;
    }
  }
}

TEST(TagSchemeTest, TagsGoThroughEveryOtherSchemeAndComeBackAsTheyWere) {
  Rng rng(2);
  for (int round = 0; round < 5'000; ++round) {
    TaggedText text = random_text(rng);
    for (const TagScheme from : kSchemes) {
      const Tags tags = tags_of(text, from);
      for (const TagScheme to : kSchemes) {
        TaggedText there = text;
        there.spans = decoded(tags_of(text, to), to).spans;
        ASSERT_EQ(tags_of(there, from), tags) << name(from) << " through " << name(to);
      }
    }
  }
}

TEST(TagSchemeTest, AnInsideTagAfterAnotherTypeOrNoneIsIllegalInBioAndBegins) {
  const DecodedTags tags = decoded({"O", "I-PER", "I-PER", "I-LOC", "B-LOC", "?", "I-LOC"}, TagScheme::bio);
  EXPECT_THAT(tags.spans, ElementsAre(NamedSpan{1, 3, "PER"}, NamedSpan{3, 4, "LOC"}, NamedSpan{4, 5, "LOC"},
                                      NamedSpan{6, 7, "LOC"}));
  ASSERT_EQ(tags.illegal.size(), 3U);
  EXPECT_EQ(tags.illegal[0].token, 1);
  EXPECT_EQ(tags.illegal[1].token, 3);
  EXPECT_EQ(tags.illegal[2].token, 6);
  EXPECT_THAT(tags.illegal[0].reason, HasSubstr("\"I-PER\" does not follow"));
  EXPECT_TRUE(tags.illegal[0].mendable);
}

TEST(TagSchemeTest, ANeedlessBeginIsIllegalInIob1) {
  EXPECT_THAT(decoded({"I-PER", "B-PER", "I-LOC"}, TagScheme::iob1).illegal, IsEmpty());
  const DecodedTags tags = decoded({"B-PER", "I-PER", "B-LOC"}, TagScheme::iob1);
  EXPECT_THAT(tags.spans, ElementsAre(NamedSpan{0, 2, "PER"}, NamedSpan{2, 3, "LOC"}));
  EXPECT_EQ(tags.illegal.size(), 2U);
}

TEST(TagSchemeTest, SpansThatAreNotEndedOrNotBegunAreIllegalInBioesAndBmes) {
  for (const auto& [scheme, middle] : {std::pair{TagScheme::bioes, "I-A"}, {TagScheme::bmes, "M-A"}}) {
    const DecodedTags tags = decoded({"B-A", middle, "O", middle, "E-A", "E-A", "B-A", "S-B", "B-A"}, scheme);
    EXPECT_THAT(tags.spans, ElementsAre(NamedSpan{0, 2, "A"}, NamedSpan{3, 5, "A"}, NamedSpan{5, 6, "A"},
                                        NamedSpan{6, 7, "A"}, NamedSpan{7, 8, "B"}, NamedSpan{8, 9, "A"}));
    std::vector<Index> places;
    for (const IllegalTag& illegal : tags.illegal) places.push_back(illegal.token);
    EXPECT_THAT(places, ElementsAre(1, 3, 5, 6, 8)) << name(scheme);
  }
}

TEST(TagSchemeTest, MendedTagsAreLegal) {
  Rng rng(3);
  const char* const tags[] = {"O", "?", "B-A", "I-A", "E-A", "S-A", "M-A", "B-B", "I-B", "E-B", "M-B"};
  for (int round = 0; round < 20'000; ++round) {
    Tags random;
    for (auto left = rng.below(8); left > 0; --left) random.emplace_back(tags[rng.below(11)]);
    for (const TagScheme scheme : kSchemes) {
      const DecodedTags mended = decoded(random, scheme);
      const TaggedText text = text_of(std::ssize(random), mended.spans, mended.undecided);
      ASSERT_EQ(mended.illegal.empty(), tags_of(text, scheme) == random) << name(scheme);
    }
  }
}

TEST(TagSchemeTest, ATagOfAnotherSchemeCannotBeMended) {
  const DecodedTags tags = decoded({"B-A", "E-A", "S-A"}, TagScheme::bio);
  EXPECT_THAT(tags.spans, ElementsAre(NamedSpan{0, 1, "A"}));
  ASSERT_EQ(tags.illegal.size(), 2U);
  EXPECT_FALSE(tags.illegal[0].mendable);
  EXPECT_THAT(tags.illegal[0].reason, HasSubstr("\"E-A\" is no tag of the scheme bio"));
}

TEST(TagSchemeTest, WhatHasNoFormOfATagIsNone) {
  for (const char* const bad : {"", "X", "PER", "B-", "b-PER", "BPER", "B_PER", "OO", "??", "O-PER"})
    EXPECT_FALSE(parse_tag(bad)) << bad;
  EXPECT_EQ(parse_tag("B-creative-work")->type, "creative-work");
  EXPECT_EQ(parse_tag("S")->type, "");
}

TEST(TagSchemeTest, TheSchemeIsFoundFromTheTagsThatOccur) {
  EXPECT_EQ(found({{"O", "B-A", "I-A"}}), TagScheme::bio);
  EXPECT_EQ(found({}), TagScheme::bio);
  EXPECT_EQ(found({{"O", "O"}}), TagScheme::bio);
  EXPECT_EQ(found({{"I-A", "B-A"}, {"O"}}), TagScheme::iob1);
  EXPECT_EQ(found({{"I-A", "I-B"}}), TagScheme::iob1);
  EXPECT_EQ(found({{"I-A"}, {"B-A"}}), TagScheme::bio);
  EXPECT_EQ(found({{"B-A", "E-A"}, {"B-A", "I-A", "E-A"}}), TagScheme::bioes);
  EXPECT_EQ(found({{"S-A"}}), TagScheme::bioes);
  EXPECT_EQ(found({{"B-A", "M-A", "E-A"}}), TagScheme::bmes);
}

TEST(TagSchemeTest, SchemesHaveNames) {
  for (const TagScheme scheme : kSchemes) EXPECT_EQ(tag_scheme_from(name(scheme)), scheme);
  EXPECT_THROW(tag_scheme_from("bilou"), ArgumentError);
}

}  // namespace
}  // namespace recura
