#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "data/labelled_data.h"
#include "data/rows/line_reader.h"
#include "data/text_rows.h"

namespace recura {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

class ReadersTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return (folder_ / name).string();
  }

  /// Each part becomes a member of its own, as `cat a.gz b.gz` makes them.
  std::string write_gzip(const std::string& name, const std::vector<std::string>& parts) const {
    const std::string path = (folder_ / name).string();
    for (const std::string& part : parts) {
      const gzFile file = gzopen(path.c_str(), "ab");
      gzwrite(file, part.data(), static_cast<unsigned>(part.size()));
      gzclose(file);
    }
    return path;
  }

  static std::string refusal(const std::string& path, const ReadOptions& options = {}) {
    try {
      read_labelled(path, options);
    } catch (const DataError& error) {
      return error.what();
    }
    return "not refused";
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("recura_readers" + std::to_string(::getpid()));
};

const std::string kJson = "{\"text\":\"a b\",\"label\":\"x\"}\n{\"label\":\"y\",\"text\":\"\\u4f60\\n\"}\n";

TEST_F(ReadersTest, EveryFormGivesTheSameRows) {
  const std::string tables = "label{}text\nx{}a b\ny{}\"你\n\"\n";
  const auto table = [&](const std::string& separator) {
    std::string text = tables;
    for (std::size_t at = text.find("{}"); at != std::string::npos; at = text.find("{}"))
      text.replace(at, 2, separator);
    return text;
  };
  for (const std::string& path :
       {write("a.jsonl", kJson), write("a.csv", table(",")), write("unnamed", kJson), write("unnamed2", table(",")),
        write_gzip("a.jsonl.gz", {kJson}), write("bom", "\xEF\xBB\xBF" + kJson),
        write("crlf.jsonl", "{\"text\":\"a b\",\"label\":\"x\"}\r\n\r\n{\"label\":\"y\",\"text\":\"你\\n\"}")}) {
    const LabelledData data = read_labelled(path, {});
    EXPECT_THAT(data.texts, ElementsAre("a b", "你\n")) << path;
    EXPECT_THAT(data.labels, ElementsAre(ElementsAre("x"), ElementsAre("y"))) << path;
    EXPECT_FALSE(data.several) << path;
    EXPECT_EQ(data.bad_rows, 0) << path;
  }
  EXPECT_THAT(read_labelled(write("a.tsv", "label\ttext\nx\ta b\n"), {}).texts, ElementsAre("a b"));
  EXPECT_EQ(read_labelled(write("tsv", "label\ttext\nx\ta b\n"), {}).format, DataFormat::tsv);
  const LabelledData fasttext = read_labelled(write("a.txt", "__label__x a b\n__label__y\n"), {});
  EXPECT_EQ(fasttext.format, DataFormat::fasttext);
  EXPECT_THAT(fasttext.texts, ElementsAre("a b", ""));
  EXPECT_THAT(fasttext.labels, ElementsAre(ElementsAre("x"), ElementsAre("y")));
}

TEST_F(ReadersTest, SeveralFieldsAreOneText) {
  const ReadOptions both{.text_field = "title, text"};
  for (const std::string& path :
       {write("a.jsonl", R"({"text":"b","label":"x","title":"a"})"), write("a.csv", "label,text,title\nx,b,a\n"),
        write("unnamed", "text,title,label\nb,a,x\n")}) {
    const LabelledData data = read_labelled(path, both);
    EXPECT_THAT(data.texts, ElementsAre("a\nb")) << path;
    EXPECT_THAT(data.labels, ElementsAre(ElementsAre("x"))) << path;
  }
  EXPECT_THAT(refusal(write("b.jsonl", kJson), both), HasSubstr("no field \"title\"; there are"));
  EXPECT_THAT(refusal(write("b.csv", "text,label\na,x\n"), both), HasSubstr("line 1: no column \"title\""));
  EXPECT_THROW(read_labelled(write("c.jsonl", kJson), {.text_field = "title,,text"}), ArgumentError);
  EXPECT_THROW(read_labelled(write("c.jsonl", kJson), {.text_field = "text,text"}), ArgumentError);
}

