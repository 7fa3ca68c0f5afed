#include "data/vectors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstring>
#include <limits>

#include "base/error.h"
#include "base/temporary_folder.h"

namespace recura {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kRows = "sun 0.5 -1 2e-3\nmoon 3 .25 -0\n月 1 2 3\n";

class VectorsTest : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& content) const {
    put(folder_ / name, content);
    return folder_ / name;
  }

  std::string write_gzip(const std::string& name, const std::string& content) const {
    const gzFile file = gzopen((folder_ / name).c_str(), "wb");
    gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
    gzclose(file);
    return folder_ / name;
  }

  static std::string binary_row(const std::string& word, std::initializer_list<float> values) {
    std::string row = word + " ";
    for (const float value : values) {
      char bytes[sizeof(float)];
      std::memcpy(bytes, &value, sizeof(float));
      row.append(bytes, sizeof(float));
    }
    return row;
  }

  /// The same words as `kRows`, without the header.
  static std::string binary_rows(const std::string& end = "\n") {
    return binary_row("sun", {.5F, -1, 2e-3F}) + end + binary_row("moon", {3, .25F, -0.F}) + end +
           binary_row("月", {1, 2, 3}) + end;
  }

  static std::string refusal(const std::string& path, bool skip = true) {
    try {
      read_vectors(path, {.skip_bad_rows = skip});
    } catch (const DataError& error) {
      return error.what();
    }
    return "not refused";
  }

  const TemporaryFolder folder_;
};

TEST_F(VectorsTest, EveryFormGivesTheSameVectors) {
  const std::string header = "3 3\n", binary = header + binary_rows();
  for (const std::string& path :
       {write("word2vec", header + kRows), write("glove", kRows), write_gzip("word2vec.gz", header + kRows),
        write_gzip("glove.gz", kRows), write("binary", binary), write("joined", header + binary_rows("")),
        write_gzip("binary.gz", binary), write("bom", "\xEF\xBB\xBF" + header + kRows),
        write("blanks", "3  3 \r\nsun 0.5 -1 2e-3 \r\n\r\nmoon\t3\t.25\t-0\r\n月  1 2 3")}) {
    const WordVectors vectors = read_vectors(path);
    EXPECT_THAT(vectors.words, ElementsAre("sun", "moon", "月")) << path;
    EXPECT_EQ(vectors.dimensions, 3) << path;
    EXPECT_THAT(vectors.values, ElementsAre(0.5F, -1, 2e-3F, 3, 0.25F, 0, 1, 2, 3)) << path;
    EXPECT_EQ(vectors.bad_rows, 0) << path;
  }
}

TEST_F(VectorsTest, OnlyTheFirstWordsAndThoseWantedAreKept) {
  for (const std::string& path : {write("text", "3 3\n" + kRows), write("binary", "3 3\n" + binary_rows())}) {
    EXPECT_THAT(read_vectors(path, {.most = 2}).words, ElementsAre("sun", "moon")) << path;
    const WordVectors wanted = read_vectors(path, {.wanted = [](std::string_view word) { return word == "moon"; }});
    EXPECT_THAT(wanted.words, ElementsAre("moon")) << path;
    EXPECT_THAT(wanted.values, ElementsAre(3, 0.25F, 0)) << path;
    EXPECT_EQ(wanted.dimensions, 3) << path;
    EXPECT_TRUE(read_vectors(path, {.wanted = [](std::string_view) { return false; }}).words.empty()) << path;
  }
}

TEST_F(VectorsTest, TheDigestIsThatOfTheWholeFileHoweverMuchIsReadOrCompressed) {
  const std::string whole = read_vectors(write("a", kRows)).digest;
  EXPECT_EQ(read_vectors(folder_ / "a", {.most = 1}).digest, whole);
  EXPECT_EQ(read_vectors(write_gzip("a.gz", kRows)).digest, whole);
  EXPECT_NE(read_vectors(write("b", kRows + "\n")).digest, whole);
}

