#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <recura/model.h>

#if defined(__GLIBC__)
#include <gnu/libc-version.h>
#endif

#include <cmath>
#include <nlohmann/json.hpp>

#include "api/small_trainings.h"
#include "base/checksum.h"
#include "kernel/level.h"
#include "store/model_file.h"

namespace recura {
namespace {

using nlohmann::json;

const std::string kModels = RECURA_GOLDEN_DIR "/models/";

json read_json(const std::string& name) { return json::parse(content_of(kModels + name)); }

const std::vector<std::string> kTexts{"The parcel never came, and nobody answers. The battery is dead.",
                                      "Nora Quinn of Vela Energy flew to Oslo and New York.", ""};

// What a model says of a text, with all of its numbers.

json answer(const Classifier& model, const std::string& text) {
  const Answer answer = model.classify(text);
  return {{"label", answer.label}, {"scores", json(answer.scores)}};
}

json answer(const Tagger& model, const std::string& text) {
  json spans = json::array();
  const TaggedAnswer answer = model.tag(text);
  for (const Entity& one : answer.entities) spans.push_back({one.begin, one.end, one.type, one.score});
  return {{"spans", spans}, {"log_probability", answer.log_probability}};
}

json answer(const Summarizer& model, const std::string& text) {
  const Summary answer = model.summarise(text, {.sentences = model.info().kind == "select" ? 2 : -1});
  json scores = json::array();
  for (const SummarySentence& one : answer.sentences) scores.push_back({one.begin, one.end, one.score});
  for (const SummarySentence& one : answer.kept) scores.push_back({one.begin, one.end, one.score});
  for (const WrittenText& one : answer.written) scores.push_back(one.score);
  return {{"text", answer.text}, {"scores", scores}};
}

json answer(const LanguageModel& model, const std::string& text) {
  const TextLikelihood answer = model.likelihood(text);
  return {
      {"guesses", answer.guesses}, {"forward", answer.log_probability}, {"backward", answer.backward_log_probability}};
}

json answers(const std::string& path) {
  const AnyModel model = load_model(path, 1);
  json all = json::array();
  for (const std::string& text : kTexts)
    all.push_back(std::visit([&](const auto& one) { return answer(one, text); }, model));
  return all;
}

/// Instruction sets round otherwise, of narrow weights to fewer digits.
void expect_same(const json& found, const json& expected, const std::string& where) {
  if (expected.is_number_float() && found.is_number()) {
    EXPECT_NEAR(found.get<double>(), expected.get<double>(), 1e-3 * (1 + std::abs(expected.get<double>()))) << where;
  } else if (expected.is_structured() && found.size() == expected.size()) {
    for (const auto& [key, value] : expected.items())
      expect_same(expected.is_array() ? found[std::stoul(key)] : found[key], value, where + "/" + key);
  } else {
    EXPECT_EQ(found, expected) << where;
  }
}

class KeptModelTest : public testing::TestWithParam<SmallTraining> {};

/// They were written by the first program of their format, which no later one may change.
TEST_P(KeptModelTest, GivesTheAnswersThatItGaveWhenItWasWritten) {
  const std::string name = GetParam().name;
  expect_same(answers(kModels + name + ".recura"), read_json("answers.json")[name], name);
}

INSTANTIATE_TEST_SUITE_P(Every, KeptModelTest, testing::ValuesIn(kSmallTrainings), name_of);

/// Of all tensors of float32, by their names.
std::string digest_of_weights(const std::string& model) {
  const ModelFile file = ModelFile::from_bytes(model, "model");
  Checksum checksum;
  for (const std::string& name : file.tensor_names()) {
    if (name.ends_with(kBytesSuffix) || name.ends_with(kOffsetsSuffix)) continue;
    if (name == "thresholds" || name == "spacing") continue;  // of other types
    checksum.add(std::as_bytes(std::span(name)));
    checksum.add(std::as_bytes(file.tensor<float>(name).elements));
  }
  return to_hex(checksum.value());
}

/// The level in use, as digests are kept of it: v4-bf16 and v4-amx compute as v4 does. Empty: of none, or RECURA_ISA
/// asks for one that this processor lacks.
std::string level_of_digests() {
  try {
    const std::string name(kernel::level().name());
    return name.starts_with("v") ? name.substr(0, 2) : "";
  } catch (const ArgumentError&) {
    return "";
  }
}

/// Functions such as `exp` come from libm, and text is cut by ICU: digests hold for those of Debian 12.
bool is_known_toolchain() {
#if defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
  return __GNUC__ == 12 && std::string(gnu_get_libc_version()) == "2.36";
#else
  return false;
#endif
}

class KeptDigestTest : public testing::TestWithParam<SmallTraining> {};

TEST_P(KeptDigestTest, IsThatOfTheWeightsOfASmallTraining) {
  const std::string level = level_of_digests();
  if (level.empty()) GTEST_SKIP() << "digests are kept of the levels v3 and v4 alone";
  if (!is_known_toolchain()) GTEST_SKIP() << "digests are kept of Debian 12's gcc 12 and glibc 2.36 alone";
  EXPECT_EQ(digest_of_weights(GetParam().train({}, {})),
            read_json("digests.json")[level][GetParam().name].get<std::string>());
}

INSTANTIATE_TEST_SUITE_P(Every, KeptDigestTest, testing::ValuesIn(kSmallTrainings), name_of);

/// Not a test: writes the digests of the level in use, for a change that is meant to change weights.
TEST(KeptDigests, DISABLED_AreWrittenAnew) {
  json digests = read_json("digests.json");
  for (const auto& [name, train] : kSmallTrainings)
    digests[level_of_digests()][name] = digest_of_weights(train({}, {}));
  put(kModels + "digests.json", digests.dump(1) + "\n");
}

/// Not a test: writes models of the present format and their answers, for a new format, beside the old ones.
TEST(KeptModels, DISABLED_AreWrittenAnew) {
  json all;
  for (const auto& [name, train] : kSmallTrainings) {
    const std::string path = kModels + name + ".recura";
    put(path, train({.size = 3, .min_count = 30, .epochs = 12, .narrow = true}, {}));
    all[name] = answers(path);
  }
  put(kModels + "answers.json", all.dump(1) + "\n");
}

}  // namespace
}  // namespace recura
