#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/random.h"
#include "base/temporary_folder.h"
#include "fuzz/mutate_model.h"
#include "fuzz/target.h"

namespace recura::fuzz {

/// For the names of tests.
static void PrintTo(const Target& target, std::ostream* out) { *out << target.name; }

namespace {

namespace fs = std::filesystem;

const fs::path kCorpus = RECURA_SOURCE_DIR "/tests/fuzz/corpus";

/// How many changes of each input are tried: few, unless RECURA_FUZZ_CHANGES says how many.
std::size_t changes_wanted() {
  const char* const wanted = std::getenv("RECURA_FUZZ_CHANGES");
  return wanted == nullptr ? 30 : std::stoul(wanted);
}

/// A byte, a piece, or what follows a place becomes another one; pieces come from the input itself.
void change(std::string& bytes, Rng& rng) {
  static constexpr char kOddBytes[] = "\0\n\r\t \"\\,:;[]{}<|0-9\x7F\x80\xC2\xE2\xED\xF4\xFF";
  constexpr std::string_view kOdd(kOddBytes, sizeof(kOddBytes) - 1);
  const std::size_t at = rng.below(bytes.size() + 1), size = rng.below(9);
  const std::string piece = bytes.substr(rng.below(bytes.size() + 1), size);
  switch (rng.below(5)) {
    case 0:
      bytes.replace(at, 1, 1, kOdd[rng.below(kOdd.size())]);
      break;
    case 1:
      bytes.replace(at, 1, 1, static_cast<char>(rng.below(256)));
      break;
    case 2:
      bytes.insert(at, piece);
      break;
    case 3:
      bytes.erase(at, size);
      break;
    default:
      bytes.replace(at, size, piece);
  }
}

/// The input with some changes; of a model file every second time one of a part, which keeps it whole.
std::string changed(std::string bytes, bool is_model, Rng& rng) {
  const auto some = [&](std::string& part) {
    for (std::uint64_t left = 1 + rng.below(4); left > 0; --left) change(part, rng);
  };
  std::string whole;
  if (is_model && rng.below(2) == 0) {
    const auto mutate = [&](std::string& part, std::size_t room) {
      some(part);
      part.resize(std::min(part.size(), room));
    };
    whole = mutate_model(bytes, static_cast<unsigned>(rng.below(1U << 30)), mutate);
  }
  if (whole.empty()) some(bytes);
  return whole.empty() ? bytes : whole;
}

class CorpusTest : public testing::TestWithParam<Target> {
 protected:
  static void expect_no_finding(const std::string& input) {
    EXPECT_NO_THROW(GetParam().run(input)) << testing::PrintToString(input);
  }
};

/// What a target throws would be a finding.
TEST_P(CorpusTest, IsReadAsItIsAndChangedWithoutAFinding) {
  const bool is_model = GetParam().name == "model" || GetParam().name == "checkpoint";
  Rng rng(7);
  std::size_t inputs = 0;
  for (const auto& entry : fs::directory_iterator(kCorpus / GetParam().name)) {
    SCOPED_TRACE(entry.path());
    const std::string bytes = content_of(entry.path());
    expect_no_finding(bytes);
    expect_no_finding(bytes.substr(0, bytes.size() / 2));
    for (std::size_t i = 0; i < changes_wanted() && !HasFailure(); ++i)
      expect_no_finding(changed(bytes, is_model, rng));
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
