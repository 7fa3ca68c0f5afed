#include "task/classify/train.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "api/input.h"
#include "api/state.h"
#include "api/training.h"
#include "base/error.h"
#include "kernel/level.h"

namespace recura {
namespace {

using Json = nlohmann::ordered_json;

PoolSpec pool_of(const TrainOptions& o) {
  using enum TrainOptions::Pooling;
  return {.last = o.pooling == last || o.pooling == last_mean_max,
          .mean = o.pooling == mean || o.pooling == mean_max || o.pooling == last_mean_max,
          .max = o.pooling == max || o.pooling == mean_max || o.pooling == last_mean_max,
          .attention = o.pooling == attention ? o.hidden : 0,
          .embeddings = o.pool_embeddings};
}

std::vector<LayerSpec> layers_of(const TrainOptions& o) {
  const bool last_only = o.pooling == TrainOptions::Pooling::last;
  std::vector<LayerSpec> layers{EmbeddingSpec{0, o.embedding}};
  if (o.word_dropout > 0) layers.emplace_back(DropoutSpec{o.word_dropout, DropoutUnit::row});
  for (std::int64_t layer = 1; layer <= o.layers; ++layer) {
    if (o.dropout > 0) layers.emplace_back(DropoutSpec{o.dropout});
    layers.emplace_back(RecurrentLayerSpec{.cell = cell_of(o.cell),
                                           .hidden = o.hidden,
                                           .bidirectional = o.bidirectional,
                                           .sequences = !(last_only && layer == o.layers),
                                           .activation = activation_of(o.activation),
                                           .reset_after = o.reset_after,
                                           .truncate = o.truncate,
                                           .init = init_of(o.init)});
  }
  if (!last_only) layers.emplace_back(pool_of(o));
  if (o.ngrams > 1) layers.emplace_back(NgramSpec{o.ngrams, o.ngram_buckets, o.ngram_size, o.word_dropout});
  if (o.dropout > 0) layers.emplace_back(DropoutSpec{o.dropout});
  return layers;
}

ClassifierRecipe recipe_of(const TrainOptions& o) {
  ClassifierRecipe recipe;
  recipe.text.rule = {o.unit == TrainOptions::Unit::word ? Unit::word : Unit::character,
                      normalization_of(o.normalization), o.lower_case, o.dictionary, o.drop_html};
  recipe.text.max_length = o.max_length;
  recipe.text.keep = o.keep == TrainOptions::Keep::head   ? Keep::head
                     : o.keep == TrainOptions::Keep::tail ? Keep::tail
                                                          : Keep::both;
  recipe.min_count = o.min_count;
  recipe.max_vocabulary = o.max_vocabulary;
  recipe.layers = layers_of(o);
  if (!o.vectors.empty()) recipe.vectors = read_vectors(o.vectors);
  recipe.freeze_vectors = o.freeze_vectors;
  recipe.dev_share = o.dev_share;
  recipe.fit = fit_of(o);
  recipe.training_precision = precision_of(o.training_precision);
  recipe.precision = precision_of(o.precision);
  return recipe;
}

DataSummary summary_of(const ClassifierData& data, DataSummary s) {
  s.train_rows = data.train_rows;
  s.dev_rows = data.dev_rows;
  for (std::size_t k = 0; k < data.labels.size(); ++k)
    s.rows_per_label.emplace_back(data.labels[k], data.rows_per_label[k]);
  s.dev_rows_unseen = data.dev_rows_unseen;
  s.majority = data.majority;
  s.vocabulary = data.vocabulary;
  s.vectors = summary_of(data.vectors);
  s.tokens = data.tokens;
  s.train_unknown = data.train_unknown;
  s.dev_unknown = data.dev_unknown;
  const auto all = static_cast<double>(data.tokens + data.dropped);
  s.dropped = all > 0 ? static_cast<double>(data.dropped) / all : 0;
  return s;
}

std::vector<std::string> notes_of(const TrainOptions& o, const std::optional<WordVectors>& vectors) {
  const bool is_before = o.cell == TrainOptions::Cell::gru && !o.reset_after;
  std::vector<std::string> notes = precision_notes(o.training_precision, o.cell, is_before);
  if (!vectors) return notes;
  for (std::string& note : vector_notes(*vectors, o.vectors, o.embedding, TrainOptions().embedding))
    notes.push_back(std::move(note));
  return notes;
}

std::string facts_json(const TrainedClassifier& trained, const std::string& train_digest,
                       const std::string& dev_digest) {
  Json json{
      {"train_digest", train_digest}, {"train_rows", trained.data.train_rows}, {"dev_rows", trained.data.dev_rows}};
  if (!dev_digest.empty()) json["dev_digest"] = dev_digest;
  for (std::size_t k = 0; k < trained.data.labels.size(); ++k)
    json["rows_per_label"][trained.data.labels[k]] = trained.data.rows_per_label[k];
  add_epochs(json, trained.fit, "accuracy");
  return json.dump();
}

/// The rows of the dev file, if there is one.
/// @throws DataError  that names this file, if it cannot be used beside the training rows.
std::optional<LabelledData> read_dev(const TrainOptions& options, const LabelledData& train) {
  if (options.dev.empty()) return std::nullopt;
  LabelledData dev = read_labelled(options.dev, read_options(options.input));
  const std::unordered_set<std::string_view> known(train.labels.begin(), train.labels.end());
  const bool none = std::ranges::none_of(dev.labels, [&](const std::string& label) { return known.contains(label); });
  if (none && known.size() > 1)
    throw DataError("{}: no row has a label of the training rows{}", shown(options.dev), left_out(dev));
  return dev;
}

DataSummary summary_of_files(const LabelledData& train, const std::optional<LabelledData>& dev) {
  DataSummary s;
  s.train_format = name(train.format);
  s.bad_rows = train.bad_rows;
  s.problems = lines_of(train.problems);
  if (dev) {
    s.dev_bad_rows = dev->bad_rows;
    s.dev_problems = lines_of(dev->problems);
  }
  return s;
}

}  // namespace

Classifier Classifier::train(const std::string& path, const TrainOptions& options, const TrainCallbacks& callbacks) {
  check_ranges(options);
  kernel::level();  // a wrong RECURA_ISA is told before the data are read
  auto executor = make_executor(options.threads);
  LabelledData train = read_labelled(path, read_options(options.input));
  std::optional<LabelledData> dev = read_dev(options, train);
  const std::string train_digest = train.digest, dev_digest = dev ? dev->digest : "";
  ClassifierRecipe recipe = recipe_of(options);
  DataSummary of_files = summary_of_files(train, dev);
  of_files.notes = notes_of(options, recipe.vectors);
  const std::string without = left_out(train);
  recipe.fit.checkpoint = checkpoint_of(options, {{"train", train_digest}, {"dev", dev_digest}});
  int epochs = 0;
  const auto data_known = [&](const ClassifierData& data) {
    epochs = data.epochs;
    if (callbacks.data) callbacks.data(summary_of(data, of_files));
  };
  try {
    auto trained = train_classifier(std::move(train), std::move(dev), std::move(recipe), *executor, data_known,
                                    fit_callbacks(callbacks, epochs));
    if (callbacks.rounded && options.precision != TrainOptions::Precision::float32)
      callbacks.rounded(report_of(trained.narrowing, "accuracy"));
    trained.model.facts.options = options_json(options);
    trained.model.facts.training = facts_json(trained, train_digest, dev_digest);
    return Classifier(
        std::make_unique<State>(State{std::move(trained.model), std::move(executor), trained.fit.interrupted}));
  } catch (const DataError& error) {
    throw DataError("{}: {}{}", shown(path), error.what(), without);
  }
}

}  // namespace recura
