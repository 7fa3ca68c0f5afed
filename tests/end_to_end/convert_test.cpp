#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "end_to_end/program.h"

namespace recura {
namespace {

using testing::HasSubstr;

class ConvertTest : public testing::Test {
 protected:
  Workplace place_{"convert"};
};

const std::string kColumns = "Ann\tB-PER\nLee\tI-PER\nlives\tO\nin\tO\nRome\tB-LOC\n\n";

TEST_F(ConvertTest, ColumnsBecomeJsonAndPairsAndComeBack) {
  write_file(place_ / "a.conll", kColumns);
  const Outcome json = place_.run("convert a.conll a.jsonl");
  ASSERT_EQ(json.code, 0) << json.err;
  EXPECT_EQ(json.err, "a.conll: conll (bio), 1 texts, 5 tokens, 2 spans\na.jsonl: jsonl\n");
  EXPECT_EQ(
      read_file(place_ / "a.jsonl"),
      "{\"text\":\"Ann Lee lives in Rome\",\"spans\":[{\"start\":0,\"end\":7,\"type\":\"PER\",\"text\":\"Ann Lee\"},"
      "{\"start\":17,\"end\":21,\"type\":\"LOC\",\"text\":\"Rome\"}]}\n");
  ASSERT_EQ(place_.run("convert a.jsonl b.ann").code, 0);
  EXPECT_EQ(read_file(place_ / "b.txt"), "Ann Lee lives in Rome\n");
  EXPECT_EQ(read_file(place_ / "b.ann"), "T1\tPER 0 7\tAnn Lee\nT2\tLOC 17 21\tRome\n");
  const Outcome back = place_.run("convert b.ann - --to conll");
  EXPECT_EQ(back.out, kColumns);
  EXPECT_EQ(place_.run("convert - c.conll --from conll --scheme bioes", "cat a.conll |").code, 0);
  EXPECT_EQ(read_file(place_ / "c.conll"), "Ann\tB-PER\nLee\tE-PER\nlives\tO\nin\tO\nRome\tS-LOC\n\n");
  EXPECT_EQ(place_.run("convert a.conll d.bioes").code, 0);
  EXPECT_EQ(read_file(place_ / "d.bioes"), read_file(place_ / "c.conll"));
  EXPECT_THAT(place_.run("convert a.conll d.bmes").err, HasSubstr("d.bmes: conll (bmes)"));
  EXPECT_THAT(place_.run("convert a.conll e.bmes --scheme bio").err, HasSubstr("e.bmes: conll (bio)"));
}

TEST_F(ConvertTest, WhatWasLeftOutMendedAndLostIsSaid) {
  write_file(place_ / "a.conll", "a\tI-X\nb\tB-Y\nc\tI-X\n\nb\n\n");
  EXPECT_EQ(place_.run("convert a.conll - --to jsonl").code, 3);
  const Outcome repaired = place_.run("convert a.conll - --to jsonl --repair --from-scheme bio");
  EXPECT_EQ(repaired.code, 0);
  EXPECT_THAT(repaired.err, HasSubstr("repaired: 2 tags\nleft out: 1 bad rows\n  line 5: expected 2 columns, got 1\n"));
  write_file(place_ / "b.jsonl",
             "{\"text\":\"Ann Lee\",\"label\":\"x\",\"spans\":[[0,7,\"PER\"],[0,3,\"PER\"],[0,2,\"PER\"]]}\n");
  const Outcome spans = place_.run("convert b.jsonl b.ann");
  EXPECT_EQ(spans.code, 0);
  EXPECT_THAT(spans.err,
              HasSubstr("left out: 1 spans, misaligned\nleft out: 1 spans, nested\n  line 1: misaligned span"));
  EXPECT_THAT(spans.err, HasSubstr("lost: 1 labels, for which brat has no room\n"));
  const Outcome strict = place_.run("convert b.jsonl c.conll --on-error fail");
  EXPECT_EQ(strict.code, 3);
  EXPECT_THAT(strict.err, HasSubstr("b.jsonl: line 1: misaligned span"));
  EXPECT_FALSE(std::filesystem::exists(place_ / "c.conll"));
}

TEST_F(ConvertTest, AWrongCallIsRefusedAndLeavesTheFilesAlone) {
  write_file(place_ / "a.conll", kColumns);
  write_file(place_ / "a.txt", "mine");
  const auto refused = [&](const std::string& arguments, int code, const std::string& message) {
    const Outcome outcome = place_.run(arguments);
    EXPECT_EQ(outcome.code, code) << arguments;
    EXPECT_THAT(outcome.err, HasSubstr(message));
    EXPECT_EQ(read_file(place_ / "a.conll"), kColumns) << arguments;
    EXPECT_EQ(read_file(place_ / "a.txt"), "mine") << arguments;
  };
  refused("convert a.conll", 2, "expected what to read and what to write");
  refused("convert a.conll a.conll", 2, "would overwrite");
  refused("convert a.txt a.ann --from words", 2, "would overwrite");
  refused("convert a.ann a.txt --to conll", 2, "would overwrite");
  refused("convert a.conll out", 2, "--to: expected the form to write");
  refused("convert a.conll out.jsonl.gz", 2, "nothing compressed is written");
  refused("convert a.conll - --to brat", 2, "makes two files");
  refused("convert a.conll b.pair --to brat", 2, "expected a name that ends with .ann");
  refused("convert a.conll b.jsonl --scheme bilou", 2, "unknown scheme of tags \"bilou\"");
  refused("convert a.conll b.jsonl --scheme bmes", 2, "--scheme: does nothing unless conll is written, it is jsonl");
  refused("convert a.conll b.jsonl --shceme bio", 2, "did you mean --scheme?");
  refused("convert a.conll b.seg", 3, "the form \"words\" has none");
  refused("convert missing.conll b.jsonl", 4, "missing.conll");
  refused("convert a.conll none/b.jsonl", 4, "none/b.jsonl");
  EXPECT_FALSE(std::filesystem::exists(place_ / "b.seg"));
}

TEST_F(ConvertTest, LabelsBesideTheTextsGoIntoEveryFormThatHasThem) {
  write_file(place_ / "a.conll", kColumns);
  write_file(place_ / "labels", "Tell\n");
  EXPECT_THAT(place_.run("convert a.conll - --to conll --labels labels").out,
              testing::StartsWith("# label = Tell\nAnn\t"));
  EXPECT_THAT(place_.run("convert a.conll - --to jsonl --labels labels").out, HasSubstr("\"label\":\"Tell\""));
}

}  // namespace
}  // namespace recura
