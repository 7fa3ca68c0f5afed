#include "task/classify/train.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

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

PoolSpec pool_of(const TrainOptions& o) {
  using enum TrainOptions::Pooling;
  return {.last = o.pooling == last || o.pooling == last_mean_max,
          .mean = o.pooling == mean || o.pooling == mean_max || o.pooling == last_mean_max,
          .max = o.pooling == max || o.pooling == mean_max || o.pooling == last_mean_max,
          .attention = o.pooling == attention ? o.hidden : 0,
          .embeddings = o.pool_embeddings};
}

/// What a network begins with: the embedding, and recurrent layers that are all alike.
struct FirstLayers {
  EmbeddingSpec embedding;
  RecurrentLayerSpec recurrent;
  std::int64_t count = 1;
};

FirstLayers first_layers_of(const TrainOptions& o) {
  return {{0, o.embedding},
          {.cell = cell_of(o.cell),
           .hidden = o.hidden,
           .bidirectional = o.bidirectional,
           .activation = activation_of(o.activation),
           .reset_after = o.reset_after,
           .truncate = o.truncate,
           .init = init_of(o.init)},
          o.layers};
}

/// Those of a language model.
FirstLayers first_layers_of(const Start& start) {
  return {std::get<EmbeddingSpec>(start.layers.front()), std::get<RecurrentLayerSpec>(start.layers.back()),
          std::ssize(start.layers) - 1};
}

std::vector<LayerSpec> layers_of(const TrainOptions& o, FirstLayers first) {
  const bool last_only = o.pooling == TrainOptions::Pooling::last;
  std::vector<LayerSpec> layers{first.embedding};
  if (o.word_dropout > 0) layers.emplace_back(DropoutSpec{o.word_dropout, DropoutUnit::row});
  for (std::int64_t layer = 1; layer <= first.count; ++layer) {
    if (o.dropout > 0) layers.emplace_back(DropoutSpec{o.dropout});
    first.recurrent.sequences = !(last_only && layer == first.count);
    layers.emplace_back(first.recurrent);
  }
  if (!last_only) layers.emplace_back(pool_of(o));
  if (o.ngrams > 1) layers.emplace_back(NgramSpec{o.ngrams, o.ngram_buckets, o.ngram_size, o.word_dropout});
  if (o.dropout > 0) layers.emplace_back(DropoutSpec{o.dropout});
  return layers;
}

/// @throws ArgumentError  if it is no number >= 0.
double weight_of(const std::string& label, double weight) {
  constexpr double kMost = 1e9;
  if (weight >= 0 && weight <= kMost) return weight;
  throw ArgumentError("--class-weights: the weight of {:?} must be a number in 0 … {}, it is {}", label, kMost, weight);
}

std::map<std::string, double> weights_of_object(const std::string& text) {
  std::map<std::string, double> weights;
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) throw ArgumentError("--class-weights: expected a JSON object of numbers, got {:?}", text);
  for (const auto& [label, weight] : json.items()) {
    if (!weight.is_number())
      throw ArgumentError("--class-weights: the weight of {:?} must be a number >= 0, it is {}", label, weight.dump());
    weights[label] = weight_of(label, weight.get<double>());
  }
  return weights;
}

LabelWeights label_weights_of(const std::string& text) {
  LabelWeights weights;
  if (text == "balanced") return {.balanced = true, .given = {}};
  if (text.starts_with('{')) return {.balanced = false, .given = weights_of_object(text)};
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view one = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    const std::size_t equals = one.rfind('=');
    double weight = 0;
    if (equals == std::string_view::npos || !parse_number(std::string(one.substr(equals + 1)), weight))
      throw ArgumentError("--class-weights: expected balanced or label=weight,…, got {:?}", one);
    const std::string label(one.substr(0, equals));
    if (!weights.given.emplace(label, weight_of(label, weight)).second)
      throw ArgumentError("--class-weights: {:?} stands twice", label);
  }
  return weights;
}

