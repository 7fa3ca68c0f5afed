#include "task/classify/train.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "api/classify/recipe.h"
#include "api/classify/state.h"
#include "api/input.h"
#include "api/training.h"
#include "base/error.h"
#include "data/text_rows.h"
#include "kernel/level.h"
#include "task/classify/division.h"

namespace recura {
namespace {

using Json = nlohmann::ordered_json;

DataSummary summary_of(const ClassifierData& data, DataSummary s) {
  s.train_rows = data.train_rows;
  s.dev_rows = data.dev_rows;
  for (std::size_t k = 0; k < data.labels.size(); ++k)
    s.rows_per_label.emplace_back(data.labels[k], data.rows_per_label[k]);
  s.several = data.several;
  s.rows_of_several = data.rows_of_several;
  s.rows_of_none = data.rows_of_none;
  s.score_name = score_name(data.several);
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

std::vector<std::string> notes_of(const TrainOptions& o, const ClassifierRecipe& recipe) {
  RecurrentLayerSpec recurrent;
  for (const LayerSpec& layer : recipe.layers) {
    if (const auto* const found = std::get_if<RecurrentLayerSpec>(&layer)) recurrent = *found;
  }
  const bool is_before = recurrent.cell == kernel::Cell::gru && !recurrent.reset_after;
  std::vector<std::string> notes = precision_notes(o.training_precision, recurrent.cell, is_before);
  if (!recipe.vectors) return notes;
  for (std::string& note : vector_notes(*recipe.vectors, o.vectors, o.embedding, TrainOptions().embedding))
    notes.push_back(std::move(note));
  return notes;
}

/// The first few of many names.
std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t kNamed = 5;
  const auto shown = std::span(names).first(std::min(names.size(), kNamed));
  return fmt::format("{}{}", fmt::join(shown, ", "),
                     names.size() > kNamed ? fmt::format(", … {} in all", names.size()) : "");
}

/// What is odd about the labels, and does not keep a model from being trained.
void add_label_notes(const ClassifierData& data, std::vector<std::string>& notes) {
  std::vector<std::string> alike = labels_alike(data.labels);
  for (std::string& label : alike) label = fmt::format("{:?}", label);  // so that blanks are seen
  if (!alike.empty()) notes.push_back("labels that differ by case or blanks only: " + some_of(alike));
  const JoinedLabels joined = labels_joined(data.labels);
  if (!joined.names.empty())
    notes.push_back(
        fmt::format("labels that are others joined by \"{}\": {}, such as {}; a list of labels stands in \"labels\"",
                    joined.by, joined.names.size(), joined.names.front()));
  std::vector<std::string> missing;
  for (std::size_t k = 0; k < data.labels.size(); ++k) {
    if (data.dev_rows_per_label[k] == 0) missing.push_back(data.labels[k]);
  }
  if (!missing.empty() && data.several && data.dev_rows > 0)
    notes.push_back("labels that no dev row has, their threshold is 0.5: " + some_of(missing));
  std::vector<std::string> nothing;
  for (std::size_t k = 0; k < data.label_weights.size(); ++k) {
    if (data.label_weights[k] == 0) nothing.push_back(data.labels[k]);
  }
  if (!nothing.empty()) notes.push_back("labels of weight 0, which are not learnt: " + some_of(nothing));
  if (missing.size() + 1 == data.labels.size() && !data.several)
    notes.push_back("all dev rows have the same label: the dev score says little");
}

std::string window_note(const ClassifierData& data) {
  return fmt::format("{} training texts are longer than what is read at a time: they are read in {} windows",
                     data.long_rows, data.long_windows);
}

std::string start_note(const std::string& from, const ClassifierData& data) {
  return fmt::format("begins with {}, whose text rule, vocabulary and layers it has; new forms: {}, new labels: {}",
                     from, data.new_forms, data.new_labels);
}

/// The rows of the dev file, if there is one.
/// @throws DataError  that names this file, if it cannot be used beside the training rows.
std::optional<LabelledData> read_dev(const TrainOptions& options, const LabelledData& train) {
  if (options.dev.empty()) return std::nullopt;
  ReadOptions read = read_options(options.input);
  read.kind = train.several ? LabelKind::several : LabelKind::one;
  LabelledData dev = read_labelled(options.dev, read);
  const std::vector<std::string> known = label_names(train.labels);
  const bool none = std::ranges::none_of(dev.labels, [&](const auto& row) {
    return std::ranges::any_of(row, [&](const std::string& label) { return std::ranges::binary_search(known, label); });
  });
  if (none && known.size() > 1)
    throw DataError("{}: no row has a label of the training rows{}", shown(options.dev), left_out(dev));
  return dev;
}

/// The texts that need no label, if there are any, with a note on bad rows; their digest.
std::string read_unlabelled(const TrainOptions& options, ClassifierRecipe& recipe, std::vector<std::string>& notes) {
  if (options.unlabelled.empty()) return "";
  if (options.unlabelled == "-") throw ArgumentError("--unlabelled: expected a file, got standard input");
  TextData data = read_texts(options.unlabelled, read_options(options.input));
  if (data.bad_rows > 0)
    notes.push_back(fmt::format("{}: bad rows left out: {}, {}", shown(options.unlabelled), data.bad_rows,
                                lines_of(data.problems).front()));
  recipe.unlabelled = std::move(data.texts);
  return data.digest;
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

/// Of files; empty: there is none.
struct FileDigests {
  std::string train, dev, unlabelled;
};

/// What is read to train on, and what there is to say of it.
struct TrainingFiles {
  LabelledData train;
  std::optional<LabelledData> dev;
  FileDigests digests;
  std::string left_out;  // of the training rows
  DataSummary summary;
};

/// Texts that need no label come into the recipe.
TrainingFiles read_files(const std::string& path, const TrainOptions& options, ClassifierRecipe& recipe) {
  ReadOptions read = read_options(options.input);
  read.kind = static_cast<LabelKind>(options.labels_per_text);  // named in the same order
  if (read.kind == LabelKind::detect && recipe.start && recipe.start->is_classifier())
    read.kind = recipe.start->decision.several ? LabelKind::several : LabelKind::one;
  read.weight_field = options.weight_field;
  TrainingFiles files;
  files.train = read_labelled(path, read);
  files.dev = read_dev(options, files.train);
  files.digests.train = files.train.digest;
  if (files.dev) files.digests.dev = files.dev->digest;
  files.left_out = left_out(files.train);
  files.summary = summary_of_files(files.train, files.dev);
  files.summary.notes = notes_of(options, recipe);
  add_dev_note(files.digests.train, files.digests.dev, files.summary.notes);
  files.digests.unlabelled = read_unlabelled(options, recipe, files.summary.notes);
  return files;
}

/// Of the files, and of what became of their rows.
DataSummary summary_of(const ClassifierData& data, const TrainOptions& options, const DataSummary& of_files) {
  DataSummary summary = summary_of(data, of_files);
  add_label_notes(data, summary.notes);
  if (data.without_tokens > 0)
    summary.notes.push_back(fmt::format("training texts without a token: {}", data.without_tokens));
  if (data.long_rows > 0) summary.notes.push_back(window_note(data));
  if (!options.unlabelled.empty())
    summary.notes.push_back(fmt::format("texts whose labels are not read, from {}: {}, {:.1f} % unknown tokens",
                                        shown(options.unlabelled), data.unlabelled, 100 * data.unlabelled_unknown));
  if (!options.from.empty()) summary.notes.push_back(start_note(options.from, data));
  return summary;
}

std::string facts_json(const TrainedClassifier& trained, const FileDigests& digests) {
  Json json{
      {"train_digest", digests.train}, {"train_rows", trained.data.train_rows}, {"dev_rows", trained.data.dev_rows}};
  if (!digests.dev.empty()) json["dev_digest"] = digests.dev;
  if (!digests.unlabelled.empty()) json["unlabelled_digest"] = digests.unlabelled;
  for (std::size_t k = 0; k < trained.data.labels.size(); ++k)
    json["rows_per_label"][trained.data.labels[k]] = trained.data.rows_per_label[k];
  add_epochs(json, trained.fit, score_name(trained.data.several));
  return json.dump();
}

}  // namespace

Classifier Classifier::train(const std::string& path, const TrainOptions& options, const TrainCallbacks& callbacks) {
  check_ranges(options);
  kernel::level();  // a wrong RECURA_ISA is told before the data are read
  auto executor = make_executor(options.threads);
  ClassifierRecipe recipe = recipe_of(options);
  TrainingFiles files = read_files(path, options, recipe);
  recipe.fit.checkpoint = checkpoint_of(options, "the task classify",
                                        {{"train", files.digests.train},
                                         {"dev", files.digests.dev},
                                         {"vectors", recipe.vectors ? recipe.vectors->digest : ""},
                                         {"unlabelled", files.digests.unlabelled},
                                         {"segmenter", digest_of(recipe.text.rule)},
                                         {"model to begin with", recipe.start ? recipe.start->digest : ""}});
  const std::string told = told_options(options, recipe.start.get());
  int epochs = 0;
  const auto data_known = [&](const ClassifierData& data) {
    epochs = data.epochs;
    if (callbacks.data) callbacks.data(summary_of(data, options, files.summary));
  };
  try {
    auto trained = train_classifier(std::move(files.train), std::move(files.dev), std::move(recipe), *executor,
                                    data_known, fit_callbacks(callbacks, epochs));
    if (callbacks.rounded && options.precision != TrainOptions::Precision::float32)
      callbacks.rounded(report_of(trained.narrowing, score_name(trained.data.several)));
    trained.model.facts.options = told;
    trained.model.facts.training = facts_json(trained, files.digests);
    return Classifier(
        std::make_unique<State>(State{std::move(trained.model), std::move(executor), trained.fit.interrupted}));
  } catch (const CheckpointError&) {
    throw;  // it names its own file
  } catch (const DataError& error) {
    throw DataError("{}: {}{}", shown(path), error.what(), files.left_out);
  }
}

}  // namespace recura
