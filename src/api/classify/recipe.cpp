#include "api/classify/recipe.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "api/classify/state.h"
#include "api/training.h"
#include "base/error.h"

namespace recura {
namespace {

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
           .init = init_of(o.init),
           .residual = o.residual},
          o.layers};
}

/// Those of a language model.
FirstLayers first_layers_of(const Start& start) {
  return {std::get<EmbeddingSpec>(start.layers.front()), std::get<RecurrentLayerSpec>(start.layers.back()),
          std::ssize(start.layers) - 1};
}

std::vector<LayerSpec> layers_of(const TrainOptions& o, FirstLayers first) {
  const bool last_only = o.pooling == TrainOptions::Pooling::last;
  const DropoutUnit unit = o.locked_dropout ? DropoutUnit::column : DropoutUnit::value;
  std::vector<LayerSpec> layers{first.embedding};
  first.recurrent.recurrent_dropout = o.recurrent_dropout;
  if (o.word_dropout > 0) layers.emplace_back(DropoutSpec{o.word_dropout, DropoutUnit::row});
  for (std::int64_t layer = 1; layer <= first.count; ++layer) {
    if (o.dropout > 0) layers.emplace_back(DropoutSpec{o.dropout, unit});
    RecurrentLayerSpec recurrent = first.recurrent;
    recurrent.sequences = !(last_only && layer == first.count);
    recurrent.residual = first.recurrent.residual && layer > 1;
    layers.emplace_back(recurrent);
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

/// What a training begins with besides random numbers.
/// @throws ArgumentError  if the options ask for two such things.
void add_start(const TrainOptions& o, ClassifierRecipe& recipe) {
  recipe.start = start_of(o, read_start);
  if (!o.vectors.empty()) recipe.vectors = read_vectors(o.vectors);
  recipe.freeze_vectors = o.freeze_vectors;
  if (!recipe.start) return;
  recipe.pace = pace_of(o);
  recipe.text.rule = recipe.start->text.rule;
  if (!recipe.start->is_classifier()) {
    recipe.layers = layers_of(o, first_layers_of(*recipe.start));
    return;
  }
  recipe.layers = recipe.start->layers;
  recipe.text = recipe.start->text;
}

/// @throws ArgumentError  if texts are to be read as streams, and the network reads them in both directions.
void check_stream(const ClassifierRecipe& recipe) {
  if (recipe.text.keep == Keep::stream && reads_backward(recipe.layers))
    throw ArgumentError("--keep stream: expected a network of one direction (--no-bidirectional)");
}

}  // namespace

bool is_of_start(const Option& option, const Start& start) {
  constexpr const char* kNotOfLanguage[] = {
      "max-length",      "keep",   "pooling",       "dropout",   "locked-dropout", "recurrent-dropout", "word-dropout",
      "pool-embeddings", "ngrams", "ngram-buckets", "ngram-size"};
  constexpr const char* kOfSubwords[] = {"min-count", "max-vocabulary"};
  if (start.subwords && std::ranges::count(kOfSubwords, option.name) > 0) return true;
  return is_of_model(option) && (start.is_classifier() || std::ranges::count(kNotOfLanguage, option.name) == 0);
}

ClassifierRecipe recipe_of(const TrainOptions& o) {
  ClassifierRecipe recipe;
  recipe.text.rule = rule_of(o);
  recipe.subwords = o.subwords;
  recipe.text.max_length = o.max_length;
  constexpr Keep kKeeps[] = {Keep::head, Keep::tail, Keep::both, Keep::windows, Keep::stream};
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
  check_stream(recipe);
  return recipe;
}

}  // namespace recura
