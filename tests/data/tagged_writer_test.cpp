#include "data/tagged/tagged_writer.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "base/random.h"
#include "data/tagged_files.h"

namespace recura {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class TaggedWriterTest : public TaggedFilesTest {
 protected:
  /// Written and read again.
  TaggedData again(const std::vector<TaggedText>& texts, const std::string& name, TaggedWriteOptions writing) const {
    std::string content;
    write_tagged(texts, writing, [&](std::string_view part) { content += part; });
    return read(name, content, {.format = writing.format, .rule = writing.rule});
  }
};

std::string utf8(char32_t c) {
  std::string bytes;
  if (c < 0x80) {
    bytes += static_cast<char>(c);
  } else if (c < 0x800) {
    bytes += static_cast<char>(0xC0 | (c >> 6));
  } else if (c < 0x10000) {
    bytes += static_cast<char>(0xE0 | (c >> 12));
    bytes += static_cast<char>(0x80 | (c >> 6 & 0x3F));
  } else {
    bytes += static_cast<char>(0xF0 | (c >> 18));
    bytes += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    bytes += static_cast<char>(0x80 | (c >> 6 & 0x3F));
  }
  if (c >= 0x80) bytes += static_cast<char>(0x80 | (c & 0x3F));
  return bytes;
}

/// Of any plane, but often of those that texts are made of, and of what tears texts apart: blanks, ends of lines,
/// combining marks, joiners.
char32_t random_character(Rng& rng) {
  const char32_t odd[] = {' ', '\n', '\r', '\t', 0, '"', '\\', 0x301, 0x200D, 0xFEFF, 0x3000, 0x2028, 0x1F468, 0xFE0F};
  switch (rng.below(5)) {
    case 0:
      return odd[rng.below(std::size(odd))];
    case 1:
      return static_cast<char32_t>('a' + rng.below(26));
    case 2:
      return static_cast<char32_t>(0x4E00 + rng.below(0x5000));
    default:
      break;
  }
  const auto c = static_cast<char32_t>(rng.below(0x110000 - 0x800));
  return c < 0xD800 ? c : c + 0x800;
}

/// Spans over some of the tokens; sometimes tokens are no token's of the rule.
TaggedText random_text(Rng& rng, const Tokenizer& tokenizer, std::vector<std::string>& characters) {
  TaggedText text;
  characters.clear();
  for (auto left = rng.below(16); left > 0; --left) characters.push_back(utf8(random_character(rng)));
  for (const std::string& character : characters) text.text += character;
  text.tokens = tokenizer.cut(text.text);
  if (rng.below(4) == 0) std::erase_if(text.tokens, [&](const Token&) { return rng.below(3) == 0; });
  const auto count = static_cast<Index>(text.tokens.size());
  for (Index at = 0; at < count; ++at) {
    const Index end = std::min<Index>(count, at + 1 + static_cast<Index>(rng.below(3)));
    if (rng.below(2) == 0) {
      text.spans.push_back({at, end, rng.below(2) == 0 ? "A" : "B \"c\""});
      at = end - 1;
    } else if (rng.below(4) == 0) {
      text.undecided.push_back(at);
    }
  }
  return text;
}

TEST_F(TaggedWriterTest, OffsetsInCodePointsCutOutTheNamedTextInEveryPlane) {
  constexpr int kTexts = 100'000;
  Rng rng(1);
  const Tokenizer tokenizer(TextRule{});
  std::vector<TaggedText> texts;
  std::vector<std::string> characters;
  for (int number = 0; number < kTexts; ++number) {
    texts.push_back(random_text(rng, tokenizer, characters));
    std::string row;
    write_tagged({texts.back()}, {}, [&](std::string_view part) { row += part; });
    const auto json = nlohmann::json::parse(row);
    ASSERT_EQ(json["spans"].size(), texts.back().spans.size());
    for (const auto& span : json["spans"]) {
      std::string cut;
      for (auto at = span["start"].get<std::size_t>(); at < span["end"].get<std::size_t>(); ++at)
        cut += characters.at(at);
      ASSERT_EQ(cut, span["text"].get<std::string>()) << row;
    }
  }
  const TaggedData back = again(texts, "a.jsonl", {});
  ASSERT_EQ(back.texts.size(), texts.size()) << back.problems.at(0).reason;
  EXPECT_EQ(back.problems.size(), 0U);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    ASSERT_EQ(back.texts[i].text, texts[i].text) << i;
    ASSERT_EQ(back.texts[i].tokens, texts[i].tokens) << i;
    ASSERT_EQ(back.texts[i].spans, texts[i].spans) << i;
    ASSERT_EQ(back.texts[i].undecided, texts[i].undecided) << i;
  }
}

TEST_F(TaggedWriterTest, ColumnsGoThroughJsonAndComeBackAsTheyWere) {
  const std::string columns =
      "# label = Ask\nHow\tO\ncan't\tB-X\n``\tI-X\n!\tI-X\nx.y.z\tB-X\n\n许\tB-PER\n多\tI-PER\n1\t?\n9\tO\n\nNew "
      "York\tB-LOC\n\n";
  for (const TagScheme scheme : {TagScheme::bio, TagScheme::iob1, TagScheme::bioes, TagScheme::bmes}) {
    const TaggedData there = again(read("a.conll", columns).texts, "b.jsonl", {});
    const TaggedData other = again(there.texts, "c.conll", {.format = TaggedFormat::conll, .scheme = scheme});
    EXPECT_EQ(other.scheme, scheme);
    std::string back;
    write_tagged(other.texts, {.format = TaggedFormat::conll}, [&](std::string_view part) { back += part; });
    EXPECT_EQ(back, columns) << name(scheme);
  }
}

