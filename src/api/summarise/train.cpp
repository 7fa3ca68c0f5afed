#include <recura/summarizer.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

#include "api/classify/state.h"
#include "api/input.h"
#include "api/summarise/recipes.h"
#include "api/summarise/state.h"
#include "api/tag/start.h"
#include "api/training.h"
#include "base/error.h"
#include "kernel/level.h"

namespace recura {
namespace {

using Json = nlohmann::ordered_json;

SummaryDataSummary summary_of_files(const SummaryData& train, const std::optional<SummaryData>& dev) {
  SummaryDataSummary s;
  s.format = name(train.format);
  s.bad_rows = train.bad_rows;
  s.problems = lines_of(train.problems);
  if (!dev) return s;
  s.dev_bad_rows = dev->bad_rows;
  s.dev_problems = lines_of(dev->problems);
  return s;
}

const char* kind_of(const SummarizerOptions&) { return "select"; }
const char* kind_of(const CompressorOptions&) { return "compress"; }
const char* kind_of(const WriterOptions&) { return "write"; }

/// "F1" to "f1", as keys are.
std::string lower(std::string name) {
  for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
  return name;
}

void add_facts(const SelectData& data, Json& json) {
  json.update({{"train_texts", data.train_texts},
               {"dev_texts", data.dev_texts},
               {"sentences", data.sentences},
               {"kept", data.kept},
               {"dev_lead", data.lead}});
}

void add_facts(const CompressData& data, Json& json) {
  json.update({{"train_texts", data.train_texts},
               {"dev_texts", data.dev_texts},
               {"words", data.words},
               {"kept", data.kept},
               {"partial", data.partial},
               {"dev_lead", data.lead}});
}

void add_facts(const WriteData& data, Json& json) {
  json.update({{"train_texts", data.train_texts},
               {"dev_texts", data.dev_texts},
               {"words", data.words},
               {"copied", data.copied},
               {"dev_lead", data.lead}});
}

TrainedSelector train(GivenSummaries given, const SelectRecipe& recipe, Executor& executor,
                      const SelectCallbacks& callbacks) {
  return train_selector(std::move(given), recipe, executor, callbacks);
}

TrainedCompressor train(GivenSummaries given, TaggerRecipe recipe, Executor& executor,
                        const CompressCallbacks& callbacks) {
  return train_compressor(std::move(given), std::move(recipe), executor, callbacks);
}

TrainedWriter train(GivenSummaries given, const WriteRecipe& recipe, Executor& executor,
                    const WriteCallbacks& callbacks) {
  return train_writer(std::move(given), recipe, executor, callbacks);
}

template <typename Options, typename Recipe>
std::vector<std::string> notes_of(const Options& options, const Recipe& recipe) {
  std::vector<std::string> notes = precision_notes(options.training_precision, recipe.network.cell, false);
  if constexpr (requires { recipe.vectors; }) {
    if (recipe.vectors)
      std::ranges::move(vector_notes(*recipe.vectors, options.vectors, options.embedding, Options().embedding),
                        std::back_inserter(notes));
  }
  if (recipe.start)
    notes.push_back(fmt::format("begins with {}, whose text rule, vocabulary and recurrent layers it has{}",
                                shown(options.from), recipe.rule.lower_case ? ": all in lower case" : ""));
  return notes;
}

/// What is made of options and files, a trained model of any kind: `Data` is what is known of its data.
template <typename Data, typename Options>
auto train_on(const std::string& path, const Options& options, const SummarizerCallbacks& callbacks, const char* score,
              Executor& executor) {
  auto recipe = recipe_of(options);
  const SummaryReadOptions reading = summary_read_options(options.input, kind_of(options));
  SummaryData rows = read_summaries(path, reading);
  std::optional<SummaryData> dev;
  if (!options.dev.empty()) dev = read_summaries(options.dev, reading);
  Json facts{{"train_digest", rows.digest}};
  if (dev) facts["dev_digest"] = dev->digest;
  Json digests{{"train", rows.digest}, {"dev", dev ? dev->digest : ""}, {"segmenter", digest_of(recipe.rule)}};
  SummaryDataSummary of_files = summary_of_files(rows, dev);
  of_files.notes = notes_of(options, recipe);
  add_dev_note(rows.digest, dev ? dev->digest : "", of_files.notes);
  if constexpr (requires { recipe.vectors; }) digests["vectors"] = recipe.vectors ? recipe.vectors->digest : "";
  if (recipe.start) digests["model to begin with"] = digest_of(*recipe.start);
  std::string told = told_options(options, recipe.start.get());
  recipe.fit.checkpoint = checkpoint_of(
      options, fmt::format("the task summarise of the kind {}", kind_of(options)).c_str(), std::move(digests));
  int epochs = 0;
  const auto data_known = [&](const Data& data) {
    epochs = data.epochs;
    if (callbacks.data) callbacks.data(summary_of(data, of_files));
  };
  try {
    auto trained = train({std::move(rows), std::move(dev)}, std::move(recipe), executor,
                         {data_known, fit_callbacks(callbacks, epochs)});
    if (callbacks.rounded && options.precision != TrainOptions::Precision::float32)
      callbacks.rounded(report_of(trained.narrowing, score));
    add_facts(trained.data, facts);
    add_epochs(facts, trained.fit, lower(score));
    trained.model.facts.options = std::move(told);
    trained.model.facts.training = facts.dump();
    return trained;
  } catch (const CheckpointError&) {
    throw;  // it names its own file
  } catch (const DataError& error) {
    throw DataError("{}: {}", shown(path), error.what());
  }
}

}  // namespace

Summarizer Summarizer::train(const std::string& path, const SummarizerOptions& options,
                             const SummarizerCallbacks& callbacks) {
  check_ranges(options);
  kernel::level();  // a wrong RECURA_ISA is told before the data are read
  auto executor = make_executor(options.threads);
  auto trained = train_on<SelectData>(path, options, callbacks, "F1", *executor);
  return Summarizer(
      std::make_unique<State>(State{std::move(trained.model), std::move(executor), trained.fit.interrupted}));
}

Summarizer Summarizer::train_compressor(const std::string& path, const CompressorOptions& options,
                                        const SummarizerCallbacks& callbacks) {
  check_ranges(options);
  kernel::level();
  auto executor = make_executor(options.threads);
  auto trained = train_on<CompressData>(path, options, callbacks, "F1", *executor);
  return Summarizer(
      std::make_unique<State>(State{std::move(trained.model), std::move(executor), trained.fit.interrupted}));
}

Summarizer Summarizer::train_writer(const std::string& path, const WriterOptions& options,
                                    const SummarizerCallbacks& callbacks) {
  check_ranges(options);
  kernel::level();
  auto executor = make_executor(options.threads);
  auto trained = train_on<WriteData>(path, options, callbacks, "ROUGE", *executor);
  return Summarizer(
      std::make_unique<State>(State{std::move(trained.model), std::move(executor), trained.fit.interrupted}));
}

}  // namespace recura
