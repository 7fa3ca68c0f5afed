#include "data/tagged/tagged_data.h"

#include <gmock/gmock.h>

#include "data/tagged/joined_text.h"
#include "data/tagged_files.h"

namespace recura {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class TaggedDataTest : public TaggedFilesTest {};

const std::string kTwo = "Maria\tB-PER\nlives\tO\nin\tO\nNew\tB-LOC\nYork\tI-LOC\n\nRain\tO\n";

TEST_F(TaggedDataTest, ColumnsGiveTextsTokensAndSpans) {
  for (const std::string& path :
       {write("a.conll", kTwo), write("unnamed", kTwo), write_gzip("a.bio.gz", kTwo),
        write("bom.iob", "\xEF\xBB\xBF" + kTwo), write("many.conll", "\n \n" + kTwo + "\n\n\n"),
        write("crlf.conll", "Maria B-PER\r\nlives O\r\nin O\r\nNew B-LOC\r\nYork  I-LOC\r\n\r\nRain O")}) {
    const TaggedData data = read_tagged(path, {});
    ASSERT_EQ(data.texts.size(), 2U) << path;
    EXPECT_EQ(data.texts[0].text, "Maria lives in New York") << path;
    EXPECT_THAT(names(data.texts[0]), ElementsAre("PER:Maria", "LOC:New York")) << path;
    EXPECT_THAT(tokens(data.texts[1]), ElementsAre("Rain")) << path;
    EXPECT_THAT(data.types, ElementsAre("LOC", "PER")) << path;
    EXPECT_EQ(data.format, TaggedFormat::conll) << path;
    EXPECT_EQ(data.scheme, TagScheme::bio) << path;
    EXPECT_EQ(data.bad_rows, 0) << path;
  }
  EXPECT_EQ(read("a.conll", kTwo).texts[1].line, 7);
  EXPECT_EQ(read("a.conll", kTwo).digest.size(), 32U);
}

TEST_F(TaggedDataTest, TokenAndTagStandInChosenColumns) {
  const std::string four = "-DOCSTART- -X- O O\n\nEU NNP I-NP I-ORG\nrejects VBZ I-VP O\n";
  EXPECT_THAT(names(read("four", four).texts[0]), ElementsAre("ORG:EU"));
  EXPECT_EQ(read("four", four).scheme, TagScheme::iob1);
  EXPECT_THAT(names(read("four", four, {.tag_column = 2}).texts[0]), ElementsAre("NP:EU", "VP:rejects"));
  EXPECT_THAT(
      names(read("five", "1\tEU\tB-ORG\tx\ty\n", {.format = TaggedFormat::conll, .token_column = -4, .tag_column = 2})
                .texts[0]),
      ElementsAre("ORG:EU"));
  EXPECT_THAT(refusal("a.conll", kTwo, {.tag_column = 2}),
              HasSubstr("line 1: expected a token in column 0 and a tag in column 2, got 2 columns"));
  EXPECT_THAT(refusal("a.conll", kTwo, {.tag_column = -2}), HasSubstr("got 2 columns"));
}

TEST_F(TaggedDataTest, CommentsBeforeATextSayItsLabel) {
  const TaggedData data =
      read("a.conll", "# text = who\n# label = Ask Who\nwho O\n\n# intent = Greet\nhello O\n\n# O\n! O\n");
  ASSERT_EQ(data.texts.size(), 3U);
  EXPECT_EQ(data.texts[0].label, "Ask Who");
  EXPECT_EQ(data.texts[0].line, 3);
  EXPECT_EQ(data.texts[1].label, "Greet");
  EXPECT_EQ(data.texts[2].label, "");
  EXPECT_THAT(tokens(data.texts[2]), ElementsAre("#", "!"));
}

TEST_F(TaggedDataTest, ALineWithoutAKeyIsATokenAndNoComment) {
  for (const char* const line : {"# = O", "#  = O", "#\t=\tO"}) {
    const TaggedData data = read("a.conll", std::string(line) + "\n5 x O\n\n", {.format = TaggedFormat::conll});
    ASSERT_EQ(data.texts.size(), 1U) << line;
    EXPECT_THAT(tokens(data.texts[0]), ElementsAre("#", "5")) << line;
  }
  const TaggedData four = read("a.conll", "# = = O\na b c O\n");
  EXPECT_THAT(tokens(four.texts.at(0)), ElementsAre("#", "a"));
}

TEST_F(TaggedDataTest, AQuestionMarkLeavesATokenUndecided) {
  const TaggedData data = read("a.conll", "a B-X\nb ?\nc ?\nd O\n");
  EXPECT_THAT(data.texts[0].undecided, ElementsAre(1, 2));
  EXPECT_THAT(names(data.texts[0]), ElementsAre("X:a"));
}

TEST_F(TaggedDataTest, ABadLineMakesItsTextBadAndIsNamed) {
  const std::string good = "ok\tO\n\n";
  const auto problem = [&](const std::string& lines, const TaggedReadOptions& options = {}) {
    const TaggedData data = read("a.conll", good + lines + "\n\n" + good, options);
    EXPECT_EQ(data.texts.size(), 2U);
    EXPECT_EQ(data.bad_rows, 1);
    return data.problems.empty() ? "" : fmt::format("{}: {}", data.problems[0].line, data.problems[0].reason);
  };
  EXPECT_EQ(problem("a\tO\nb\nc\tO"), "4: expected 2 columns, got 1");
  EXPECT_EQ(problem("a\tO\nb\tO\tO"), "4: expected 2 columns, got 3");
  EXPECT_EQ(problem("a\tO\n\tO"), "4: the token is empty");
  EXPECT_EQ(problem("a\tO\n\v \tO"), "4: the token is empty");
  EXPECT_THAT(problem("a\tO\nb\tLOC"), HasSubstr("4: \"LOC\" is no tag: expected O, ?, or B-TYPE"));
  EXPECT_EQ(problem("a\tO\nb\xFF\tO"), "4: bytes that are no UTF-8 at column 2");
  EXPECT_THAT(problem("\xB1\xB1\tO"), HasSubstr("column 1; if it is GB18030: iconv"));
  EXPECT_EQ(problem("# label = \xFF\na\tO"), "3: bytes that are no UTF-8 at column 11");
  EXPECT_THAT(problem("a\tB-X\nb\tI-Y"), HasSubstr("4: \"I-Y\" does not follow a tag of its type"));
  EXPECT_THAT(problem("a\tO\nb\tS-Y", {.scheme = TagScheme::bio, .repair = true}),
              HasSubstr("4: \"S-Y\" is no tag of the scheme bio"));
  EXPECT_EQ(refusal("a.conll", good + "a\tO\nb\n", {.skip_bad = false}),
            folder_ / "a.conll" + ": line 4: expected 2 columns, got 1");
}

TEST_F(TaggedDataTest, AFirstLineWithoutATagIsABadTextOnly) {
  const TaggedData data = read("a.conll", "alone\n\nok\tO\n");
  EXPECT_EQ(data.bad_rows, 1);
  EXPECT_EQ(data.problems[0].line, 1);
  EXPECT_THAT(tokens(data.texts[0]), ElementsAre("ok"));
}

TEST_F(TaggedDataTest, IllegalTagsAreMendedAndCountedIfAskedFor) {
  const TaggedData data = read("a.conll", "a O\nb I-X\nc I-Y\nd B-Y\n", {.scheme = TagScheme::bio, .repair = true});
  EXPECT_EQ(data.repaired, 2);
  EXPECT_EQ(data.bad_rows, 0);
  EXPECT_THAT(names(data.texts[0]), ElementsAre("X:b", "Y:c", "Y:d"));
}

TEST_F(TaggedDataTest, BadBytesAreReplacedIfAskedFor) {
  EXPECT_EQ(read("a.conll", "a\xFF\tO\n", {.replace_bad_utf8 = true}).texts[0].text, "a\uFFFD");
}

TEST_F(TaggedDataTest, AFileWithoutTextsIsRefused) {
  for (const char* const name : {"a.conll", "a.seg", "a.jsonl", "unnamed"}) {
    EXPECT_THAT(refusal(name, ""), HasSubstr("has no texts")) << name;
    EXPECT_THAT(refusal(name, "\n  \n\t\n"), HasSubstr("has no texts")) << name;
  }
  EXPECT_THAT(refusal("a.conll", "x\n\ny\n"),
              HasSubstr("none of its 2 texts is good; line 1: expected a token and a tag"));
  EXPECT_THAT(refusal("unnamed", "just a sentence\n"),
              HasSubstr("unknown form of data: line 1 does not end with a tag"));
  EXPECT_THROW(read_tagged(folder_ / "missing.conll", {}), SystemError);
}

TEST_F(TaggedDataTest, ATextMayHaveAHundredThousandTokens) {
  std::string lines;
  for (int token = 0; token < 50'000; ++token) lines += "word\tB-X\nmore\tI-X\n";
  const TaggedData data = read("long.conll", lines);
  ASSERT_EQ(data.texts.size(), 1U);
  EXPECT_EQ(data.texts[0].tokens.size(), 100'000U);
  EXPECT_EQ(data.texts[0].spans.size(), 50'000U);
}

TEST_F(TaggedDataTest, SeveralFilesAreReadAsOneAndKeepTheTypesThatTheyMark) {
  const std::vector<std::string> paths{write("people.conll", "Ann\tB-PER\n\nbad\n"),
                                       write("places.conll", "Rome\tB-LOC\nis\tO\n\nBob\tB-PER\n"),
                                       write("none.conll", "late\tO\n")};
  const TaggedData data = read_tagged_files(paths, {.own_types = true});
  ASSERT_EQ(data.texts.size(), 4U);
  EXPECT_THAT(data.types, ElementsAre("LOC", "PER"));
  EXPECT_TRUE(data.types_differ());
  EXPECT_THAT(*data.texts[0].own_types, ElementsAre("PER"));
  EXPECT_THAT(*data.texts[1].own_types, ElementsAre("LOC", "PER"));
  EXPECT_TRUE(data.texts[3].own_types->empty());
  EXPECT_TRUE(data.texts[0].marks("PER") && !data.texts[0].marks("LOC"));
  EXPECT_EQ(data.texts[2].file, 1);
  EXPECT_EQ(data.bad_rows, 1);
  EXPECT_EQ(to_string(data.problems[0]).find(paths[0] + ": line 3: expected"), 0U) << to_string(data.problems[0]);
  EXPECT_NE(data.digest, read_tagged_files({paths[1], paths[0], paths[2]}, {}).digest);
  const TaggedData same = read_tagged_files({paths[0], paths[0]}, {});
  EXPECT_FALSE(same.types_differ());
  EXPECT_EQ(same.texts[1].own_types, nullptr);
  EXPECT_EQ(read_tagged_files({paths[0]}, {}).digest, read_tagged(paths[0], {}).digest);
}

TEST_F(TaggedDataTest, SpansOfEveryFormHaveTheTypesOfTheirFile) {
  const std::string rows = R"({"text":"Ann in Rome","spans":[[0,3,"PER"]]})";
  EXPECT_THAT(*read("a.jsonl", rows, {.own_types = true}).texts[0].own_types, ElementsAre("PER"));
  write("b.txt", "Ann in Rome");
  EXPECT_THAT(*read("b.ann", "T1\tLOC 7 11\tRome\n", {.own_types = true}).texts[0].own_types, ElementsAre("LOC"));
}

TEST_F(TaggedDataTest, FilesOfTwoFormsOrWithOneFileOfLabelsAreRefused) {
  const std::vector<std::string> paths{write("a.conll", "Ann\tB-PER\n"), write("b.seg", "one two\n")};
  try {
    read_tagged_files(paths, {});
    FAIL() << "not refused";
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(), HasSubstr("b.seg: expected conll as in the files before it, got words"));
  }
  EXPECT_THROW(read_tagged_files({}, {}), ArgumentError);
  for (const auto& [files, options, message] :
       {std::tuple{std::vector{paths[0], paths[0]}, TaggedReadOptions{.label_file = "labels"},
                   "labels: expected one file of texts beside labels, got 2 files"},
        {std::vector<std::string>{"-", "-"}, {}, "standard input (-) is named twice, it can be read once"}}) {
    try {
      read_tagged_files(files, options);
      FAIL() << "not refused";
    } catch (const ArgumentError& error) {
      EXPECT_STREQ(error.what(), message);
    }
  }
}

TEST_F(TaggedDataTest, ATextWithoutALabelIsNamedByItsFile) {
  const std::string text = R"({"text":"Ann","spans":[[0,3,"PER"]])";
  const std::vector<std::string> paths{write("with.jsonl", text + R"(,"label":"greet"})"),
                                       write("without.jsonl", "\n" + text + "}")};
  check_labels(read_tagged_files({paths[0], paths[0]}, {}));
  check_labels(read_tagged_files({paths[1], paths[1]}, {}));
  try {
    check_labels(read_tagged_files(paths, {}));
    FAIL() << "not refused";
  } catch (const DataError& error) {
    EXPECT_EQ(error.what(), paths[1] + ": line 2: the text has no label, others have one");
  }
}

TEST_F(TaggedDataTest, LabelsStandInAFileOfTheirOwn) {
  TaggedReadOptions options;
  options.label_file = write("labels", "Ask\nGreet\n");
  const std::string texts = "bad\n\nhello\tO\n";
  EXPECT_EQ(read("a.conll", texts, options).texts[0].label, "Greet");
  EXPECT_NE(read("a.conll", texts, options).digest, read("a.conll", texts).digest);
  EXPECT_THAT(refusal("a.conll", texts + "\nmore\tO\n", options),
              HasSubstr("labels: expected a label for each of the 3 texts"));
  EXPECT_THAT(refusal("a.conll", "one\tO\n", options), HasSubstr("expected a label for each of the 1 texts"));
  write("labels", "Ask\n\n");
  EXPECT_THAT(refusal("a.conll", texts, options), HasSubstr("labels: line 2: the label is empty"));
}

TEST_F(TaggedDataTest, WordsSideBySideAreSpansOfCharacters) {
  const TaggedData data = read("a.seg", "我  爱  北京\n\n他\u3000有 iPhone 15 Pro\n");
  ASSERT_EQ(data.texts.size(), 2U);
  EXPECT_EQ(data.texts[0].text, "我爱北京");
  EXPECT_THAT(tokens(data.texts[0]), ElementsAre("我", "爱", "北", "京"));
  EXPECT_THAT(tags_of(data.texts[0], TagScheme::bmes), ElementsAre("S", "S", "B", "E"));
  EXPECT_EQ(data.texts[1].text, "他有iPhone 15 Pro");
  EXPECT_THAT(names(data.texts[1]), ElementsAre(":他", ":有", ":iPhone", ":15", ":Pro"));
  EXPECT_EQ(data.texts[1].line, 3);
  EXPECT_THAT(data.types, ElementsAre(""));
}

TEST_F(TaggedDataTest, AWordWithoutAVisibleCharacterIsAnEmptySpan) {
  const TaggedData data = read("a.seg", "甲 \uFEFF 乙\n");
  EXPECT_THAT(names(data.texts[0]), ElementsAre(":甲", ":乙"));
  EXPECT_EQ(count(data, SpanFault::empty), 1);
}

TEST(JoinedTextTest, ABlankStandsOnlyBetweenWordsThatAreWrittenWithBlanks) {
  const auto joined = [](const std::vector<std::string_view>& words) { return join_words(words).text; };
  EXPECT_EQ(joined({"I", "see", "."}), "I see .");
  EXPECT_EQ(joined({"2001年", "，", "他", "说", "OK"}), "2001年，他说OK");
  EXPECT_EQ(joined({"東京", "タワー", "と", "ー", "ｱ"}), "東京タワーとーｱ");
  EXPECT_EQ(joined({"서울", "시"}), "서울 시");
  EXPECT_EQ(joined({"ที่", "กรุงเทพ", "ລາວ", "កម្ពុជា", "မြန်မာ"}), "ที่กรุงเทพລາວកម្ពុជាမြန်မာ");
  EXPECT_EQ(joined({"a", "b"}), "a b");
  EXPECT_EQ(joined({}), "");
  const TaggedText text = join_words(std::vector<std::string_view>{"New", "York", "市"});
  EXPECT_THAT(text.tokens, ElementsAre(Token{0, 3}, Token{4, 8}, Token{8, 11}));
}

TEST_F(TaggedDataTest, TextsThatWereCutIntoCharactersHaveNoBlanks) {
  const std::string characters = "中\tO\n1\tO\n9\tO\nA\tO\nB\tO\n\n…\tO\n…\tO\n\n";
  EXPECT_EQ(read("a.conll", characters).texts[0].text, "中19AB");
  EXPECT_EQ(read("a.conll", characters).texts[1].text, "……");
  EXPECT_EQ(read("a.conll", characters + "one\tO\n").texts[1].text, "… …");
  EXPECT_EQ(read("a.conll", "I\tO\na\tO\n").texts[0].text, "I a");
}

TEST_F(TaggedDataTest, AFormIsKnownByItsEnding) {
  EXPECT_EQ(tagged_format_of("x.bmes.gz"), TaggedFormat::conll);
  EXPECT_EQ(tagged_format_of("x.seg"), TaggedFormat::words);
  EXPECT_EQ(tagged_format_of("x.json"), TaggedFormat::jsonl);
  EXPECT_EQ(tagged_format_of("x.ann"), TaggedFormat::brat);
  EXPECT_EQ(tagged_format_of(folder_.path().string()), TaggedFormat::brat);
  EXPECT_EQ(tagged_format_of("x.txt"), std::nullopt);
  EXPECT_EQ(tagged_format_from("words"), TaggedFormat::words);
  EXPECT_THROW(tagged_format_from("csv"), ArgumentError);
}

}  // namespace
}  // namespace recura
