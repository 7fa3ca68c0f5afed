#include <gtest/gtest.h>
#include <recura/model.h>

#include <new>
#include <optional>

#include "base/temporary_folder.h"
#include "hostile/counted_memory.h"
#include "hostile/kept_models.h"

namespace recura {
namespace {

const std::string kText = "Nora Quinn of Vela Energy flew to New York. The parcel never came.";

std::string answer(const Classifier& model) { return model.classify(kText).label; }
std::string answer(const Tagger& model) { return std::to_string(model.tag(kText).log_probability); }
std::string answer(const Summarizer& model) {
  return model.summarise("Ann won.", {.writing = {.beam = 1, .max_words = 2}}).text;
}
std::string answer(const LanguageModel& model) { return std::to_string(model.likelihood(kText).log_probability); }

/// Loads a model, answers a text and writes the model over another one.
class MemoryFailureTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { put(folder_ / "new", "old"); }

  void run() {
    const AnyModel model = load_model(kept_path(GetParam()), 1);
    answer_ = std::visit([](const auto& one) { return answer(one); }, model);
    std::visit([&](const auto& one) { one.save(folder_ / "new"); }, model);
  }

  /// Without memory at one request. True if an exception said so.
  bool fails(long request) {
    memory::begin(request);
    bool failed = false;
    try {
      run();
    } catch (const std::bad_alloc&) {
      failed = true;
    } catch (const SystemError&) {
      failed = true;
    }
    memory::end();
    return failed;
  }

  const TemporaryFolder folder_;
  std::string answer_;
};

TEST_P(MemoryFailureTest, AtAnyRequestIsAnErrorThatLeavesNothingBehind) {
  for (int warm = 0; warm < 2; ++warm) run();  // what is made once for the process
  const std::string right = answer_;
  memory::begin();
  run();
  const long requests = memory::end().requests;
  ASSERT_GT(requests, 100);
  const long held = memory::held();
  long failures = 0;
  for (long request = 1; request <= requests; ++request) {
    put(folder_ / "new", "old");
    const bool failed = fails(request);
    failures += failed ? 1 : 0;
    ASSERT_EQ(memory::held(), held) << "request " << request;
    ASSERT_EQ(folder_.entries(), 1) << "request " << request;
    const std::string content = content_of(folder_ / "new");
    ASSERT_TRUE(content == kept_model(GetParam()) || (failed && content == "old")) << "request " << request;
  }
  EXPECT_GT(failures, requests / 2);
  EXPECT_FALSE(fails(requests + 1));
  EXPECT_EQ(answer_, right);
}

INSTANTIATE_TEST_SUITE_P(Every, MemoryFailureTest, testing::ValuesIn(kKeptModels),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace recura