TEST_F(ReadersTest, CompressedOrNotTheDigestIsThatOfTheText) {
  const std::string plain = read_labelled(write("a.jsonl", kJson + kJson), {}).digest;
  EXPECT_EQ(read_labelled(write_gzip("two.jsonl.gz", {kJson, kJson}), {}).digest, plain);
  EXPECT_NE(read_labelled(write("b.jsonl", kJson), {}).digest, plain);
}

TEST_F(ReadersTest, CsvKeepsQuotesSeparatorsAndLinesInsideQuotes) {
  const LabelledData data = read_labelled(
      write("a.csv", "id,text,label\n1,\"say \"\"hi\"\", you\",x\n2,\"two\nlines\",y\n3,5\" disk,z\n"), {});
  EXPECT_THAT(data.texts, ElementsAre("say \"hi\", you", "two\nlines", "5\" disk"));
}

TEST_F(ReadersTest, AnArrayHasRowsAsLinesHave) {
  const std::string rows = R"({"text": "a, [b", "label": "x"}, 3,
  {"text":
     "c\"}]", "label": "y"})";
  for (const std::string name : {"array.json", "array.unknown"}) {
    for (const std::string begin : {"[", " [\n\n", "[ "}) {
      const LabelledData data = read_labelled(write(name, begin + rows + "\n]\n"), {});
      EXPECT_EQ(data.format, DataFormat::jsonl);
      EXPECT_THAT(data.texts, ElementsAre("a, [b", "c\"}]"));
      EXPECT_EQ(data.problems.at(0).reason, "expected a JSON object, it is 3");
      EXPECT_EQ(data.problems.at(0).line, begin == " [\n\n" ? 3 : 1);
    }
  }
}

TEST_F(ReadersTest, AnArrayMustHaveAnEnd) {
  EXPECT_THAT(refusal(write("a.json", "[" + kJson), {}), HasSubstr("a.json: the JSON array has no end"));
  EXPECT_THAT(refusal(write("b.json", "[" + kJson + "]\n7"), {}),
              HasSubstr("line 4: expected nothing behind the JSON array"));
  EXPECT_THAT(refusal(write("c.json", "[\n]\n"), {}), HasSubstr("c.json: has no rows"));
  EXPECT_THAT(refusal(write("d.json", "[{\"a\":1}},\n{}]\n"), {}), HasSubstr("line 1: a brace that nothing opened"));
}

TEST_F(ReadersTest, EndingsMayBeInCapitals) {
  EXPECT_EQ(read_labelled(write("A.CSV", "text,label\na,x\n"), {}).format, DataFormat::csv);
  EXPECT_EQ(read_labelled(write_gzip("A.TSV.GZ", {"text\tlabel\na\tx\n"}), {}).format, DataFormat::tsv);
}

TEST_F(ReadersTest, AColumnThatIsReadStandsThereOnce) {
  EXPECT_THAT(refusal(write("a.csv", "text,label,label\na,x,y\n"), {}),
              HasSubstr("the column \"label\" stands there twice"));
  EXPECT_EQ(read_labelled(write("b.csv", "text,label,id,id\na,x,1,2\n"), {}).texts.size(), 1U);
}

TEST_F(ReadersTest, BadRowsAreCountedAndTheFirstFiveNamed) {
  const std::string path =
      write("bad.jsonl", kJson +
                             "nonsense\n[1]\n{\"text\":1,\"label\":\"x\"}\n{\"text\":\"a\"}\n{\"label\":\"x\"}\n"
                             "{\"text\":\"a\",\"label\":null}\n{\"text\":\"a\",\"label\":\"\"}\n");
  const LabelledData data = read_labelled(path, {});
  EXPECT_EQ(data.texts.size(), 2U);
  EXPECT_EQ(data.bad_rows, 7);
  ASSERT_EQ(data.problems.size(), 5U);
  EXPECT_EQ(data.problems[0].line, 3);
  EXPECT_THAT(data.problems[0].reason, HasSubstr("not JSON"));
  EXPECT_EQ(data.problems[1].reason, "expected a JSON object, it is [1]");
  EXPECT_EQ(data.problems[2].reason, "\"text\" must be a string, it is 1");
  EXPECT_EQ(data.problems[3].reason, "no field \"label\" or \"labels\"; --label-field names another");
  EXPECT_EQ(data.problems[4].reason, "no field \"text\"; there are \"label\"; --text-field names another");
  EXPECT_THAT(refusal(path, {.skip_bad_rows = false}), HasSubstr("bad.jsonl: line 3: not JSON"));
}

