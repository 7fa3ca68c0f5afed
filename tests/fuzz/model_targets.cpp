#include <flags.h>
#include <recura/model.h>

#include <array>
#include <cmath>

#include "fuzz/target.h"
#include "store/raw_file.h"
#include "task/classify/answer/decision.h"
#include "task/language/language_network.h"
#include "task/summarise/select/select_network.h"
#include "task/summarise/write/write_network.h"
#include "task/tag/tag_network.h"
#include "task/text_json.h"
#include "train/word_order.h"

namespace recura::fuzz {
namespace {

const std::vector<std::string> kTexts{"Ann Lee lives in Rome. It rained, and nobody went out.", "",
                                      "我喜欢 a good film!"};

void answer(const Classifier& classifier) {
  for (const Answer& answer : classifier.classify(kTexts))
    require(std::isfinite(answer.score) && answer.score >= 0 && answer.score <= 1 + 1e-6, "a score is a probability");
}

void answer(const Tagger& tagger) {
  const auto answers = tagger.tag(kTexts);
  for (std::size_t i = 0; i < kTexts.size(); ++i) {
    std::size_t end = 0;
    for (const Entity& entity : answers[i].entities) {
      require(entity.begin >= end && entity.begin < entity.end && entity.end <= kTexts[i].size(), "spans ascend");
      require(entity.score >= 0 && entity.score <= 1 + 1e-6, "a score is a probability");
      end = entity.end;
    }
  }
}

void answer(const Summarizer& summarizer) {
  const auto answers = summarizer.summarise(kTexts);
  for (std::size_t i = 0; i < kTexts.size(); ++i) {
    for (const SummarySentence& sentence : answers[i].sentences)
      require(sentence.begin < sentence.end && sentence.end <= kTexts[i].size(), "sentences lie in the text");
  }
}

void answer(const LanguageModel& model) {
  for (const TextLikelihood& text : model.likelihoods(kTexts))
    require(text.log_probability <= 1e-6 && text.perplexity >= 1 - 1e-6, "a likelihood is a probability");
}

/// All of a model file but its checksum, which is mended: else nothing behind it would be tried.
void use_model(std::string_view bytes) {
  const std::string path = file_of(with_checksum(std::string(bytes)));
  const auto model = unless_refused([&] { return load_model(path, 1); });
  if (!model) return;
  try {
    std::visit([](const auto& one) { answer(one); }, *model);
  } catch (const DataError&) {  // finite weights may give what is not finite: told, not passed on
  }
}

/// The same of a checkpoint, from which a small training goes on for two steps.
void resume(std::string_view bytes) {
  static Executor executor(1);
  FitOptions options = word_order_options();
  options.checkpoint.path = file_of(with_checksum(std::string(bytes)), "m.checkpoint");
  options.checkpoint.resume = true;
  int steps = 0;
  FitCallbacks callbacks;
  callbacks.progress = [&](const FitProgress&) { ++steps; };
  callbacks.should_stop = [&] { return steps > 1; };
  WordOrder task(0, 3);
  try {
    unless_refused([&] { return fit(task, options, executor, callbacks); });
  } catch (const ArgumentError&) {  // it says that it is of another run
  } catch (const DivergenceError&) {
  }
}

/// What is read is written so that it is read as the same.
template <typename Read>
void read_description(const std::string& text, const Read& read) {
  const auto spec = unless_refused([&] { return read(text); });
  if (spec) require(to_json(read(to_json(*spec))) == to_json(*spec), "a description comes back as it was written");
}

void read_network(std::string_view bytes) {
  const std::string text(bytes);
  read_description(text, layers_from_json);
  read_description(text, tag_network_from_json);
  read_description(text, select_network_from_json);
  read_description(text, write_network_from_json);
  read_description(text, language_network_from_json);
  read_description(text, text_settings_from_json);
  read_description(text, decision_from_json);
  const auto layers = unless_refused([&] { return layers_from_json(text); });
  if (!layers || weight_count(*layers) > 1e5) return;
  try {
    Rng rng(1);
    const Network network(*layers, &rng);
  } catch (const ArgumentError&) {
  }
}

/// A file of options, as --config names it.
void configure(std::string_view bytes) {
  static TrainOptions options;
  static const std::vector<Option> described = describe(options);
  static CLI::App app;
  static cli::Flags flags(app, described);
  options = {};
  try {
    app.parse("--config " + file_of(bytes));
    flags.apply();
  } catch (const ArgumentError&) {
    return;
  }
  for (const Option& option : described) option.set(option.get());
}

constexpr std::array<Target, 4> kModelTargets{
    {{"model", use_model}, {"checkpoint", resume}, {"network", read_network}, {"config", configure}}};

}  // namespace

std::span<const Target> model_targets() { return kModelTargets; }

}  // namespace recura::fuzz