/// Whether a model that training begins with decides an option. A classifier goes on as it is, and so do subwords.
bool is_of_start(const std::string& option, const Start& start) {
  constexpr const char* kOfBoth[] = {"unit",     "normalization", "lower-case", "dictionary",  "segmenter", "drop-html",
                                     "subwords", "cell",          "activation", "reset-after", "embedding", "hidden",
                                     "layers",   "bidirectional", "truncate",   "init"};
  constexpr const char* kOfClassifier[] = {"max-length",      "keep",   "pooling",       "dropout",   "word-dropout",
                                           "pool-embeddings", "ngrams", "ngram-buckets", "ngram-size"};
  constexpr const char* kOfSubwords[] = {"min-count", "max-vocabulary"};
  return std::ranges::count(kOfBoth, option) > 0 ||
         (start.is_classifier() && std::ranges::count(kOfClassifier, option) > 0) ||
         (start.subwords && std::ranges::count(kOfSubwords, option) > 0);
}

/// @throws ArgumentError  if an option is not as usual that would do nothing beside a start.
void check_beside_start(TrainOptions o, const Start& start) {
  TrainOptions usual;
  const auto given = describe(o), defaults = describe(usual);
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (is_of_start(given[i].name, start) && given[i].get() != defaults[i].get())
      throw ArgumentError("--{}: does nothing beside --from, whose model decides it", given[i].name);
  }
}

/// The options that made a model.
std::string told_options(const TrainOptions& o, const Start* start) {
  if (start == nullptr) return options_json(o);
  Json json = Json::parse(options_json(o));
  for (auto option = json.begin(); option != json.end();)
    option = is_of_start(option.key(), *start) ? json.erase(option) : std::next(option);
  return json.dump();
}

/// What a training begins with besides random numbers.
/// @throws ArgumentError  if the options ask for two such things.
void add_start(const TrainOptions& o, ClassifierRecipe& recipe) {
  if (!o.from.empty() && !o.vectors.empty())
    throw ArgumentError("--from, --vectors: the embedding begins with the one or the other");
  if (!o.vectors.empty()) recipe.vectors = read_vectors(o.vectors);
  recipe.freeze_vectors = o.freeze_vectors;
  if (o.from.empty()) return;
  recipe.start = std::make_shared<const Start>(read_start(o.from));
  recipe.start_rate = o.from_rate;
  recipe.start_frozen = static_cast<int>(o.from_frozen);
  recipe.text.rule = recipe.start->text.rule;
  check_beside_start(o, *recipe.start);
  if (!recipe.start->is_classifier()) {
    recipe.layers = layers_of(o, first_layers_of(*recipe.start));
    return;
  }
  recipe.layers = recipe.start->layers;
  recipe.text = recipe.start->text;
}

ClassifierRecipe recipe_of(const TrainOptions& o) {
  ClassifierRecipe recipe;
  recipe.text.rule = rule_of(o);
  recipe.subwords = o.subwords;
  recipe.text.max_length = o.max_length;
  constexpr Keep kKeeps[] = {Keep::head, Keep::tail, Keep::both, Keep::windows};
  recipe.text.keep = kKeeps[static_cast<std::size_t>(o.keep)];
  recipe.min_count = o.min_count;
  recipe.max_vocabulary = o.max_vocabulary;
  recipe.layers = layers_of(o, first_layers_of(o));
  recipe.label_weights = label_weights_of(o.class_weights);
  recipe.smoothing = o.label_smoothing;
  recipe.dev_share = o.dev_share;
  recipe.fit = fit_of(o);
  recipe.fit.gradient_flow = o.gradient_flow;
  recipe.training_precision = precision_of(o.training_precision);
  recipe.precision = precision_of(o.precision);
  recipe.adversarial = o.adversarial;
  recipe.virtual_adversarial = o.virtual_adversarial;
  add_start(o, recipe);
  return recipe;
}

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
  const bool is_sru = recurrent.cell == kernel::Cell::sru;
  const bool is_before = recurrent.cell == kernel::Cell::gru && !recurrent.reset_after;
  std::vector<std::string> notes =
      precision_notes(o.training_precision, is_sru ? TrainOptions::Cell::sru : TrainOptions::Cell::lstm, is_before);
  if (!recipe.vectors) return notes;
  for (std::string& note : vector_notes(*recipe.vectors, o.vectors, o.embedding, TrainOptions().embedding))
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
  add_epochs(json, trained.fit, score_name(trained.data.several));
  return json.dump();
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
  const std::vector<std::string> alike = labels_alike(data.labels);
  if (!alike.empty()) notes.push_back("labels that differ by case or blanks only: " + some_of(alike));
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