TEST_F(ReadersTest, ProblemsOfOneKindDoNotHideOthers) {
  std::string lines = "text,label\n\xff,x\n";
  for (int row = 0; row < 8; ++row) lines += "a, b,x\n";
  const LabelledData data = read_labelled(write("a.csv", lines + "b\xff,x\nc,\nd,x\n"), {});
  EXPECT_EQ(data.bad_rows, 11);
  std::vector<std::int64_t> at;
  for (const RowProblem& problem : data.problems) at.push_back(problem.line);
  EXPECT_THAT(at, ElementsAre(2, 3, 4, 5, 12)) << "bytes of line 11 are of a kind that is told";
  EXPECT_EQ(data.problems[4].reason, "the label is empty");
}

TEST_F(ReadersTest, AColumnThatIsNotThereIsToldWithWhatHelps) {
  const auto told = [&](const std::string& name, const std::string& header, const std::string& text = "text") {
    return refusal(write(name, header + "\na\n"), {.text_field = text});
  };
  EXPECT_THAT(told("a.csv", "body,label"), EndsWith("there are \"body\", \"label\"; --text-field names another"));
  EXPECT_THAT(told("a.csv", "text,topic"), EndsWith("there are \"text\", \"topic\"; --label-field names another"));
  EXPECT_THAT(told("a.csv", "text;label"), EndsWith("; cells seem to be parted by \";\", csv parts them by \",\""));
  EXPECT_THAT(told("a.csv", "\"text\";\"label\""),
              EndsWith("; cells seem to be parted by \";\", csv parts them by \",\""));
  EXPECT_THAT(told("a.csv", "标题，标签", "标题"), EndsWith("parted by \"，\", csv parts them by \",\""));
  EXPECT_THAT(told("a.csv", "label\ttext"), EndsWith("; cells seem to be parted by tabs: --format tsv reads them"));
  EXPECT_THAT(told("a.tsv", "label,text"), EndsWith("; cells seem to be parted by \",\": --format csv reads them"));
  EXPECT_THAT(told("a.tsv", "label;text"), EndsWith("; cells seem to be parted by \";\", tsv parts them by tabs"));
  EXPECT_THAT(told("a.csv", "sep=,"), HasSubstr("; the line \"sep=\" is Excel's own"));
  EXPECT_THAT(told("a.csv", "body;topic"), EndsWith("there are \"body;topic\"; --text-field names another"));
  EXPECT_THAT(told("unnamed", "text;label"), HasSubstr("cells seem to be parted by \";\""));
}

TEST_F(ReadersTest, BytesThatMayBeGb18030AreToldWithTheWayToUtf8) {
  const std::string hint = "; if it is GB18030: iconv -f GB18030 -t UTF-8 FILE";
  const std::string film = "\xB5\xE7\xD3\xB0";  // 电影
  EXPECT_THAT(refusal(write("a.jsonl", R"({"text":")" + film + R"(","label":"x"})")), EndsWith("column 10" + hint));
  EXPECT_THAT(refusal(write("a.csv", "text,label\n" + film + ",x\n")), EndsWith("column 1" + hint));
  EXPECT_THAT(refusal(write("b.csv", "text," + film + "\na,x\n")), EndsWith("column 6" + hint));
  EXPECT_THAT(refusal(write("unnamed", film + ";label\na;x\n")), EndsWith(hint));
}

TEST_F(ReadersTest, TableRowsOfAnotherWidthAndOpenQuotesAreBadRows) {
  const LabelledData data = read_labelled(write("a.csv", "text,label\na,x\nb\nc,d,e\n\"f\"g,x\nh,\"x\n"), {});
  EXPECT_THAT(data.texts, ElementsAre("a"));
  ASSERT_EQ(data.problems.size(), 4U);
  EXPECT_EQ(data.problems[0].reason, "expected 2 columns, got 1");
  EXPECT_EQ(data.problems[1].reason, "expected 2 columns, got 3");
  EXPECT_EQ(data.problems[2].reason, "expected a separator after a closing quote");
  EXPECT_EQ(data.problems[3].reason, "a quoted field is not closed");
}

