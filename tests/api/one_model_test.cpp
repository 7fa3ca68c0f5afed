#include <gtest/gtest.h>

#include <clocale>
#include <locale>

#include "api/small_trainings.h"

namespace recura {
namespace {

/// One seed gives one model, bit for bit.
class OneModelTest : public testing::TestWithParam<SmallTraining> {
 protected:
  static std::string train(const TrainingRun& run = {}) { return GetParam().train({}, run); }
};

class OneResumedModelTest : public OneModelTest {};

TEST_P(OneModelTest, WhateverTheNumberOfThreads) {
  const std::string model = train();
  for (const std::int64_t threads : {2, 3, 4, 8}) EXPECT_TRUE(train({{threads}}) == model) << threads;
}

TEST_P(OneResumedModelTest, WithOtherThreadsAfterEachStop) {
  EXPECT_TRUE(train({{2, 1, 8, 3, 4}, {0, 5, 2, 1}}) == train());
}

TEST_P(OneModelTest, InALocaleOfOtherLettersAndNumbers) {
  const std::string model = train();
  std::string missing;
  for (const char* name : {"tr_TR.UTF-8", "de_DE.UTF-8"}) {
    if (std::setlocale(LC_ALL, name) == nullptr) {
      missing += std::string(" ") + name;
      continue;
    }
    const std::locale before = std::locale::global(std::locale(name));
    EXPECT_TRUE(train() == model) << name;
    std::locale::global(before);
    std::setlocale(LC_ALL, "C");
  }
  if (!missing.empty()) GTEST_SKIP() << "locales that the system lacks:" << missing;
}

INSTANTIATE_TEST_SUITE_P(Every, OneModelTest, testing::ValuesIn(kSmallTrainings), name_of);
INSTANTIATE_TEST_SUITE_P(Every, OneResumedModelTest, testing::ValuesIn(kResumableTrainings), name_of);

}  // namespace
}  // namespace recura