/// The texts that need no label, if there are any, with a note of how many; their digest.
std::string read_unlabelled(const TrainOptions& options, ClassifierRecipe& recipe, std::vector<std::string>& notes) {
  if (options.unlabelled.empty()) return "";
  TextData data = read_texts(options.unlabelled, read_options(options.input));
  notes.push_back(
      fmt::format("texts whose labels are not read, from {}: {}", shown(options.unlabelled), data.texts.size()));
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

}  // namespace

Classifier Classifier::train(const std::string& path, const TrainOptions& options, const TrainCallbacks& callbacks) {
  check_ranges(options);
  kernel::level();  // a wrong RECURA_ISA is told before the data are read
  auto executor = make_executor(options.threads);
  ClassifierRecipe recipe = recipe_of(options);
  ReadOptions read = read_options(options.input);
  read.kind = static_cast<LabelKind>(options.labels_per_text);  // named in the same order
  if (read.kind == LabelKind::detect && recipe.start && recipe.start->is_classifier())
    read.kind = recipe.start->decision.several ? LabelKind::several : LabelKind::one;
  read.weight_field = options.weight_field;
  LabelledData train = read_labelled(path, read);
  std::optional<LabelledData> dev = read_dev(options, train);
  const std::string train_digest = train.digest, dev_digest = dev ? dev->digest : "";
  DataSummary of_files = summary_of_files(train, dev);
  of_files.notes = notes_of(options, recipe);
  const std::string without = left_out(train);
  const std::string unlabelled_digest = read_unlabelled(options, recipe, of_files.notes);
  recipe.fit.checkpoint = checkpoint_of(options, "the task classify",
                                        {{"train", train_digest},
                                         {"dev", dev_digest},
                                         {"vectors", recipe.vectors ? recipe.vectors->digest : ""},
                                         {"unlabelled", unlabelled_digest},
                                         {"segmenter", digest_of(recipe.text.rule)},
                                         {"from", recipe.start ? recipe.start->digest : ""}});
  const std::string told = told_options(options, recipe.start.get());
  int epochs = 0;
  const auto data_known = [&](const ClassifierData& data) {
    epochs = data.epochs;
    DataSummary summary = summary_of(data, of_files);
    add_label_notes(data, summary.notes);
    if (data.long_rows > 0) summary.notes.push_back(window_note(data));
    if (!options.from.empty()) summary.notes.push_back(start_note(options.from, data));
    if (callbacks.data) callbacks.data(summary);
  };
  try {
    auto trained = train_classifier(std::move(train), std::move(dev), std::move(recipe), *executor, data_known,
                                    fit_callbacks(callbacks, epochs));
    if (callbacks.rounded && options.precision != TrainOptions::Precision::float32)
      callbacks.rounded(report_of(trained.narrowing, score_name(trained.data.several)));
    trained.model.facts.options = told;
    trained.model.facts.training = facts_json(trained, train_digest, dev_digest);
    return Classifier(
        std::make_unique<State>(State{std::move(trained.model), std::move(executor), trained.fit.interrupted}));
  } catch (const CheckpointError&) {
    throw;  // it names its own file
  } catch (const DataError& error) {
    throw DataError("{}: {}{}", shown(path), error.what(), without);
  }
}

}  // namespace recura
