#include "data/tagged/span_rows.h"

#include <gmock/gmock.h>

#include "data/tagged_files.h"

namespace recura {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

class SpanRowsTest : public TaggedFilesTest {
 protected:
  TaggedText one(const std::string& row) const {
    const TaggedData data = read("a.jsonl", row);
    EXPECT_EQ(data.texts.size(), 1U) << row;
    EXPECT_THAT(data.problems, IsEmpty()) << row;
    return data.texts.at(0);
  }

  /// Of a row among good ones: "line: reason" of what is wrong with it.
  std::string problem(const std::string& row) const {
    const TaggedData data = read("a.jsonl", "{\"text\":\"a\",\"spans\":[]}\n" + row + "\n");
    return data.problems.empty() ? "" : fmt::format("{}: {}", data.problems[0].line, data.problems[0].reason);
  }
};

TEST_F(SpanRowsTest, EveryToolsFormGivesTheSameSpans) {
  for (
      const char* const row : {
          R"({"text":"é Ann Lee in Rome","spans":[{"start":2,"end":9,"type":"PER","text":"Ann Lee"},{"start":13,"end":17,"type":"LOC"}]})",
          R"({"text":"é Ann Lee in Rome","spans":[{"start":2,"end":9,"label":"PER"},{"start":13,"end":17,"label":"LOC"}],"answer":"accept"})",
          R"({"id":7,"text":"é Ann Lee in Rome","label":[[2,9,"PER"],[13,17,"LOC"]]})",
          R"({"id":7,"text":"é Ann Lee in Rome","labels":[[13,17,"LOC"],[2,9,"PER"]]})",
          R"({"text":"é Ann Lee in Rome","entities":[{"id":1,"label":"PER","start_offset":2,"end_offset":9},{"id":2,"label":"LOC","start_offset":13,"end_offset":17}],"relations":[]})",
          R"({"id":1,"data":{"text":"é Ann Lee in Rome"},"annotations":[{"result":[{"type":"labels","value":{"start":2,"end":9,"text":"Ann Lee","labels":["PER"]}},{"value":{"start":13,"end":17,"labels":["LOC"]}}]},{"result":[]}]})",
          R"({"data":{"text":"é Ann Lee in Rome"},"completions":[{"result":[{"value":{"start":2,"end":9,"labels":["PER"]}},{"value":{"start":13,"end":17,"labels":["LOC"]}}]}]})",
          R"({"text":"é Ann Lee in Rome","label":[{"start":2,"end":9,"labels":["PER"]},{"start":13,"end":17,"labels":["LOC"]}]})",
          R"({"text":"é Ann Lee in Rome","label":[],"labels":[],"entities":[[2,9,"PER"],[13,17,"LOC"]]})",
          R"({"text":"é Ann Lee in Rome","label":[[2.0,9.0,"PER"],[13,17.0,"LOC"]]})",
      }) {
    const TaggedText text = one(row);
    EXPECT_EQ(text.text, "é Ann Lee in Rome") << row;
    EXPECT_THAT(names(text), ElementsAre("PER:Ann Lee", "LOC:Rome")) << row;
  }
}

TEST_F(SpanRowsTest, AnArrayHoldsItsRowsOverAnyLines) {
  const std::string array =
      "[\n  {\"text\": \"a [\\\"b\\\"] }\",\n   \"label\": [[0, 1, \"X\"]]}, "
      "{\"text\":\"c\",\"label\":[]}\n,\n{\"text\":\"d\"}]\n";
  const TaggedData data = read("a.json", array);
  ASSERT_EQ(data.texts.size(), 2U);
  EXPECT_EQ(data.texts[0].text, "a [\"b\"] }");
  EXPECT_EQ(data.texts[0].line, 2);
  EXPECT_EQ(data.texts[1].line, 3);
  ASSERT_EQ(data.problems.size(), 1U);
  EXPECT_EQ(data.problems[0].line, 5);
  EXPECT_EQ(read("unnamed", array).format, TaggedFormat::jsonl);
  EXPECT_THAT(refusal("a.json", "[{\"text\":\"a\",\"label\":[]},\n{\"text\":"), HasSubstr("the JSON array has no end"));
  EXPECT_THAT(refusal("a.json", "[{\"text\":\"a\",\"label\":[]}"), HasSubstr("the JSON array has no end"));
  EXPECT_THAT(refusal("a.json", "[]"), HasSubstr("has no texts"));
  EXPECT_THAT(refusal("a.json", "[1]\n{\"text\":\"a\",\"label\":[]}\n"),
              HasSubstr("line 2: expected nothing behind the JSON array"));
}

TEST_F(SpanRowsTest, OffsetsCountCodePoints) {
  const TaggedText text =
      one("{\"text\":\"👩‍👩‍👧 e\u0301 \\ud83d\\ude00 "
          "né\",\"label\":[[6,8,\"A\"],[9,10,\"B\"],[11,13,\"C\"]]}");
  EXPECT_THAT(names(text), ElementsAre("A:e\u0301", "B:😀", "C:né"));
}

TEST_F(SpanRowsTest, ALabelThatIsNoListSaysWhatTheTextIs) {
  EXPECT_EQ(one(R"({"text":"a","spans":[],"label":"Ask"})").label, "Ask");
  EXPECT_EQ(one(R"({"text":"a","spans":[],"label":3})").label, "3");
  const TaggedText task = one(
      R"({"data":{"text":"a"},"annotations":[{"result":[{"type":"choices","value":{"choices":["Ask"]}},{"value":{"start":0,"end":1,"labels":["X"]}}]}]})");
  EXPECT_EQ(task.label, "Ask");
  EXPECT_THAT(names(task), ElementsAre("X:a"));
  const TaggedText odd = one(
      R"({"data":{"text":"a"},"annotations":[{"result":[{"value":{"choices":["Ask"]}},{"value":{"choices":[7]}},{"value":"a"},{"value":null}]}]})");
  EXPECT_EQ(odd.label, "Ask") << "what cannot be read takes nothing away";
}

TEST_F(SpanRowsTest, NamesForTheWholeTextDoNotHideItsEntities) {
  const std::string entities = R"("entities":[{"start_offset":0,"end_offset":4,"label":"LOC"}])";
  struct Case {
    const char* names;
    const char* label;
    std::int64_t ignored;
  };
  for (const auto& [names_of_text, label, ignored] : {
           Case{R"("label":[])", "", 0},
           Case{R"("label":["travel"])", "travel", 0},
           Case{R"("label":[7])", "7", 0},
           Case{R"("label":["travel","north"])", "", 1},
           Case{R"("labels":["travel"])", "", 1},
           Case{R"("label":"travel","labels":["north",7])", "travel", 1},
       }) {
    const TaggedData data = read("a.jsonl", fmt::format(R"({{"text":"Oslo is big",{},{}}})", names_of_text, entities));
    EXPECT_THAT(names(data.texts[0]), ElementsAre("LOC:Oslo")) << names_of_text;
    EXPECT_EQ(data.texts[0].label, label) << names_of_text;
    EXPECT_EQ(data.ignored, ignored) << names_of_text;
    EXPECT_THAT(data.problems, IsEmpty()) << names_of_text;
  }
  const TaggedData renamed =
      read("a.jsonl", R"({"text":"Oslo","labels":["a","b"],)" + entities + "}", {.label_field = "labels"});
  EXPECT_EQ(renamed.ignored, 1) << "a field is counted once, by whatever name";
}

TEST_F(SpanRowsTest, AnEmptyListUnderItsOwnNameSaysThatThereAreNoSpans) {
  const TaggedData data = read("a.jsonl", R"({"text":"Oslo","spans":[],"entities":[[0,4,"LOC"]]})");
  EXPECT_THAT(names(data.texts[0]), IsEmpty()) << "an answer may stand beside the fields of the row that it is for";
}

TEST_F(SpanRowsTest, OfATaskTheFirstAnnotationCountsThatWasNotSkipped) {
  const std::string skipped = R"({"was_cancelled":true,"result":[]})";
  const std::string task = R"({"data":{"text":"a"},"annotations":[)" + skipped;
  const TaggedText text =
      one(task + R"(,{"was_cancelled":false,"result":[{"value":{"start":0,"end":1,"labels":["X"]}}]}]})");
  EXPECT_THAT(names(text), ElementsAre("X:a"));
  const TaggedData data = read("a.jsonl", task + "]}\n{\"text\":\"b\",\"spans\":[]}\n");
  EXPECT_EQ(data.texts.size(), 1U);
  EXPECT_EQ(data.ignored, 1);
}

TEST_F(SpanRowsTest, RowsWithoutATextAreAboutKnownOnes) {
  const TaggedData known = read("a.conll", "a,b\tO\nc\tB-X\n\nd\tO\n\n");
  TaggedReadOptions options;
  options.texts = &known.texts;
  const TaggedData data = read(
      "b.jsonl", "{\"spans\":[{\"start\":4,\"end\":5,\"type\":\"X\"}]}\n{\"text\":\"own\",\"spans\":[]}\n", options);
  ASSERT_EQ(data.texts.size(), 2U);
  EXPECT_EQ(data.texts[0].text, "a,b c");
  EXPECT_EQ(data.texts[0].tokens, known.texts[0].tokens);
  EXPECT_THAT(names(data.texts[0]), ElementsAre("X:c"));
  EXPECT_EQ(data.texts[1].text, "own");
}

TEST_F(SpanRowsTest, ABadUndecidedPlaceIsNoSpan) {
  EXPECT_THAT(problem(R"({"text":"a","spans":[],"undecided":[[0,99]]})"), HasSubstr("\"undecided\" [0, 99)"));
}

TEST_F(SpanRowsTest, OfOtherKindsThanTheFirstFiveOneIsShown) {
  std::string rows = "{\"text\":\"a\",\"spans\":[]}\n";
  for (int row = 0; row < 5; ++row)
    rows += R"({"text":"a","words":1})"
            "\n";
  const TaggedData data = read("a.jsonl", rows + R"({"text":"a","words":["b"]})" + "\n");
  ASSERT_EQ(data.problems.size(), 5U);
  EXPECT_THAT(data.problems.back().reason, HasSubstr("does not stand in the text"));
}

TEST_F(SpanRowsTest, TokensAndUndecidedPlacesOfTheRowAreTaken) {
  const TaggedText text = one(
      R"({"text":"ab \n cd","tokens":[[0,1],{"start":1,"end":2},[3,4],[5,7]],"spans":[{"start":1,"end":2,"type":"X"}],"undecided":[[0,1],[1,7]]})");
  EXPECT_THAT(tokens(text), ElementsAre("a", "b", "cd"));
  EXPECT_THAT(names(text), ElementsAre("X:b"));
  EXPECT_THAT(text.undecided, ElementsAre(0, 2));
  EXPECT_THAT(problem(R"({"text":"ab","tokens":[[1,2],[0,1]],"spans":[]})"),
              HasSubstr("2: \"tokens\": expected start and end, ascending"));
  EXPECT_THAT(problem(R"({"text":"ab","tokens":[[0,3]],"spans":[]})"), HasSubstr("2: \"tokens\""));
}

TEST_F(SpanRowsTest, FieldsMayHaveOtherNames) {
  TaggedReadOptions options;
  options.text_field = "body";
  options.label_field = "intent";
  options.spans_field = "marks";
  const TaggedData data = read("a.jsonl", R"({"body":"a b","intent":"Ask","marks":[[0,1,"X"]]})", options);
  EXPECT_EQ(data.texts[0].label, "Ask");
  EXPECT_THAT(names(data.texts[0]), ElementsAre("X:a"));
}

TEST_F(SpanRowsTest, ABadRowIsNamedWithWhatWasExpected) {
  EXPECT_THAT(problem("{\"text\":"), HasSubstr("2: not JSON, expected one object a line"));
  EXPECT_EQ(problem("[1]"), "2: expected a JSON object");
  EXPECT_EQ(problem(R"({"body":"a"})"), "2: no field \"text\"; --text-field names another");
  EXPECT_EQ(problem(R"({"text":1,"spans":[]})"), "2: \"text\" must be a string, it is 1");
  EXPECT_EQ(problem(R"({"text":"a","label":"x"})"),
            "2: no spans: expected a list of them in \"spans\", \"label\", \"labels\" or \"entities\"");
  EXPECT_THAT(problem(R"({"text":"a","label":["x"]})"), HasSubstr("2: no spans")) << "names are no spans";
  EXPECT_EQ(problem(R"({"data":{"text":"a"},"annotations":[]})"), "2: no \"annotations\": the task is not done yet");
  EXPECT_THAT(problem("{\"text\":\"\xFF\",\"spans\":[]}"), HasSubstr("2: bytes that are no UTF-8 at column 10"));
}

TEST_F(SpanRowsTest, SpansThatCannotBeUsedAreLeftOutAndCounted) {
  struct Case {
    const char* spans;
    SpanFault fault;
    const char* reason;
  };
  for (const auto& [spans, fault, reason] : {
           Case{R"([5,3,"X"])", SpanFault::outside, "outside span: \"X\" [5, 3), of a text of 12 code points"},
           Case{R"([8,13,"X"])", SpanFault::outside, "[8, 13)"},
           Case{R"([-1,3,"X"])", SpanFault::outside, "[-1, 3)"},
           Case{R"([3,3,"X"])", SpanFault::empty, "empty span: \"X\" [3, 3): no token is in it"},
           Case{R"([3,4,"X"])", SpanFault::empty, "[3, 4)"},
           Case{R"([0,5,"X"])", SpanFault::misaligned,
                "misaligned span: \"X\" [0, 5) \"New Y\": an edge lies inside the token \"York\""},
           Case{R"([1,3,"X"])", SpanFault::misaligned, "the token \"New\""},
           Case{R"([0,8,"PER"])", SpanFault::duplicate, "duplicate span: \"PER\" [0, 8) and \"PER\" [0, 8)"},
           Case{R"([4,8,"X"])", SpanFault::nested, "nested span: \"X\" [4, 8) and \"PER\" [0, 8)"},
           Case{R"([0,8,"X"])", SpanFault::nested, "nested span"},
           Case{R"([4,12,"X"])", SpanFault::overlapping, "overlapping span: \"X\" [4, 12) and \"PER\" [0, 8)"},
           Case{R"([0,3])", SpanFault::unreadable, "unreadable span: expected start, end and a type, got [0,3]"},
           Case{R"(["0","3","X"])", SpanFault::unreadable, "unreadable"},
           Case{R"([0,3.5,"X"])", SpanFault::unreadable, "got [0,3.5,\"X\"]"},
           Case{R"([0,1e300,"X"])", SpanFault::unreadable, "unreadable"},
           Case{R"({"start":0,"end":3,"type":"X","text":"York"})", SpanFault::mismatched,
                "mismatched span: \"X\" [0, 3): \"New\" stands there, not \"York\""},
       }) {
    const std::string row = fmt::format(R"({{"text":"New York now","spans":[[0,8,"PER"],{}]}})", spans);
    const TaggedData data = read("a.jsonl", row);
    EXPECT_THAT(names(data.texts[0]), ElementsAre("PER:New York")) << spans;
    EXPECT_EQ(count(data, fault), 1) << spans;
    ASSERT_EQ(data.problems.size(), 1U) << spans;
    EXPECT_THAT(data.problems[0].reason, HasSubstr(reason));
    EXPECT_EQ(data.bad_rows, 0);
    EXPECT_THAT(refusal("a.jsonl", row, {.skip_bad = false}),
                HasSubstr(std::string("a.jsonl: line 1: ") + std::string(name(fault))));
  }
}

TEST_F(SpanRowsTest, BlanksAtTheEdgesOfASpanDoNoHarm) {
  EXPECT_THAT(names(one(R"({"text":"in New York now","label":[[2,12,"LOC"]]})")), ElementsAre("LOC:New York"));
}

TEST_F(SpanRowsTest, RowsThatAnAnnotatorDidNotAcceptAreIgnored) {
  const TaggedData data =
      read("a.jsonl",
           "{\"text\":\"a\",\"answer\":\"accept\"}\n{\"text\":\"b\",\"spans\":[],\"answer\":\"reject\"}\n"
           "{\"text\":\"c\",\"spans\":[],\"answer\":\"ignore\"}\n");
  ASSERT_EQ(data.texts.size(), 1U);
  EXPECT_EQ(data.texts[0].text, "a");
  EXPECT_EQ(data.ignored, 2);
}

TEST_F(SpanRowsTest, TextIsCutByTheRuleOfTheOptions) {
  const std::string row = R"({"text":"abc d","label":[[0,1,"X"],[4,5,"Y"]]})";
  EXPECT_EQ(count(read("a.jsonl", row), SpanFault::misaligned), 1);
  EXPECT_THAT(names(read("a.jsonl", row, {.rule = {.unit = Unit::character}}).texts[0]), ElementsAre("X:a", "Y:d"));
}

TEST_F(SpanRowsTest, WordsAreSegmentedText) {
  for (const char* const row : {
           R"({"line":1,"text":"我爱 北京\u3000iPhone","words":["我","爱","北京","iPhone"]})",
           R"({"text":"我爱 北京\u3000iPhone","label":"x","words":["我","爱 "," 北京","iPhone"]})",
       }) {
    EXPECT_THAT(names(one(row)), ElementsAre(":我", ":爱", ":北京", ":iPhone")) << row;
    EXPECT_EQ(one(row).tokens.size(), 10U) << "of characters";
  }
  const TaggedText joined = one(R"({"words":["我","爱","two","words"]})");
  EXPECT_EQ(joined.text, "我爱two words");
  EXPECT_THAT(names(joined), ElementsAre(":我", ":爱", ":two", ":words"));
  EXPECT_TRUE(one(R"({"text":" ","words":[]})").spans.empty());
  EXPECT_THAT(names(one(R"({"text":"a b","spans":[[0,1,"X"]],"words":["a","b"]})")), ElementsAre("X:a"));
  EXPECT_THAT(names(one(R"({"text":"a b","entities":[[0,1,"X"]],"words":["a","b"]})")), ElementsAre("X:a"));
}

TEST_F(SpanRowsTest, WordsThatAreNotThoseOfTheTextAreABadRow) {
  EXPECT_EQ(problem(R"({"text":"今天晚上","words":["今天","早上"]})"),
            "2: \"words\": \"早上\" does not stand in the text behind those before it, there is \"晚上\"");
  EXPECT_EQ(problem(R"({"text":"今天","words":["今天","晚上"]})"),
            "2: \"words\": \"晚上\" does not stand in the text behind those before it, there is \"\"");
  EXPECT_THAT(problem(R"({"text":"今天，晚上","words":["今天","晚上"]})"), HasSubstr("there is \"，晚上\""));
  EXPECT_THAT(problem(R"({"text":"今天","words":["今","",  "天"]})"), HasSubstr("\"\" does not stand in the text"));
  EXPECT_EQ(problem(R"({"text":"今天晚上","words":["今天"]})"),
            "2: \"words\": \"晚上\" of the text is in none of them");
  EXPECT_THAT(problem("{\"text\":\"e\u0301\",\"words\":[\"e\"]}"), HasSubstr("which is one token"));
  EXPECT_EQ(problem(R"({"text":"a","words":[1]})"), "2: \"words\": expected strings, got 1");
}

TEST_F(SpanRowsTest, WordsOfAnAnswerAreAboutKnownTexts) {
  const TaggedData known = read("a.seg", "我 爱  two words\n北京\n");
  const TaggedData data = read("b.jsonl", "{\"words\":[\"我爱\",\"two\",\"words\"]}\n{\"words\":[\"北\",\"京\"]}\n",
                               {.texts = &known.texts});
  ASSERT_EQ(data.texts.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(data.texts[i].text, known.texts[i].text);
    EXPECT_EQ(data.texts[i].tokens, known.texts[i].tokens);
  }
  EXPECT_THAT(names(data.texts[0]), ElementsAre(":我爱", ":two", ":words"));
}

TEST_F(SpanRowsTest, AFileWithoutASpanThatCanBeUsedIsRefusedWithTheFirstProblem) {
  const std::string row = R"({"text":"Ann in Rome","spans":[{"start":0,"end":2,"type":"X","text":"Ann"}]})";
  EXPECT_THAT(refusal("a.jsonl", "{}\n" + row + "\n" + row),
              EndsWith("a.jsonl: none of its 2 spans can be used; line 2: mismatched span: \"X\" [0, 2): \"An\" stands "
                       "there, not \"Ann\"; ends are exclusive, it is [0, 3)"));
  EXPECT_EQ(read("a.jsonl", R"({"text":"Ann","spans":[]})").texts.size(), 1U) << "of which there is none";
}

}  // namespace
}  // namespace recura