TEST_F(ReadersTest, NumbersAndTruthValuesAreLabelsToo) {
  const LabelledData data =
      read_labelled(write("a.jsonl", "{\"text\":\"a\",\"label\":1}\n{\"text\":\"b\",\"label\":true}\n"), {});
  EXPECT_THAT(data.labels, ElementsAre(ElementsAre("1"), ElementsAre("true")));
}

TEST_F(ReadersTest, BrokenUtf8IsABadRowOrReplaced) {
  for (const std::string& path : {write("a.jsonl",
                                        "{\"text\":\"a\xff"
                                        "b\",\"label\":\"x\"}\n" +
                                            kJson),
                                  write("a.csv",
                                        "text,label\na\xff"
                                        "b,x\nc,y\n"),
                                  write("a.txt",
                                        "__label__x a\xff"
                                        "b\n__label__y c\n")}) {
    const LabelledData refused = read_labelled(path, {});
    EXPECT_EQ(refused.bad_rows, 1) << path;
    EXPECT_THAT(refused.problems[0].reason, HasSubstr("no UTF-8")) << path;
    const LabelledData replaced = read_labelled(path, {.replace_bad_utf8 = true});
    EXPECT_EQ(replaced.bad_rows, 0) << path;
    EXPECT_EQ(replaced.texts[0],
              "a\xEF\xBF\xBD"
              "b")
        << path;
  }
}

TEST_F(ReadersTest, FilesThatAreNoDataAreRefused) {
  EXPECT_THROW(read_labelled((folder_ / "missing").string(), {}), SystemError);
  EXPECT_THROW(read_labelled(folder_.string(), {}), SystemError);
  EXPECT_THAT(refusal(write("empty.jsonl", "")), HasSubstr("has no rows"));
  EXPECT_THAT(refusal(write("binary", std::string("\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0", 18))),
              HasSubstr("looks binary, of its first 18 bytes 6 are NUL or other control characters"));
  EXPECT_THAT(refusal(write("wide", std::string("\xFF\xFE{\0", 4))), HasSubstr("is UTF-16, expected UTF-8"));
  EXPECT_THAT(refusal(write("prose.txt", "only prose\n")), HasSubstr("unknown form of data"));
  EXPECT_THAT(refusal(write("a.csv", "id,body\n1,a\n")), HasSubstr("no column \"text\"; there are \"id\", \"body\""));
  EXPECT_THAT(refusal(write("bad.jsonl", "x\ny\n")), HasSubstr("none of its 2 rows is good; line 1: not JSON"));
  EXPECT_THAT(refusal(write("more.txt", "__label__x __label__y a\n"), {.kind = LabelKind::one}),
              HasSubstr("more than one label"));
}

TEST_F(ReadersTest, AStrayNulIsNoSignOfBinaryData) {
  const LabelledData data = read_labelled(write("nul.txt", std::string("__label__x a\0b\n__label__y c\n", 29)), {});
  EXPECT_THAT(data.texts, ElementsAre(std::string("a\0b", 3), "c"));
  TextRow row;
  EXPECT_TRUE(TextRowReader(write("colours", "\x1B[1mbold\x1B[0m\x1B[1m\x1B[0m\n"), {}).next(row));
  EXPECT_THROW(TextRowReader("/bin/ls", {}), DataError);
}

TEST_F(ReadersTest, BrokenUtf8InAHeaderIsRefusedAtItsLineOrReplaced) {
  const std::string path = write("a.csv", "\ntext,label,\xff\na,x,1\n");
  EXPECT_THAT(refusal(path), HasSubstr("a.csv: line 2: the header has bytes that are no UTF-8 at column 12"));
  EXPECT_THAT(refusal(write("a.tsv", "t\xffxt\tlabel\n")), HasSubstr("line 1: the header has bytes that are no UTF-8"));
  TextRowReader reader(path, {.replace_bad_utf8 = true});
  TextRow row;
  ASSERT_TRUE(reader.next(row));
  EXPECT_EQ(row.fields, "\"label\":\"x\",\"\xEF\xBF\xBD\":\"1\"");
}

