#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/temporary_folder.h"
#include "fuzz/target.h"

namespace recura::fuzz {
namespace {

namespace fs = std::filesystem;

const fs::path kCorpus = RECURA_SOURCE_DIR "/tests/fuzz/corpus";

class CorpusTest : public testing::TestWithParam<Target> {};

/// Each of the inputs as it is, cut short, and with a bit turned: what a target throws would be a finding.
TEST_P(CorpusTest, IsReadWithoutAFinding) {
  std::size_t inputs = 0;
  for (const auto& entry : fs::directory_iterator(kCorpus / GetParam().name)) {
    SCOPED_TRACE(entry.path());
    std::string bytes = content_of(entry.path());
    EXPECT_NO_THROW(GetParam().run(bytes));
    EXPECT_NO_THROW(GetParam().run(std::string_view(bytes).substr(0, bytes.size() / 2)));
    if (!bytes.empty()) bytes[bytes.size() / 3] ^= 0x10;
    EXPECT_NO_THROW(GetParam().run(bytes));
    ++inputs;
  }
  EXPECT_GT(inputs, 0U);
}

INSTANTIATE_TEST_SUITE_P(Every, CorpusTest, testing::ValuesIn(all_targets()),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(CorporaTest, AreOfTargets) {
  const auto targets = all_targets();
  for (const auto& entry : fs::directory_iterator(kCorpus))
    EXPECT_EQ(std::ranges::count(targets, entry.path().filename().string(), &Target::name), 1) << entry.path();
}

}  // namespace
}  // namespace recura::fuzz
