#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "end_to_end/program.h"
#include "hostile/draft.h"

namespace recura {
namespace {

using testing::HasSubstr;

/// `recura inspect MODEL --verify`.
class VerifyTest : public testing::TestWithParam<std::string> {
 protected:
  Outcome verify(const std::string& model, const std::string& how = "") const {
    return place_.run("inspect " + model + " --verify" + how);
  }
  void expect_refused(const std::string& model, int code, const std::string& what) const {
    const Outcome outcome = verify(model);
    EXPECT_EQ(outcome.code, code) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, HasSubstr("recura: " + model + ": "));
    EXPECT_THAT(outcome.err, HasSubstr(what));
  }

  Workplace place_{"verify"};
};

TEST_P(VerifyTest, SaysThatAModelIsSoundOrWhyItIsNot) {
  write_file(place_ / "model", kept_model(GetParam()));
  EXPECT_THAT(verify("model").out, testing::MatchesRegex("model: sound, digest [0-9a-f]{32}\n"));
  EXPECT_EQ(nlohmann::json::parse(verify("model", " --json").out)["sound"], true);
  std::string damaged = kept_model(GetParam());
  damaged[damaged.size() / 2] ^= 1;
  write_file(place_ / "damaged", damaged);
  expect_refused("damaged", 3, "damaged");
}

INSTANTIATE_TEST_SUITE_P(Every, VerifyTest, testing::ValuesIn(kKeptModels),
                         [](const auto& info) { return info.param; });

using VerifyOneTest = VerifyTest;

/// Whatever the sign of the states' sum, one of two labels gets more than the largest float.
TEST_F(VerifyOneTest, AModelOfWeightsThatAreTooLargeIsRefused) {
  constexpr float kMost = std::numeric_limits<float>::max();
  Draft draft(kept_model("classify"));
  const Shape shape = draft.tensors.at("dense0.w").shape;
  std::vector<float> weights;
  for (Index row = 0; row < shape.rows(); ++row) weights.insert(weights.end(), {kMost, -kMost, 0, 0});
  tensor("dense0.w", weights, shape)(draft);
  list<float>("dense0.b", {kMost, kMost, 0, 0})(draft);
  write_file(place_ / "large", draft.file());
  expect_refused("large", 3, "no finite number");
}

TEST_F(VerifyOneTest, WhatPeopleReadMustBeJsonToo) {
  Draft draft(kept_model("classify"));
  text("training", "[]")(draft);
  write_file(place_ / "model", draft.file());
  expect_refused("model", 3, "its text \"training\" must be a JSON object");
}

TEST_F(VerifyOneTest, OnlyARegularFileIsAModel) {
  ASSERT_EQ(mkfifo((place_ / "fifo").c_str(), 0600), 0);
  std::filesystem::create_directory(place_ / "folder");
  expect_refused("fifo", 4, "cannot read: it is a FIFO, not a file");
  expect_refused("folder", 4, "cannot read: it is a folder, not a file");
  expect_refused("/dev/zero", 4, "cannot read: it is a device, not a file");
  expect_refused("missing", 4, "cannot be opened");
  EXPECT_EQ(place_.run("inspect data rows.jsonl --verify").code, 2);
}

/// Weights of 68 GB where 8 may be had.
TEST_F(VerifyOneTest, MemoryThatTheSystemDoesNotGiveIsItsErrorAndLeavesTheOldModel) {
#ifdef RECURA_SANITIZED
  GTEST_SKIP() << "the address sanitizer needs more address space than a limit of it leaves";
#endif
  write_file(place_ / "data.jsonl", small_corpus(20));
  write_file(place_ / "model", kept_model("classify"));
  const Outcome outcome =
      place_.run("train data.jsonl -o model -q --hidden 65536 --embedding 65536 --threads 1", "ulimit -v 8000000;");
  EXPECT_EQ(outcome.code, 4);
  EXPECT_EQ(outcome.err, "recura: not enough memory\n");
  EXPECT_TRUE(read_file(place_ / "model") == kept_model("classify"));
}

}  // namespace
}  // namespace recura
