#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "data/labelled_data.h"
#include "data/text_rows.h"

namespace recura {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LabelListsTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return (folder_ / name).string();
  }

  LabelledData read(const std::string& name, const std::string& content, const ReadOptions& options = {}) const {
    return read_labelled(write(name, content), options);
  }

  /// Why the only bad row of a file is one.
  std::string problem(const std::string& name, const std::string& content, const ReadOptions& options = {}) const {
    const LabelledData data = read(name, content, options);
    return data.bad_rows == 1 ? data.problems[0].reason : "bad rows: " + std::to_string(data.bad_rows);
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("recura_lists" + std::to_string(::getpid()));
};

TEST_F(LabelListsTest, EveryFormHasThem) {
  for (const LabelledData& data :
       {read("a.jsonl",
             "{\"text\":\"a\",\"labels\":[\"x\",\"y z\"]}\n"
             "{\"text\":\"b\",\"labels\":[]}\n{\"text\":\"c\",\"labels\":[\"你\"]}\n"),
        read("a.csv", "labels,text\nx|y z,a\n,b\n 你 ,c\n"), read("a.tsv", "text\tlabels\na\tx | y z\nb\t\nc\t你\n")}) {
    EXPECT_TRUE(data.several);
    EXPECT_THAT(data.texts, ElementsAre("a", "b", "c"));
    EXPECT_THAT(data.labels, ElementsAre(ElementsAre("x", "y z"), IsEmpty(), ElementsAre("你")));
  }
  const LabelledData lines = read("a.txt", "__label__x __label__y a\n__label__y b c\n");
  EXPECT_TRUE(lines.several);
  EXPECT_THAT(lines.texts, ElementsAre("a", "b c"));
  EXPECT_THAT(lines.labels, ElementsAre(ElementsAre("x", "y"), ElementsAre("y")));
}

TEST_F(LabelListsTest, ALabelAloneIsNoListUnlessItIsAskedFor) {
  const std::string table = "text,label\na,x|y\nb,z\n";
  EXPECT_FALSE(read("a.csv", table).several);
  EXPECT_THAT(read("a.csv", table).labels, ElementsAre(ElementsAre("x|y"), ElementsAre("z")));
  const LabelledData asked = read("a.csv", table, {.kind = LabelKind::several});
  EXPECT_TRUE(asked.several);
  EXPECT_THAT(asked.labels, ElementsAre(ElementsAre("x", "y"), ElementsAre("z")));
  EXPECT_TRUE(read("a.jsonl", "{\"text\":\"a\",\"label\":[\"x\"]}\n").several) << "a list of one is a list";
}

TEST_F(LabelListsTest, WhereARowMayHaveOneAnotherNumberIsABadRow) {
  const ReadOptions one{.kind = LabelKind::one};
  const std::string good = "{\"text\":\"b\",\"labels\":[\"x\"]}\n";
  EXPECT_EQ(problem("a.jsonl", good + "{\"text\":\"a\",\"labels\":[\"x\",\"y\"]}\n", one),
            "more than one label; a row may have one");
  EXPECT_FALSE(read("a.jsonl", good, one).several) << "a list of one, where one is asked for";
  EXPECT_FALSE(read("a.csv", "text,labels\na,x\nb,y\n", one).several);
  EXPECT_EQ(problem("a.jsonl", good + "{\"text\":\"a\",\"labels\":[]}\n", one), "no label; a row must have one");
}

TEST_F(LabelListsTest, ListsWithoutSenseAreBadRows) {
  const std::string good = "{\"text\":\"b\",\"labels\":[\"x\"]}\n";
  EXPECT_EQ(problem("a.jsonl", good + "{\"text\":\"a\",\"labels\":[\"x\",\"\"]}\n"), "a label is empty");
  EXPECT_THAT(problem("a.jsonl", good + "{\"text\":\"a\",\"labels\":[\"x\",null]}\n"), HasSubstr("or a list of them"));
  EXPECT_EQ(problem("a.jsonl", good + "{\"text\":\"a\"}\n"),
            "no field \"label\" or \"labels\"; --label-field names another");
  EXPECT_EQ(problem("a.csv", "text,labels\na,x|\nb,x\n"), "a label is empty");
  EXPECT_EQ(problem("a.csv", "text,labels\na,x||y\nb,x\n"), "a label is empty");
}

