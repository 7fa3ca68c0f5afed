#include "data/tagged/brat.h"

#include <gmock/gmock.h>

#include "data/tagged_files.h"

namespace recura {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class BratTest : public TaggedFilesTest {
 protected:
  TaggedData pair(const std::string& text, const std::string& annotations,
                  const TaggedReadOptions& options = {}) const {
    write("a.txt", text);
    return read("a.ann", annotations, options);
  }
};

TEST_F(BratTest, EachLineIsATextWithItsSpans) {
  const TaggedData data =
      pair("é Ann met\r\n\r\nBob in Rome.\n", "T1\tPER 2 5\tAnn\nT2\tPER 13 16\tBob\nT3\tLOC 20 24\tRome\n");
  EXPECT_EQ(data.format, TaggedFormat::brat);
  ASSERT_EQ(data.texts.size(), 2U);
  EXPECT_EQ(data.texts[0].text, "é Ann met");
  EXPECT_THAT(names(data.texts[0]), ElementsAre("PER:Ann"));
  EXPECT_EQ(data.texts[1].text, "Bob in Rome.");
  EXPECT_THAT(names(data.texts[1]), ElementsAre("PER:Bob", "LOC:Rome"));
  EXPECT_EQ(data.texts[1].line, 3);
}

TEST_F(BratTest, OffsetsCountFromBehindAByteOrderMark) {
  const TaggedData data = pair("\uFEFFAnn met\nBob\n", "T1\tPER 0 3\tAnn\nT2\tPER 8 11\tBob\n");
  ASSERT_EQ(data.texts.size(), 2U);
  EXPECT_EQ(data.texts[0].text, "Ann met");
  EXPECT_THAT(names(data.texts[1]), ElementsAre("PER:Bob"));
}

TEST_F(BratTest, LinesThatASpanConnectsAreOneText) {
  const TaggedData data = pair("in New\nYork and\nRome\n", "T1\tLOC 3 11\tNew York\nT2\tLOC 16 20\tRome\n");
  ASSERT_EQ(data.texts.size(), 2U);
  EXPECT_EQ(data.texts[0].text, "in New\nYork and");
  EXPECT_THAT(names(data.texts[0]), ElementsAre("LOC:New\nYork"));
  EXPECT_EQ(data.texts[1].line, 3);
}

TEST_F(BratTest, OtherAnnotationsAreIgnoredAndCounted) {
  const TaggedData data = pair("Ann saw Bob\n",
                               "T1\tPER 0 3\tAnn\nT2\tPER 8 11\tBob\nR1\tKnows Arg1:T1 Arg2:T2\nE1\tSee:T1\nA1\tSure "
                               "T1\n#1\tAnnotatorNotes T1\twho?\n*\tEquiv T1 T2\n\n");
  EXPECT_EQ(data.ignored, 5);
  EXPECT_THAT(names(data.texts[0]), ElementsAre("PER:Ann", "PER:Bob"));
}

TEST_F(BratTest, SpansThatCannotBeUsedAreNamedByTheirLine) {
  const TaggedData data = pair("Ann saw Bob\n",
                               "T1\tPER 0 3;8 11\tAnn Bob\nT2\tPER 0 x\tAnn\nT3\tPER 8 40\tBob\nX1\tPER 0 "
                               "3\tAnn\nT4\tPER 4 7\tBob\nT5\tPER 0 3\tAnn\n");
  EXPECT_EQ(count(data, SpanFault::discontinuous), 1);
  EXPECT_EQ(count(data, SpanFault::unreadable), 2);
  EXPECT_EQ(count(data, SpanFault::outside), 1);
  EXPECT_EQ(count(data, SpanFault::mismatched), 1);
  ASSERT_EQ(data.problems.size(), 5U);
  EXPECT_EQ(data.problems[0].reason, "discontinuous span: T1\tPER 0 3;8 11\tAnn Bob");
  EXPECT_EQ(data.problems[1].line, 2);
  EXPECT_THAT(data.problems[1].reason, HasSubstr("expected T1<tab>TYPE START END<tab>TEXT"));
  EXPECT_THAT(refusal("a.ann", "T1\tPER 0 3;8 11\tAnn Bob\n", {.skip_bad = false}),
              HasSubstr("a.ann: line 1: discontinuous span"));
}

TEST_F(BratTest, AFolderIsReadByTheNamesOfItsPairs) {
  const TemporaryFolder folder;
  put(folder / "b.txt", "Bob\n");
  put(folder / "b.ann", "T1\tPER 0 3\tBob\nT2\tPER 1 2\to\n");
  put(folder / "a.txt", "Ann\n");
  put(folder / "a.ann", "T1\tPER 0 3\tAnn\n");
  put(folder / "notes", "none of these\n");
  const TaggedData data = read_tagged(folder.path().string(), {});
  ASSERT_EQ(data.texts.size(), 2U);
  EXPECT_EQ(data.texts[0].text, "Ann");
  EXPECT_EQ(data.texts[1].text, "Bob");
  ASSERT_EQ(data.problems.size(), 1U);
  EXPECT_EQ(data.problems[0].line, 2);
  EXPECT_THAT(to_string(data.problems[0]), testing::StartsWith("b.ann: line 2: misaligned span"));
}

TEST_F(BratTest, OfAFolderAnnotationsWithoutTheirTextAreABadRow) {
  const TemporaryFolder folder;
  put(folder / "a.ann", "T1\tPER 0 3\tAnn\n");
  put(folder / "b.txt", "Bob\n");
  put(folder / "b.ann", "T1\tPER 0 3\tBob\n");
  const TaggedData data = read_tagged(folder.path().string(), {});
  ASSERT_EQ(data.texts.size(), 1U);
  EXPECT_THAT(names(data.texts[0]), ElementsAre("PER:Bob"));
  EXPECT_EQ(data.bad_rows, 1);
  ASSERT_EQ(data.problems.size(), 1U);
  EXPECT_EQ(to_string(data.problems[0]), "a.ann: line 1: expected the text in a.txt beside it, there is no such file");
  EXPECT_THROW(read_tagged(folder.path().string(), {.skip_bad = false}), DataError);
}

TEST_F(BratTest, OfAFolderTextsWithoutAnnotationsAreIgnoredAndCounted) {
  const TemporaryFolder folder;
  put(folder / "a.txt", "Ann\n");
  put(folder / "b.txt", "Bob\n");
  put(folder / "b.ann", "T1\tPER 0 3\tBob\n");
  put(folder / "c.txt.gz", "");
  const TaggedData data = read_tagged(folder.path().string(), {.skip_bad = false});
  ASSERT_EQ(data.texts.size(), 1U);
  EXPECT_EQ(data.texts[0].text, "Bob");
  EXPECT_EQ(data.ignored, 2);
  EXPECT_EQ(data.bad_rows, 0);
}

TEST_F(BratTest, APairThatIsNotWholeIsRefused) {
  EXPECT_THROW(read("alone.ann", "T1\tPER 0 3\tAnn\n"), SystemError);
  EXPECT_THAT(refusal("a.txt", "Ann\n", {.format = TaggedFormat::brat}),
              HasSubstr("expected a name that ends with .ann"));
  const TemporaryFolder empty;
  EXPECT_THROW(read_tagged(empty.path().string(), {}), DataError);
  EXPECT_THROW(read_tagged("-", {.format = TaggedFormat::brat}), DataError);
}

TEST_F(BratTest, ATextThatIsNoUtf8IsBad) {
  write("a.txt", "Ann \xFF\n");
  EXPECT_THAT(refusal("a.ann", ""),
              HasSubstr("none of its 1 texts is good; a.txt: line 1: bytes that are no UTF-8 at column 5"));
}

}  // namespace
}  // namespace recura