TEST_F(VectorsTest, BadRowsOfTextAreCountedAndNamedByTheirLine) {
  const std::string path = write("a.vec", "8 2\na 1 2\nb 1\nc 1 2 3\nd 1 nan\na 3 4\n\xC4 1 2\ne 1 two\nf inf 1\n");
  const WordVectors vectors = read_vectors(path);
  EXPECT_THAT(vectors.words, ElementsAre("a"));
  EXPECT_THAT(vectors.values, ElementsAre(1, 2));
  EXPECT_EQ(vectors.bad_rows, 7);
  ASSERT_EQ(vectors.problems.size(), 5U);
  std::vector<std::string> told;
  for (const RowProblem& problem : vectors.problems) told.push_back(to_string(problem));
  EXPECT_THAT(told, ElementsAre("line 3: expected 2 numbers, got 1", "line 5: number 2 is nan, which is not finite",
                                "line 6: \"a\" stands here again", "line 7: the word has bytes that are no UTF-8",
                                "line 8: \"two\" is no number"))
      << "one of each kind";
  EXPECT_THAT(refusal(path, false), HasSubstr("a.vec: line 3: expected 2 numbers, got 1"));
  EXPECT_THAT(refusal(write("b.vec", "a 1 2x\n"), false), HasSubstr("line 1: \"2x\" is no number"));
  EXPECT_THAT(refusal(write("c.vec", "a 1 1e39\n"), false), HasSubstr("number 2 is 1e39, which is not finite"));
  EXPECT_THAT(refusal(write("d.vec", "a 1\n 1\n"), false), HasSubstr("line 2: expected a word before the numbers"));
}

TEST_F(VectorsTest, BadRowsOfABinaryFileAreCountedAndNamedByWordAndByte) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::string path =
      write("a.bin", "5 2\n" + binary_row("a", {0, 1}) + binary_row("b", {0, nan}) + binary_row("a", {1, 0}) +
                         binary_row("\xC4", {0, 0}) + binary_row("c", {2, 3}));
  const WordVectors vectors = read_vectors(path);
  EXPECT_THAT(vectors.words, ElementsAre("a", "c"));
  EXPECT_THAT(vectors.values, ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(vectors.bad_rows, 3);
  ASSERT_EQ(vectors.problems.size(), 3U);
  EXPECT_EQ(vectors.problems[0].line, 2);
  EXPECT_EQ(vectors.problems[0].reason, "number 2 is not finite (byte 14)");
  EXPECT_EQ(vectors.problems[1].reason, "\"a\" stands here again (byte 24)");
  EXPECT_EQ(vectors.problems[2].reason, "the word has bytes that are no UTF-8 (byte 34)");
  EXPECT_THAT(refusal(path, false), HasSubstr("a.bin: word 2: number 2 is not finite (byte 14)"));
}

TEST_F(VectorsTest, ACountThatIsNotThatOfTheHeaderIsToldInTextAndRefusedInBinary) {
  for (const char* count : {"2", "4", "1000000000000000000"}) {
    const WordVectors vectors = read_vectors(write("a", std::string(count) + " 3\n" + kRows));
    EXPECT_EQ(vectors.words.size(), 3U);
    EXPECT_EQ(vectors.bad_rows, 1);
    EXPECT_EQ(vectors.problems[0].line, 1);
    EXPECT_EQ(vectors.problems[0].reason, "the first line says " + std::string(count) + " words, there are 3" +
                                              (count == std::string("2") ? "" : ": was the file cut?"));
  }
  EXPECT_THAT(refusal(folder_ / "a", false), HasSubstr("line 1: the first line says"));
  EXPECT_THAT(refusal(write("more", "2 3\n" + binary_rows(""))),
              HasSubstr("byte 37: goes on behind the last of its 2"));
  EXPECT_THAT(refusal(write("fewer", "4 3\n" + binary_rows(""))), HasSubstr("byte 53: ends in word 4 of 4"));
  EXPECT_THAT(refusal(write("claim", "1000000000000000000 3\n" + binary_rows(""))),
              HasSubstr("ends in word 4 of 1000"));
}

