#include <gtest/gtest.h>

#include <algorithm>

#include "end_to_end/program.h"
#include "kernel/level.h"

namespace recura {
namespace {

/// A level and a cell.
class ThreadTest : public testing::TestWithParam<std::tuple<const kernel::Level*, const char*>> {
 protected:
  void SetUp() override { write_file(place_ / "data.jsonl", small_corpus(160)); }

  /// The output of the program on the level.
  std::string run(const std::string& arguments) const {
    const Outcome outcome = place_.run(arguments, "RECURA_ISA=" + std::string(std::get<0>(GetParam())->name()));
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome.out;
  }

  Workplace place_{"threads"};
};

/// Batches and layers large enough that the passes of a batch are cut into eight parts.
TEST_P(ThreadTest, DoNotChangeABitOfAModelOrOfAnAnswer) {
  const std::string network =
      std::string(" --hidden 96 --embedding 64 --batch-size 64 --cell ") + std::get<1>(GetParam());
  std::string model, answers;
  for (const std::string threads : {"1", "2", "3", "4", "8"}) {
    run("train data.jsonl -o " + threads + ".recura --epochs 2 --seed 3 --threads " + threads + network);
    const std::string its_model = read_file(place_ / (threads + ".recura"));
    const std::string its_answers = run("extract " + threads + ".recura data.jsonl --threads " + threads);
    if (threads == "1") model = its_model, answers = its_answers;
    EXPECT_FALSE(its_answers.empty());
    EXPECT_TRUE(its_model == model) << threads << " threads";
    EXPECT_EQ(its_answers, answers) << threads << " threads";
  }
}

std::vector<const kernel::Level*> levels() {
  const auto levels = kernel::available_levels();
  return {levels.begin(), levels.end()};
}

INSTANTIATE_TEST_SUITE_P(EveryLevel, ThreadTest,
                         testing::Combine(testing::ValuesIn(levels()), testing::Values("rnn", "lstm", "gru")),
                         [](const auto& info) {
                           std::string name(std::get<0>(info.param)->name());
                           std::ranges::replace(name, '-', '_');  // all that a test's name may hold
                           return name + "_" + std::get<1>(info.param);
                         });

}  // namespace
}  // namespace recura
