#include <fmt/format.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <recura/model.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cfenv>
#include <cstdlib>
#include <limits>
#include <thread>

#include "base/temporary_folder.h"
#include "store/raw_file.h"

namespace recura {
namespace {

std::string shown(const Answer& answer) {
  std::string all = answer.label;
  for (const auto& [label, score] : answer.labels) all += fmt::format(" {}:{:a}", label, score);
  return fmt::format("{} {:a}", all, answer.score);
}

std::string shown(const TaggedAnswer& answer) {
  std::string all = fmt::format("{}:{:a} {:a}", answer.label, answer.label_score, answer.log_probability);
  for (const Entity& entity : answer.entities)
    all += fmt::format(" {}-{} {}:{:a}", entity.begin, entity.end, entity.type, entity.score);
  return all;
}

std::string shown(const Summary& answer) {
  std::string all = answer.text;
  for (const SummarySentence& one : answer.sentences) all += fmt::format(" {}-{} {:a}", one.begin, one.end, one.score);
  for (const Keyphrase& one : answer.keyphrases) all += fmt::format(" {} {:a}", one.text, one.score);
  for (const SummarySentence& one : answer.kept) all += fmt::format(" {}-{} {:a}", one.begin, one.end, one.score);
  for (const WrittenText& one : answer.written) all += fmt::format(" {:a}", one.score);
  return all;
}

std::string shown(const TextLikelihood& answer) {
  return fmt::format("{} {:a} {:a} {:a}", answer.guesses, answer.log_probability, answer.backward_log_probability,
                     answer.perplexity);
}

/// What a model says of a text, to the last bit.
std::string answer(const AnyModel& model, const std::string& text) {
  if (const auto* const classifier = std::get_if<Classifier>(&model)) return shown(classifier->classify(text));
  if (const auto* const tagger = std::get_if<Tagger>(&model)) return shown(tagger->tag(text));
  if (const auto* const language = std::get_if<LanguageModel>(&model)) return shown(language->likelihood(text));
  const auto& summarizer = std::get<Summarizer>(model);
  return shown(summarizer.summarise(text, {.keyphrases = summarizer.info().kind == "select" ? 3 : 0}));
}

std::vector<std::string> texts() {
  std::vector<std::string> all;
  for (int i = 0; i < 24; ++i) {
    all.push_back(i % 3 == 0 ? "Ann Lee lives in Rome." : i % 3 == 1 ? "我喜欢 a good film! It is late." : "");
    for (int more = 0; more < i; ++more) all.back() += " a bad film, and nobody came";
  }
  return all;
}

/// How many answers are asked for: few, unless RECURA_ANSWERS says how many.
std::size_t answers_wanted() {
  const char* const wanted = std::getenv("RECURA_ANSWERS");
  return wanted == nullptr ? 2000 : std::stoul(wanted);
}

/// One of the small models that tests/fuzz keeps, a file without its checksum each: of every task, cell and precision.
class SharedModelTest : public testing::TestWithParam<const char*> {
 protected:
  SharedModelTest() {
    const TemporaryFolder folder;
    put(folder / "m.recura",
        with_checksum(content_of(std::string(RECURA_SOURCE_DIR "/tests/fuzz/corpus/model/") + GetParam())));
    model_ = std::make_unique<AnyModel>(load_model(folder / "m.recura", 2));
    for (const std::string& text : texts_) expected_.push_back(answer(*model_, text));
  }

  const std::vector<std::string> texts_ = texts();
  std::unique_ptr<AnyModel> model_;
  std::vector<std::string> expected_;
};

TEST_P(SharedModelTest, GivesSixteenThreadsTheAnswersOfOne) {
  constexpr std::size_t kThreads = 16;
  std::array<std::size_t, kThreads> wrong{};
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::size_t i = 0; i < answers_wanted() / kThreads; ++i) {
        const std::size_t text = (i * 7 + thread) % texts_.size();
        wrong[thread] += answer(*model_, texts_[text]) == expected_[text] ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::size_t count : wrong) EXPECT_EQ(count, 0U);
}

TEST_P(SharedModelTest, KeepsNothingOfWhatItAnswered) {
#ifdef RECURA_SANITIZED
  GTEST_SKIP() << "memory is the sanitizer's, which looks for leaks itself";
#endif
  const auto ask = [&](std::size_t times) {
    for (std::size_t i = 0; i < times; ++i) answer(*model_, texts_[i % texts_.size()]);
  };
  ask(200);
  // What is kept grows in every round; what waits for its next use in the caches of threads does not.
  std::size_t least = std::numeric_limits<std::size_t>::max();
  for (int round = 0; round < 8; ++round) {
    const std::size_t before = mallinfo2().uordblks;
    ask(answers_wanted() / 8);
    const std::size_t after = mallinfo2().uordblks;
    least = std::min(least, after - std::min(after, before));
  }
  EXPECT_LT(least, 4'096U);  // of 250 answers at least, not seventeen bytes each
}

TEST_P(SharedModelTest, AnswersInTheChildOfAFork) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);  // a child that waits for threads it does not have ends here
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      if (answer(*model_, texts_[i]) != expected_[i]) _exit(1);
    }
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_EQ(answer(*model_, texts_[0]), expected_[0]);
}

TEST_P(SharedModelTest, AnswersAlikeHoweverTheCallerRoundsWhichIsLeftAsItWas) {
  for (const int rounding : {FE_UPWARD, FE_TOWARDZERO}) {
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      std::fesetround(rounding);
      const std::string said = answer(*model_, texts_[i]);
      const int left = std::fegetround();
      std::fesetround(FE_TONEAREST);
      EXPECT_EQ(left, rounding);
      EXPECT_TRUE(said == expected_[i]) << texts_[i];
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Every, SharedModelTest,
                         testing::Values("lstm", "several", "sru", "tag", "greedy", "segment", "select", "write",
                                         "compress", "language", "subword", "segmented"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace recura
