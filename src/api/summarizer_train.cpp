#include <recura/summarizer.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "api/input.h"
#include "api/state.h"
#include "api/summarizer_state.h"
#include "api/training.h"
#include "base/error.h"
#include "kernel/level.h"
#include "task/precision_recall.h"
#include "task/summarise/select/train.h"
#include "task/summarise/write/train.h"

namespace recura {
namespace {

using Json = nlohmann::ordered_json;

SelectNetworkSpec network_of(const SummarizerOptions& o) {
  return {.embedding = o.embedding,
          .cell = cell_of(o.cell),
          .activation = activation_of(o.activation),
          .hidden = o.hidden,
          .document_hidden = o.document_hidden,
          .init = init_of(o.init),
          .word_dropout = o.word_dropout,
          .dropout = o.dropout};
}

SelectRecipe recipe_of(const SummarizerOptions& o) {
  SelectRecipe recipe;
  recipe.rule = {o.unit == TrainOptions::Unit::word ? Unit::word : Unit::character, normalization_of(o.normalization),
                 o.lower_case, o.dictionary, false};
  if (o.cut == SummarizerOptions::Cut::clause) recipe.cut = Cut::clause;
  recipe.min_count = o.min_count;
  recipe.max_vocabulary = o.max_vocabulary;
  recipe.max_length = o.max_length;
  recipe.network = network_of(o);
  recipe.dev_share = o.dev_share;
  recipe.fit = fit_of(o);
  recipe.training_precision = precision_of(o.training_precision);
  recipe.precision = precision_of(o.precision);
  return recipe;
}

SummaryDataSummary summary_of(const SelectData& data, SummaryDataSummary s) {
  s.train_texts = data.train_texts;
  s.dev_texts = data.dev_texts;
  s.sentences = data.sentences;
  s.kept = data.kept;
  s.tokens = data.tokens;
  s.vocabulary = data.vocabulary;
  s.lead = data.lead;
  s.train_unknown = data.train_unknown;
  s.dev_unknown = data.dev_unknown;
  s.dropped = share(data.dropped, data.tokens + data.dropped);
  return s;
}

WriteRecipe recipe_of(const WriterOptions& o) {
  WriteRecipe recipe;
  recipe.rule = {o.unit == TrainOptions::Unit::word ? Unit::word : Unit::character, normalization_of(o.normalization),
                 o.lower_case, o.dictionary, false};
  recipe.min_count = o.min_count;
  recipe.max_vocabulary = o.max_vocabulary;
  recipe.max_outputs = o.max_outputs;
  recipe.max_length = o.max_length;
  recipe.max_summary = o.max_summary;
  recipe.network = {.embedding = o.embedding,
                    .cell = cell_of(o.cell),
                    .activation = activation_of(o.activation),
                    .hidden = o.hidden,
                    .decoder_hidden = o.decoder_hidden,
                    .attention = o.attention,
                    .init = init_of(o.init),
                    .word_dropout = o.word_dropout,
                    .dropout = o.dropout};
  recipe.loss = {o.label_smoothing, o.coverage};
  recipe.dev_share = o.dev_share;
  recipe.fit = fit_of(o);
  recipe.training_precision = precision_of(o.training_precision);
  recipe.precision = precision_of(o.precision);
  return recipe;
}

SummaryDataSummary summary_of(const WriteData& data, SummaryDataSummary s) {
  s.kind = "write";
  s.train_texts = data.train_texts;
  s.dev_texts = data.dev_texts;
  s.tokens = data.tokens;
  s.words = data.words;
  s.copied = data.copied;
  s.lost = share(data.lost, data.words);
  s.vocabulary = data.vocabulary;
  s.outputs = data.outputs;
  s.lead = data.lead;
  s.train_unknown = data.train_unknown;
  s.dev_unknown = data.dev_unknown;
  s.dropped = share(data.dropped, data.tokens + data.dropped);
  return s;
}

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

const char* task_of(const SummarizerOptions&) { return "the task summarise of the kind select"; }
const char* task_of(const WriterOptions&) { return "the task summarise of the kind write"; }

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

TrainedWriter train(GivenSummaries given, const WriteRecipe& recipe, Executor& executor,
                    const WriteCallbacks& callbacks) {
  return train_writer(std::move(given), recipe, executor, callbacks);
}

/// What is made of options and files, a trained model of either kind: `Data` is what is known of its data.
template <typename Data, typename Options>
auto train_on(const std::string& path, const Options& options, const SummarizerCallbacks& callbacks, const char* score,
              Executor& executor) {
  const SummaryReadOptions reading = summary_read_options(options.input);
  SummaryData rows = read_summaries(path, reading);
  std::optional<SummaryData> dev;
  if (!options.dev.empty()) dev = read_summaries(options.dev, reading);
  Json facts{{"train_digest", rows.digest}};
  if (dev) facts["dev_digest"] = dev->digest;
  auto recipe = recipe_of(options);
  recipe.fit.checkpoint =
      checkpoint_of(options, task_of(options), {{"train", rows.digest}, {"dev", dev ? dev->digest : ""}});
  SummaryDataSummary of_files = summary_of_files(rows, dev);
  of_files.notes = precision_notes(options.training_precision, options.cell, false);
  int epochs = 0;
  const auto data_known = [&](const Data& data) {
    epochs = data.epochs;
    if (callbacks.data) callbacks.data(summary_of(data, of_files));
  };
  try {
    auto trained =
        train({std::move(rows), std::move(dev)}, recipe, executor, {data_known, fit_callbacks(callbacks, epochs)});
    if (callbacks.rounded && options.precision != TrainOptions::Precision::float32)
      callbacks.rounded(report_of(trained.narrowing, score));
    add_facts(trained.data, facts);
    add_epochs(facts, trained.fit, lower(score));
    trained.model.facts.options = options_json(options);
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
