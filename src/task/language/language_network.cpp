#include "task/language/language_network.h"

#include "base/error.h"
#include "grad/ops.h"
#include "layer/json_fields.h"

namespace recura {
namespace {

template <typename Visitor>
void describe(LanguageNetworkSpec& spec, Visitor& visit) {
  visit("vocabulary", spec.vocabulary);
  visit("embedding", spec.embedding);
  visit.choice("cell", spec.cell, cell_names());
  visit.choice("activation", spec.activation, activation_names());
  visit("hidden", spec.hidden);
  visit("layers", spec.layers);
  visit("bidirectional", spec.bidirectional);
  visit.choice("init", spec.init, init_names());
  visit("head", spec.head);
  visit("word_dropout", spec.word_dropout);
  visit("dropout", spec.dropout);
  visit.later("recurrent_dropout", spec.recurrent_dropout);
}

constexpr auto kDescribe = [](auto& fields, auto& visit) { describe(fields, visit); };

constexpr Index kMostLayers = 1'000;

void check(const LanguageNetworkSpec& spec) {
  for (const double rate : {spec.word_dropout, spec.dropout}) {
    if (!(rate >= 0 && rate < 1))
      throw ArgumentError("language network: a dropout rate must be in [0, 1), got {}", rate);
  }
  if (spec.layers < 1 || spec.layers > kMostLayers)
    throw ArgumentError("language network: it needs 1 to {} layers, got {}", kMostLayers, spec.layers);
  if (spec.bidirectional && spec.layers > 1)
    throw ArgumentError(
        "language network: of both directions there can be one layer, as the states of a second one know the word that "
        "they should guess; got {}",
        spec.layers);
}

}  // namespace

std::string to_json(const LanguageNetworkSpec& spec) { return fields_to_json(spec, kDescribe); }

LanguageNetworkSpec language_network_from_json(const std::string& text) {
  return fields_from_json<LanguageNetworkSpec>("network", "a language model", text, kDescribe);
}

double weight_count(const LanguageNetworkSpec& spec) {
  const RecurrentLayerSpec layer{.cell = spec.cell, .hidden = spec.hidden, .bidirectional = spec.bidirectional};
  const double forms = counted(spec.vocabulary) + 1, embedding = counted(spec.embedding), hidden = counted(spec.hidden);
  return forms * embedding + weight_count(layer, embedding) + (counted(spec.layers) - 1) * weight_count(layer, hidden) +
         AdaptiveSoftmax::weight_count(hidden, forms, counted(spec.head));
}

std::vector<LayerSpec> first_layers(const LanguageNetworkSpec& spec) {
  std::vector<LayerSpec> layers{EmbeddingSpec{spec.vocabulary, spec.embedding}};
  const RecurrentLayerSpec layer{.cell = spec.cell,
                                 .hidden = spec.hidden,
                                 .bidirectional = spec.bidirectional,
                                 .activation = spec.activation,
                                 .init = spec.init};
  layers.insert(layers.end(), static_cast<std::size_t>(spec.layers), layer);
  return layers;
}

LanguageNetwork::LanguageNetwork(const LanguageNetworkSpec& spec, Rng* rng) : spec_(spec) {
  check(spec);
  embedding_ = std::make_unique<Embedding>(spec.vocabulary + 1, spec.embedding, rng);
  add_part("embedding", *embedding_);
  Index columns = spec.embedding;
  for (Index layer = 0; layer < spec.layers; ++layer) {
    const RecurrentOptions options{{spec.cell, spec.activation, true, false, columns, spec.hidden, 0},
                                   spec.bidirectional,
                                   spec.init,
                                   spec.recurrent_dropout};
    layers_.push_back(std::make_unique<Recurrent>(options, rng));
    add_part("rnn" + std::to_string(layer), *layers_.back());
    columns = spec.hidden;
  }
  output_ = std::make_unique<AdaptiveSoftmax>(spec.hidden, spec.vocabulary + 1, spec.head, rng);
  add_part("output", *output_);
}

LanguageStates LanguageNetwork::read(Tape& tape, std::span<const std::int32_t> ids, const PackingPtr& packing) const {
  Var x = dropout((*embedding_)(tape, ids), spec_.word_dropout, DropoutUnit::row);
  for (const auto& layer : layers_) x = (*layer)({dropout(x, spec_.dropout), packing}).states.rows;
  x = dropout(x, spec_.dropout);
  if (!spec_.bidirectional) return {x, {}};
  return {take_columns(x, 0, spec_.hidden), take_columns(x, spec_.hidden, spec_.hidden)};
}

}  // namespace recura