TEST_F(ReadersTest, AQuoteTooManyCostsOneRowOfCsv) {
  const LabelledData data =
      read_labelled(write("a.csv", "text,label\n\"open,x\nb,y\nc,z\n\"quoted, too\",w\n\"last,x\nd,y\n"), {});
  EXPECT_THAT(data.texts, ElementsAre("b", "c", "quoted, too", "d"));
  ASSERT_EQ(data.problems.size(), 2U);
  EXPECT_EQ(data.problems[0].line, 2);
  EXPECT_EQ(data.problems[0].reason, "expected a separator after a closing quote");
  EXPECT_EQ(data.problems[1].line, 6);
  EXPECT_EQ(data.problems[1].reason, "a quoted field is not closed");
}

TEST_F(ReadersTest, AQuotedFieldOfMoreThanAThousandLinesIsABadRowAndTheOthersAreRead) {
  std::string lines = "text,label\n\"open,x\n";
  for (int line = 0; line < 3000; ++line) lines += "a,x\n";
  const LabelledData data = read_labelled(write("a.csv", lines), {});
  EXPECT_EQ(data.texts.size(), 3000U);
  ASSERT_EQ(data.problems.size(), 1U);
  EXPECT_EQ(data.problems[0].line, 2);
  EXPECT_EQ(data.problems[0].reason, "a quoted field is not closed within 1001 lines");
  const std::string whole = "\"" + std::string(900, '\n') + "\",x\n";
  EXPECT_EQ(read_labelled(write("b.csv", "text,label\n" + whole), {}).texts[0], std::string(900, '\n'));
}

TEST_F(ReadersTest, LinesThatCloseAndOpenAQuoteAreABadRowEachAndEndWhereTheQuotesDo) {
  std::string lines = "text,label\n";
  for (int line = 0; line < 2500; ++line) lines += "a\",\"\n";
  const LabelledData data = read_labelled(write("a.csv", lines + "\"open\nb\" c,x\nd,y\n\"e\nf\",z\n"), {});
  EXPECT_THAT(data.texts, ElementsAre("b\" c", "d", "e\nf"));
  EXPECT_EQ(data.bad_rows, 2501);  // and "open
  EXPECT_EQ(data.problems[0].reason, "a quoted field is not closed within 1001 lines");
}

TEST_F(ReadersTest, ALineOfAMillionSeparatorsIsABadRow) {
  for (const char separator : {',', '\t'}) {
    const std::string path = separator == ',' ? "a.csv" : "a.tsv";
    const std::string header = std::string("text") + separator + "label\n";
    const LabelledData data =
        read_labelled(write(path, header + std::string(1 << 20, separator) + "\na" + separator + "x\n"), {});
    EXPECT_THAT(data.texts, ElementsAre("a"));
    EXPECT_EQ(data.problems[0].reason, "more than 1,048,576 cells");
  }
}

TEST_F(ReadersTest, QuotesInTsvAreLetters) {
  const LabelledData data = read_labelled(write("a.tsv", "text\tlabel\n\"a\tx\n\"b\"\ty\nc\"\tz\n"), {});
  EXPECT_THAT(data.texts, ElementsAre("\"a", "\"b\"", "c\""));
  EXPECT_EQ(data.bad_rows, 0);
}

TEST_F(ReadersTest, LinesOfWhiteSpaceAreNoRowsAnywhere) {
  for (const std::string& path :
       {write("a.jsonl", " \n" + kJson + " \t\n\n"), write("a.csv", "\n \ntext,label\n \na,x\n"),
        write("unnamed", "\n\ntext,label\na,x\n\t\n")}) {
    EXPECT_EQ(read_labelled(path, {}).bad_rows, 0) << path;
    TextRowReader reader(path, {});
    int rows = 0;
    for (TextRow row; reader.next(row); ++rows) EXPECT_EQ(row.error, "") << path;
    EXPECT_EQ(rows, read_labelled(path, {}).texts.size()) << path;
  }
  EXPECT_THAT(refusal(write("b.csv", "\n\nbody,label\n")), HasSubstr("line 3: no column \"text\""));
  TextRowReader cells(write("a.tsv", "text\tid\n\t\n"), {});
  TextRow row;
  EXPECT_TRUE(cells.next(row));
}

