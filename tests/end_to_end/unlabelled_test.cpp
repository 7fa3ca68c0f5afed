#include <nlohmann/json.hpp>

#include "end_to_end/program.h"

namespace recura {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::string kSmallVirtual =
    " --hidden 8 --embedding 8 --epochs 3 --learning-rate 0.02 --virtual-adversarial 0.1 ";

/// Training that asks of answers, also on texts without a label, that they do not change behind a step.
class UnlabelledTest : public testing::Test {
 protected:
  UnlabelledTest() {
    write_file(place_ / "more.csv", "text,label\nthe screen went dark,\n\"my parcel, please\",x\n,\n");
  }

  Outcome train(const std::string& arguments) const {
    return place_.run("train " + kCorpus + "en.train.jsonl" + kSmallVirtual + arguments);
  }
  json facts(const std::string& model) const { return json::parse(place_.run("inspect " + model + " --json").out); }

  Workplace place_{"unlabelled"};
};

TEST_F(UnlabelledTest, ItsTextsAreToldAndTheirDigestIsKept) {
  const Outcome trained = train("--unlabelled more.csv -o more.recura");
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_THAT(trained.err, HasSubstr("texts whose labels are not read, from more.csv: 3, "));
  const json with = facts("more.recura")["training"];
  EXPECT_EQ(with["unlabelled_digest"].get<std::string>().size(), 32U);
  ASSERT_EQ(train("-q -o without.recura").code, 0);
  EXPECT_FALSE(facts("without.recura")["training"].contains("unlabelled_digest"));
  EXPECT_NE(facts("without.recura")["digest"], facts("more.recura")["digest"]);
}

TEST_F(UnlabelledTest, ThreadsDoNotChangeTheModel) {
  ASSERT_EQ(train("--unlabelled more.csv -q -o one.recura --threads 1").code, 0);
  ASSERT_EQ(train("--unlabelled more.csv -q -o three.recura --threads 3").code, 0);
  EXPECT_EQ(facts("one.recura")["digest"], facts("three.recura")["digest"]);
}

TEST_F(UnlabelledTest, WhatCannotBeUsedIsRefused) {
  write_file(place_ / "empty.txt", "");
  const std::string data = "train " + kCorpus + "en.train.jsonl -o x.recura";
  expect_refused(place_.run(data + " --unlabelled more.csv"), 2,
                 "--unlabelled: does nothing without --virtual-adversarial");
  expect_refused(train("-o x.recura --unlabelled -"), 2, "--unlabelled: expected a file, got standard input");
  expect_refused(train("-o x.recura --unlabelled none.txt"), 4, "none.txt");
  expect_refused(train("-o x.recura --unlabelled empty.txt"), 3, "empty.txt");
  expect_refused(train("-o x.recura --unlabelled more.csv --text-field body"), 3, "body");
  EXPECT_FALSE(std::filesystem::exists(place_ / "x.recura"));
}

}  // namespace
}  // namespace recura