TEST_F(TaggedWriterTest, TokensThatLookLikeACommentComeBackAsTokens) {
  const auto texts = read("a.jsonl",
                          "{\"text\":\"# label = x\",\"spans\":[[0,1,\"A\"]],\"tokens\":[[0,1],[2,7],[8,9],[10,11]]}\n"
                          "{\"text\":\"# label = y\",\"spans\":[],\"tokens\":[[0,11]]}\n")
                         .texts;
  const TaggedData back = again(texts, "b.conll", {.format = TaggedFormat::conll});
  ASSERT_EQ(back.texts.size(), 2U);
  EXPECT_THAT(tokens(back.texts[0]), ElementsAre("#", "label", "=", "x"));
  EXPECT_THAT(names(back.texts[0]), ElementsAre("A:#"));
  EXPECT_THAT(tokens(back.texts[1]), ElementsAre("# label = y"));
  EXPECT_EQ(back.texts[0].label + back.texts[1].label, "");
}

TEST_F(TaggedWriterTest, ATokenThatWouldEndADocumentIsRefused) {
  const auto texts = read("a.jsonl", "\n{\"text\":\"the -DOCSTART-s\",\"spans\":[],\"tokens\":[[0,3],[4,15]]}\n").texts;
  const auto nowhere = [](std::string_view) {};
  try {
    write_tagged(texts, {.format = TaggedFormat::conll, .source = "a.jsonl"}, nowhere);
    FAIL() << "not refused";
  } catch (const DataError& error) {
    EXPECT_STREQ(error.what(),
                 "a.jsonl: line 2: the token \"-DOCSTART-s\" begins as a line between documents does in the form "
                 "\"conll\"");
  }
  EXPECT_NO_THROW(write_tagged(texts, {}, nowhere));
}

TEST_F(TaggedWriterTest, WordsComeBackAsTheyWere) {
  const std::string lines = "我  爱  北京\n他  有  iPhone  15\n";
  const TaggedData columns =
      again(read("a.seg", lines).texts, "b.conll", {.format = TaggedFormat::conll, .scheme = TagScheme::bmes});
  std::string back;
  write_tagged(columns.texts, {.format = TaggedFormat::words}, [&](std::string_view part) { back += part; });
  EXPECT_EQ(back, lines);
}

TEST_F(TaggedWriterTest, WhatAFormCannotHoldIsRefusedOrCounted) {
  const auto refused = [&](const std::string& columns) -> std::string {
    try {
      write_tagged(read("a.conll", columns).texts, {.format = TaggedFormat::words, .source = "a.conll"},
                   [](std::string_view) {});
    } catch (const DataError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(refused("\n在\tO\nRome\tB-LOC\n"),
            "a.conll: line 2: the span \"Rome\" has the type \"LOC\", but the form \"words\" has none");
  EXPECT_EQ(refused("New\tB\nYork\tI\n"),
            "a.conll: line 1: the word \"New York\" has a blank in it, which parts words");
  const auto nowhere = [](std::string_view) {};
  const auto texts = read("a.conll", "# label = Ask\nNew\tB\n\na\tO\nb\t?\n").texts;
  EXPECT_THROW(write_brat(texts, "a.conll", nowhere, nowhere), DataError);
  const TaggedLosses losses = write_tagged(texts, {.format = TaggedFormat::words}, nowhere);
  EXPECT_EQ(losses.labels, 1);
  EXPECT_EQ(losses.undecided, 1);
  const auto empty = read("a.jsonl", R"({"text":" ","spans":[]})").texts;
  EXPECT_EQ(write_tagged(empty, {.format = TaggedFormat::conll}, nowhere).empty_texts, 1);
  EXPECT_EQ(write_brat(empty, "", nowhere, nowhere).empty_texts, 1);
  EXPECT_EQ(write_tagged(empty, {}, nowhere).empty_texts, 0);
}

TEST_F(TaggedWriterTest, APairOfBratHasATextALine) {
  const auto texts =
      read("a.jsonl",
           "{\"text\":\"é\\nAnn\",\"spans\":[[2,5,\"PER\"]]}\n{\"text\":\"in New York\",\"spans\":[[3,11,\"LOC\"]]}\n")
          .texts;
  std::string text, annotations;
  write_brat(
      texts, "", [&](std::string_view part) { text += part; }, [&](std::string_view part) { annotations += part; });
  EXPECT_EQ(text, "é Ann\nin New York\n");
  EXPECT_EQ(annotations, "T1\tPER 2 5\tAnn\nT2\tLOC 9 17\tNew York\n");
  write("b.txt", text);
  const TaggedData back = read("b.ann", annotations);
  ASSERT_EQ(back.texts.size(), 2U);
  EXPECT_THAT(names(back.texts[0]), ElementsAre("PER:Ann"));
  EXPECT_THAT(names(back.texts[1]), ElementsAre("LOC:New York"));
}

}  // namespace
}  // namespace recura
