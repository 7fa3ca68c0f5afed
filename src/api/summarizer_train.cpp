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
#include "task/summarise/select/train.h"

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
  const auto all = static_cast<double>(data.tokens + data.dropped);
  s.dropped = all > 0 ? static_cast<double>(data.dropped) / all : 0;
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

std::string facts_json(const TrainedSelector& trained, const std::string& train_digest, const std::string& dev_digest) {
  const SelectData& data = trained.data;
  Json json{{"train_digest", train_digest},
            {"train_texts", data.train_texts},
            {"dev_texts", data.dev_texts},
            {"sentences", data.sentences},
            {"kept", data.kept},
            {"dev_lead", data.lead}};
  if (!dev_digest.empty()) json["dev_digest"] = dev_digest;
  add_epochs(json, trained.fit, "f1");
  return json.dump();
}

}  // namespace

Summarizer Summarizer::train(const std::string& path, const SummarizerOptions& options,
                             const SummarizerCallbacks& callbacks) {
  check_ranges(options);
  kernel::level();  // a wrong RECURA_ISA is told before the data are read
  auto executor = make_executor(options.threads);
  const SummaryReadOptions reading = summary_read_options(options.input);
  SummaryData train = read_summaries(path, reading);
  std::optional<SummaryData> dev;
  if (!options.dev.empty()) dev = read_summaries(options.dev, reading);
  const std::string train_digest = train.digest, dev_digest = dev ? dev->digest : "";
  SummaryDataSummary of_files = summary_of_files(train, dev);
  of_files.notes = precision_notes(options.training_precision, options.cell, false);
  SelectRecipe recipe = recipe_of(options);
  recipe.fit.checkpoint = checkpoint_of(options, {{"train", train_digest}, {"dev", dev_digest}});
  int epochs = 0;
  const auto data_known = [&](const SelectData& data) {
    epochs = data.epochs;
    if (callbacks.data) callbacks.data(summary_of(data, of_files));
  };
  try {
    auto trained = train_selector(std::move(train), std::move(dev), recipe, *executor, data_known,
                                  fit_callbacks(callbacks, epochs));
    if (callbacks.rounded && options.precision != TrainOptions::Precision::float32)
      callbacks.rounded(report_of(trained.narrowing, "F1"));
    trained.model.facts.options = options_json(options);
    trained.model.facts.training = facts_json(trained, train_digest, dev_digest);
    return Summarizer(
        std::make_unique<State>(State{std::move(trained.model), std::move(executor), trained.fit.interrupted}));
  } catch (const DataError& error) {
    throw DataError("{}: {}", shown(path), error.what());
  }
}

}  // namespace recura