TEST_F(LabelListsTest, WhatSeparatesBelongsToALabelBehindABackslash) {
  const std::string cells = "text\tlabels\na\tx\\|y | C:\\\\d\nb\tC:\\d\\\nc\t\\|\n";
  EXPECT_THAT(read("a.tsv", cells).labels,
              ElementsAre(ElementsAre("x|y", "C:\\d"), ElementsAre("C:\\d\\"), ElementsAre("|")));
  EXPECT_THAT(read("a.csv", "text,labels\na,\"x\\|,y|z\"\n").labels, ElementsAre(ElementsAre("x|,y", "z")));
  EXPECT_THAT(read("b.csv", "text,label\na,x\\|y\n").labels, ElementsAre(ElementsAre("x\\|y")))
      << "a lone one as it is";
}

TEST_F(LabelListsTest, ALabelOfBlanksAloneIsEmpty) {
  const std::string good = "{\"text\":\"b\",\"label\":\"x\"}\n";
  for (const std::string blanks : {" ", "\\t\\n", "\u3000"})
    EXPECT_EQ(problem("a.jsonl", good + R"({"text":"a","label":")" + blanks + "\"}\n"), "the label is empty");
  EXPECT_EQ(problem("a.csv", "text,label\na,x\nb,  \n"), "the label is empty");
  EXPECT_EQ(problem("b.jsonl", good + R"({"text":"a","labels":["x"," "]})"), "a label is empty");
}

TEST_F(LabelListsTest, WeightsAreNumbersNotBelowZero) {
  const ReadOptions weighted{.weight_field = "weight"};
  EXPECT_THAT(read("a.csv", "text,label,weight\na,x,0\nb,y,2.5\n", weighted).weights, ElementsAre(0, 2.5));
  EXPECT_THAT(read("a.jsonl", "{\"text\":\"a\",\"label\":\"x\",\"weight\":3}\n", weighted).weights, ElementsAre(3));
  EXPECT_THAT(read("b.csv", "text,label,weight\na,x,0\n").weights, IsEmpty()) << "a column like any other";
  for (const std::string wrong : {"-1", "nan", "inf", "", "1x"})
    EXPECT_THAT(problem("a.csv", "text,label,weight\na,x," + wrong + "\nb,y,1\n", weighted),
                HasSubstr("\"weight\" must be a number >= 0, it is"))
        << wrong;
  const std::string good = "{\"text\":\"b\",\"label\":\"x\",\"weight\":1}\n";
  EXPECT_EQ(problem("a.jsonl", good + "{\"text\":\"a\",\"label\":\"x\"}\n", weighted),
            "no field \"weight\"; --weight-field names another");
  EXPECT_THAT(problem("a.jsonl", good + "{\"text\":\"a\",\"label\":\"x\",\"weight\":\"1\"}\n", weighted),
              HasSubstr("must be a number >= 0"));
  EXPECT_THAT(problem("a.jsonl", good + "{\"text\":\"a\",\"label\":\"x\",\"weight\":-2}\n", weighted),
              HasSubstr("must be a number >= 0, it is -2"));
  EXPECT_THROW(read("b.csv", "text,label\na,x\n", weighted), DataError);
}

TEST_F(LabelListsTest, WhereTextAloneIsReadTheyAreAFieldLikeOthers) {
  TextRowReader reader(write("a.txt", "__label__x __label__y a\n"), {});
  TextRow row;
  ASSERT_TRUE(reader.next(row));
  EXPECT_EQ(row.text, "a");
  EXPECT_EQ(row.fields, R"("labels":["x","y"])");
}

}  // namespace
}  // namespace recura