TEST_F(VectorsTest, ABinaryFileCutAnywhereIsRefusedAtItsEnd) {
  const std::string whole = "3 3\n" + binary_rows("");
  for (std::size_t size = 12; size < whole.size(); ++size) {  // before, it looks like text
    EXPECT_THAT(refusal(write("a.bin", whole.substr(0, size))),
                HasSubstr("a.bin: byte " + std::to_string(size) + ": ends in word"));
  }
  const std::string no_blank = "9 3\n" + binary_row("a", {0, 0, 0}) + std::string(5000, '\0');
  EXPECT_THAT(refusal(write("b.bin", no_blank)), HasSubstr("b.bin: byte 18: expected a word and a blank"));
}

TEST_F(VectorsTest, FilesThatAreNoVectorsAreRefused) {
  EXPECT_THAT(refusal(write("empty", "")), HasSubstr("has no word vectors"));
  EXPECT_THAT(refusal(write("header", "3 3\n")), HasSubstr("has no word vectors"));
  EXPECT_THAT(refusal(write("prose", "words\n")),
              HasSubstr("line 1: expected a word and its 1 … 65536 numbers, got 0"));
  EXPECT_THAT(refusal(write("text", "only prose here\n")),
              HasSubstr("none of its 1 rows is good; line 1: \"prose\" is no number"));
  EXPECT_THAT(refusal(write("other", "3 4\n" + kRows)), HasSubstr("line 2: expected 4 numbers, got 3"));
  EXPECT_THAT(refusal(write("wide", std::string("\xFF\xFE{\0", 4))), HasSubstr("is UTF-16, expected UTF-8"));
  EXPECT_THAT(refusal(write("binary", binary_rows())), HasSubstr("looks binary, and lacks word2vec's first line"));
  for (const char* header : {"0 3", "3 0", "3 65537", "3 1000000000000000000", "99999999999999999999 3"}) {
    EXPECT_THAT(
        refusal(write("hostile", header + ("\n" + kRows))),
        HasSubstr("line 1: expected a count of words and a dimension of 1 … 65536, got \"" + std::string(header)));
  }
  EXPECT_THAT(refusal(write("long", "a 1\n" + std::string(5 << 20, 'b'))), HasSubstr("byte 4: a line is longer than"));
  EXPECT_THROW(read_vectors(folder_ / "missing"), SystemError);
  const std::string cut = write_gzip("cut.gz", kRows);
  std::filesystem::resize_file(cut, 20);
  EXPECT_THAT(refusal(cut), HasSubstr("cut.gz: gzip data is cut short"));
}

TEST_F(VectorsTest, WhatIsWrittenIsReadBack) {
  WordVectors vectors;
  vectors.words = {"sun", "月"};
  vectors.dimensions = 2;
  vectors.values = {0.5, -1, 2e-3, 30};
  write_vectors(vectors, folder_ / "w.vec");
  const WordVectors back = read_vectors(folder_ / "w.vec", {.skip_bad_rows = false});
  EXPECT_EQ(back.words, vectors.words);
  EXPECT_EQ(back.dimensions, 2);
  EXPECT_EQ(back.values, (std::vector<real>{0.5, -1, real(2e-3F), 30}));
}

TEST_F(VectorsTest, RowsThatCrossTheBlocksOfReadingAreWhole) {
  std::string text, binary = "20000 8\n";
  for (int word = 0; word < 20'000; ++word) {
    const int at = word * 8;
    text +=
        fmt::format("w{} {} {} {} {} {} {} {} {}\n", word, at, at + 1, at + 2, at + 3, at + 4, at + 5, at + 6, at + 7);
    const auto first = static_cast<float>(at);
    binary += binary_row(fmt::format("w{}", word),
                         {first, first + 1, first + 2, first + 3, first + 4, first + 5, first + 6, first + 7});
  }
  for (const std::string& path : {write("text", text), write("binary", binary), write_gzip("text.gz", text)}) {
    const WordVectors vectors = read_vectors(path);
    ASSERT_EQ(vectors.words.size(), 20'000U) << path;
    EXPECT_EQ(vectors.bad_rows, 0) << path;
    for (std::size_t i = 0; i < vectors.values.size(); ++i) ASSERT_EQ(vectors.values[i], static_cast<real>(i)) << path;
  }
}

}  // namespace
}  // namespace recura