TEST_F(ReadersTest, BlanksBeforeASecondLabelDoNotHideIt) {
  EXPECT_THAT(refusal(write("more.txt", "__label__a  __label__b x\n"), {.kind = LabelKind::one}),
              HasSubstr("more than one label"));
}

TEST_F(ReadersTest, AnObjectOverSeveralLinesIsToldToBeOneObjectALine) {
  EXPECT_THAT(refusal(write("object", "{\n  \"text\": \"a\"\n}\n")), HasSubstr("object a line"));
}

TEST_F(ReadersTest, MessagesQuoteTheStartAlone) {
  std::string header = "id", array = "[";
  for (int i = 0; i < 50'000; ++i) {
    header += ",column" + std::to_string(i);
    array += "\"a long string\",";
  }
  const std::string table = refusal(write("wide.csv", header + "\n"));
  EXPECT_LT(table.size(), 500U);
  EXPECT_THAT(table, HasSubstr("\"column0\""));
  EXPECT_THAT(table, HasSubstr("50001 in all"));
  EXPECT_LT(refusal(write("deep.jsonl", "{\"text\":" + array + "1]}\n")).size(), 500U);
  EXPECT_LT(refusal(write("name.csv", std::string(100'000, 'a') + ",b\n")).size(), 500U);
}

TEST_F(ReadersTest, AFileInWhichNoRowHasTheFieldIsRefusedAfterAHundredRows) {
  const auto count = [&](const std::string& first) {
    std::string rows = first;
    for (int row = 0; row < 150; ++row) rows += "{\"id\":1,\"body\":\"a\"}\n";
    TextRowReader reader(write("a.jsonl", rows), {});
    int bad = 0;
    for (TextRow row; reader.next(row);) bad += row.error.empty() ? 0 : 1;
    return bad;
  };
  EXPECT_EQ(count("{\"text\":\"a\"}\n"), 150);
  try {
    count("not JSON\n");
    FAIL() << "not refused";
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(),
                HasSubstr("a.jsonl: none of the first 100 rows has a field \"text\"; in line 101 there are "
                          "\"id\", \"body\""));
  }
}

TEST_F(ReadersTest, EmptyLinesBeforeProseAreRows) {
  TextRowReader reader(write("prose", "\n \none\n"), {});
  std::vector<std::string> texts;
  for (TextRow row; reader.next(row);) texts.push_back(std::to_string(row.line) + row.text);
  EXPECT_THAT(texts, ElementsAre("1", "2 ", "3one"));
}

TEST_F(ReadersTest, CompressedDataCutShortOrDamagedIsRefused) {
  std::string many;
  for (int row = 0; row < 20'000; ++row) many += "{\"text\":\"" + std::to_string(row * 7919) + "\",\"label\":\"x\"}\n";
  const std::string path = write_gzip("a.jsonl.gz", {many});
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  EXPECT_THAT(refusal(path), HasSubstr("gzip data is cut short after line"));
  const std::string other = write_gzip("b.jsonl.gz", {many});
  std::fstream(other, std::ios::in | std::ios::out | std::ios::binary).seekp(5000).write("damaged", 7);
  EXPECT_THAT(refusal(other),
              testing::ContainsRegex("b.jsonl.gz: (damaged gzip data: [a-z ]+|gzip data is cut short) after line"));
  EXPECT_THAT(refusal(write("c.jsonl.gz", "\x1F\x8B")), HasSubstr("c.jsonl.gz: gzip data is cut short after line 0"));
  const std::string followed = write_gzip("d.jsonl.gz", {kJson});
  std::ofstream(followed, std::ios::binary | std::ios::app) << std::string(512, '\0');
  EXPECT_EQ(read_labelled(followed, {}).digest, read_labelled(write("plain.jsonl", kJson), {}).digest);
  std::ofstream(followed, std::ios::binary | std::ios::app) << kJson;
  EXPECT_THAT(refusal(followed), HasSubstr("d.jsonl.gz: gzip data is followed by other bytes"));
}

TEST_F(ReadersTest, ALineOfTwentyMillionBytesIsOneRow) {
  const std::string text(20'000'000, 'a');
  EXPECT_EQ(read_labelled(write("a.jsonl", "{\"text\":\"" + text + "\",\"label\":\"x\"}"), {}).texts[0], text);
}

TEST_F(ReadersTest, TextRowsKeepTheirPlaceTheirFieldsAndTheirErrors) {
  TextRowReader reader(
      write("a.jsonl", "{\"id\":1,\"text\":\"a\",\"deep\":{\"k\":[1,2]}}\nbad\n{\"text\":\"b\",\"label\":\"x\"}\n"),
      {});
  TextRow row;
  ASSERT_TRUE(reader.next(row));
  EXPECT_EQ(row.text, "a");
  EXPECT_EQ(row.fields, "\"id\":1,\"deep\":{\"k\":[1,2]}");
  ASSERT_TRUE(reader.next(row));
  EXPECT_EQ(row.line, 2);
  EXPECT_THAT(row.error, HasSubstr("not JSON"));
  ASSERT_TRUE(reader.next(row));
  EXPECT_EQ(row.fields, "\"label\":\"x\"");
  EXPECT_FALSE(reader.next(row));
}

TEST_F(ReadersTest, LinesOfProseAreRowsAndAnEmptyOneToo) {
  TextRowReader reader(write("prose", "one\n\n三\n"), {});
  EXPECT_EQ(reader.format(), DataFormat::lines);
  std::vector<std::string> texts;
  for (TextRow row; reader.next(row);) texts.push_back(row.text);
  EXPECT_THAT(texts, ElementsAre("one", "", "三"));
  TextRow row;
  EXPECT_FALSE(TextRowReader(write("empty", ""), {}).next(row));
}

TEST_F(ReadersTest, AnnotatedWordsAreNoRawTextUnlessTheirLinesAreAskedFor) {
  for (const char* name : {"a.conll", "b.conll.gz", "c.bio", "d.ann"}) {
    const std::string path = write(name, "Oslo B-LOC\n");
    EXPECT_THROW(TextRowReader(path, {}), DataError) << name;
    TextRow row;
    ASSERT_TRUE(TextRowReader(path, {.format = DataFormat::lines}).next(row)) << name;
    EXPECT_EQ(row.text, "Oslo B-LOC") << name;
  }
}

TEST_F(ReadersTest, ATableOfTextsKeepsItsOtherColumns) {
  TextRowReader reader(write("a.tsv", "id\ttext\n7\ta \"b\"\n"), {});
  TextRow row;
  ASSERT_TRUE(reader.next(row));
  EXPECT_EQ(row.text, "a \"b\"");
  EXPECT_EQ(row.fields, "\"id\":\"7\"");
}

TEST_F(ReadersTest, LinesAreCountedAndEndAsTheyMay) {
  LineReader reader(write("lines", "a\r\n\nb"));
  std::string line;
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(line, "a");
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(line, "");
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(line, "b");
  EXPECT_EQ(reader.line_number(), 3);
  EXPECT_FALSE(reader.next(line));
}

TEST(DataFormatTest, NamesComeBack) {
  for (const DataFormat format :
       {DataFormat::jsonl, DataFormat::csv, DataFormat::tsv, DataFormat::fasttext, DataFormat::lines}) {
    EXPECT_EQ(data_format_from(name(format)), format);
  }
  EXPECT_THROW(data_format_from("xml"), ArgumentError);
}

TEST_F(ReadersTest, AFirstLineOfMegabytesIsNoHeader) {
  const std::string line = "text,label," + std::string(std::size_t{3} << 20, 'x');
  TextRowReader reader(write("long", line + "\n"), {});
  EXPECT_EQ(reader.format(), DataFormat::lines);
  TextRow row;
  ASSERT_TRUE(reader.next(row));
  EXPECT_EQ(row.text, line);
}

}  // namespace
}  // namespace recura
