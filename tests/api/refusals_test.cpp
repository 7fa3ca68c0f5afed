#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <recura/model.h>
#include <sys/stat.h>

#include <functional>
#include <limits>

#include "base/temporary_folder.h"
#include "store/raw_file.h"

namespace recura {
namespace {

using testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

template <typename Refused>
void expect_refused(const std::function<void()>& call, const std::string& message) {
  try {
    call();
    ADD_FAILURE() << "nothing is refused; expected: " << message;
  } catch (const Refused& error) {
    EXPECT_THAT(error.what(), HasSubstr(message));
  }
}

/// Has small models of tests/fuzz, which are kept without their checksums.
class RefusalsTest : public testing::Test {
 protected:
  std::string file(const std::string& name) const {
    const std::string path = folder_ / (name + ".recura");
    put(path, with_checksum(content_of(RECURA_SOURCE_DIR "/tests/fuzz/corpus/model/" + name)));
    return path;
  }
  Classifier classifier() const { return Classifier::load(file("lstm"), 1); }
  Tagger tagger() const { return Tagger::load(file("tag"), 1); }
  LanguageModel language_model() const { return LanguageModel::load(file("language"), 1); }

  const TemporaryFolder folder_;
};

TEST_F(RefusalsTest, TaggingOptionsOutOfTheirRangesAreNamed) {
  Tagger model = tagger();
  const auto refused = [&](auto field, auto value, const std::string& message) {
    TaggingOptions options;
    options.*field = value;
    expect_refused<ArgumentError>([&] { model.configure(options); }, message);
  };
  for (const std::int64_t readings : {std::int64_t{-1}, std::int64_t{101}, std::int64_t{1} << 40})
    refused(&TaggingOptions::readings, readings, "--readings: expected an integer in 0 ... 100");
  for (const double score : {kNan, -0.1, 5.0})
    refused(&TaggingOptions::min_score, score, "--min-score: expected a number in [0, 1)");
  refused(&TaggingOptions::dictionary_mode, TaggingOptions::Mode::force, "does nothing without --dictionary");
}

TEST_F(RefusalsTest, OptionsOfEvaluationsOutOfTheirRangesAreNamed) {
  const std::string data = folder_ / "data.conll";
  put(data, "Ann B-PER\n");
  TagEvaluationOptions options;
  options.worst = -1;
  const std::string worst = "--worst: expected an integer in 0 ... 1000000";
  expect_refused<ArgumentError>([&] { tagger().evaluate(data, options); }, worst);
  expect_refused<ArgumentError>([&] { compare_spans(data, data, options); }, worst);
  for (const double abstain : {kNan, -1.0, 7.0}) {
    const std::string message = "--abstain: expected a number in [0, 1)";
    const InputOptions input;
    expect_refused<ArgumentError>([&] { classifier().evaluate(data, {.input = {}, .abstain = abstain}); }, message);
    expect_refused<ArgumentError>(
        [&] { classifier().extract(data, input, [](const ExtractedRow&) {}, {.abstain = abstain}); }, message);
  }
}

TEST_F(RefusalsTest, ABenchmarkTakesSomeTime) {
  const std::string data = folder_ / "data.txt";
  put(data, "a text\n");
  for (const double seconds : {kNan, -1.0, 0.0, std::numeric_limits<double>::infinity()})
    expect_refused<ArgumentError>([&] { classifier().benchmark(data, {}, seconds); }, "expected a number > 0");
}

TEST_F(RefusalsTest, AModelHasAThousandThreadsAtMost) {
  const std::string path = file("language");
  for (const int threads : {-5, 1025, 100'000}) {
    expect_refused<ArgumentError>([&] { load_model(path, threads); },
                                  "threads: expected an integer in 0 ... 1024, got " + std::to_string(threads));
  }
}

TEST_F(RefusalsTest, AModelIsSavedToAFileWithAName) {
  const auto refused = [](const auto& model) {
    expect_refused<ArgumentError>([&] { model.save("-"); }, "-: expected the name of a file");
    expect_refused<ArgumentError>([&] { model.save(""); }, "expected the name of a file, got an empty one");
  };
  refused(classifier());
  refused(tagger());
  refused(language_model());
}

TEST_F(RefusalsTest, RowsAreReadForAFunctionThatTakesThem) {
  const std::string data = folder_ / "data.txt", message = "expected a function that takes the rows";
  put(data, "a text\n");
  expect_refused<ArgumentError>([&] { tagger().extract(data, {}, nullptr); }, message);
  expect_refused<ArgumentError>([&] { language_model().extract(data, {}, nullptr); }, message);
  const auto summarizer = Summarizer::load(file("select"), 1);
  expect_refused<ArgumentError>([&] { summarizer.extract(data, {}, nullptr); }, message);
}

TEST_F(RefusalsTest, TheTaskOfWhatCannotBeReadIsNotGuessed) {
  expect_refused<SystemError>([&] { detect_task(folder_ / "none.jsonl"); }, "none.jsonl: cannot be opened");
  expect_refused<SystemError>([&] { detect_task(folder_ / "."); }, "is a folder, expected a file");
  expect_refused<ArgumentError>([&] { detect_task("-", "xml"); }, "unknown form of data \"xml\"");
  const std::string pipe = folder_ / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const std::string& path : {pipe, std::string("/dev/null"), std::string("-")})
    EXPECT_EQ(detect_task(path), "classify") << path;
}

TEST_F(RefusalsTest, OneTrainingOfAModelAtATime) {
  const std::string model = folder_ / "model.recura";
  const ModelLock lock(model);
  expect_refused<SystemError>([&] { const ModelLock second(model); }, "model.recura.lock: another training holds it");
}

TEST_F(RefusalsTest, OfSeveralTextsTheOneThatIsNoUtf8IsNamed) {
  const auto refused = [](const auto& answer) {
    expect_refused<DataError>([&] { answer({"a", "\xff", "b"}); }, "text 2 of 3 is no UTF-8 at line 1, column 1");
    expect_refused<DataError>([&] { answer({"\xff"}); }, "the text is no UTF-8 at line 1, column 1");
  };
  using Texts = std::vector<std::string>;
  refused([model = classifier()](const Texts& texts) { model.classify(texts); });
  refused([model = tagger()](const Texts& texts) { model.tag(texts); });
  refused([model = language_model()](const Texts& texts) { model.likelihoods(texts); });
}

}  // namespace
}  // namespace recura
