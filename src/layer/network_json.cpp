#include <array>

#include "base/error.h"
#include "layer/json_fields.h"
#include "layer/network.h"

namespace recura {
namespace {

constexpr std::array<std::pair<const char*, kernel::Cell>, 4> kCells{
    {{"rnn", kernel::Cell::rnn}, {"lstm", kernel::Cell::lstm}, {"gru", kernel::Cell::gru}, {"sru", kernel::Cell::sru}}};
constexpr std::array<std::pair<const char*, kernel::Activation>, 4> kActivations{
    {{"linear", kernel::Activation::linear},
     {"sigmoid", kernel::Activation::sigmoid},
     {"tanh", kernel::Activation::tanh},
     {"relu", kernel::Activation::relu}}};
constexpr std::array<std::pair<const char*, RecurrentInit>, 2> kInits{
    {{"keras", RecurrentInit::keras}, {"pytorch", RecurrentInit::pytorch}}};
constexpr std::array<std::pair<const char*, DropoutUnit>, 3> kDropoutUnits{
    {{"value", DropoutUnit::value}, {"row", DropoutUnit::row}, {"column", DropoutUnit::column}}};

template <typename Visitor>
void describe(EmbeddingSpec& spec, Visitor& visit) {
  visit("vocabulary", spec.vocabulary);
  visit("dimensions", spec.dimensions);
}

template <typename Visitor>
void describe(RecurrentLayerSpec& spec, Visitor& visit) {
  visit.choice("cell", spec.cell, cell_names());
  visit("hidden", spec.hidden);
  visit("bidirectional", spec.bidirectional);
  visit("sequences", spec.sequences);
  visit.choice("activation", spec.activation, activation_names());
  visit("reset_after", spec.reset_after);
  visit("truncate", spec.truncate);
  visit.choice("init", spec.init, init_names());
  visit.later("residual", spec.residual);
  visit.later("recurrent_dropout", spec.recurrent_dropout);
}

template <typename Visitor>
void describe(DropoutSpec& spec, Visitor& visit) {
  visit("rate", spec.rate);
  visit.choice("unit", spec.unit, FieldNames<DropoutUnit>(kDropoutUnits));
}

template <typename Visitor>
void describe(PoolSpec& spec, Visitor& visit) {
  visit("last", spec.last);
  visit("mean", spec.mean);
  visit("max", spec.max);
  visit("attention", spec.attention);
  visit("embeddings", spec.embeddings);
}

template <typename Visitor>
void describe(DenseSpec& spec, Visitor& visit) {
  visit("units", spec.units);
  visit.choice("activation", spec.activation, activation_names());
}

template <typename Visitor>
void describe(NgramSpec& spec, Visitor& visit) {
  visit("longest", spec.longest);
  visit("buckets", spec.buckets);
  visit("dimensions", spec.dimensions);
  visit("dropout", spec.dropout);
}

// The kinds, in the order of the variant.
constexpr std::array<const char*, std::variant_size_v<LayerSpec>> kKinds{"embedding", "recurrent", "dropout",
                                                                         "pool",      "dense",     "ngrams"};

template <std::size_t Kind = 0>
LayerSpec layer_from(const JsonValue& json, const std::string& kind) {
  if constexpr (Kind == kKinds.size()) {
    throw DataError("network: unknown layer {:?}", kind);
  } else {
    if (kind != kKinds[Kind]) return layer_from<Kind + 1>(json, kind);
    std::variant_alternative_t<Kind, LayerSpec> spec;
    FieldReader reader("network", json, 1);  // "layer" is read
    describe(spec, reader);
    reader.finish("a layer");
    return spec;
  }
}

}  // namespace

FieldNames<kernel::Cell> cell_names() { return kCells; }
FieldNames<kernel::Activation> activation_names() { return kActivations; }
FieldNames<RecurrentInit> init_names() { return kInits; }

std::string to_json(const std::vector<LayerSpec>& layers) {
  std::string list;
  for (LayerSpec layer : layers) {
    FieldWriter writer;
    writer.raw("layer", fmt::format("\"{}\"", kKinds[layer.index()]));
    std::visit([&](auto& spec) { describe(spec, writer); }, layer);
    list += fmt::format("{}{}", list.empty() ? "" : ",", writer.object());
  }
  return fmt::format("[{}]", list);
}

std::vector<LayerSpec> layers_from_json(const std::string& text) {
  const JsonValue json = parse_json("network", text, kMostOfLists);
  if (json.list() == nullptr) throw DataError("network: expected a list of layers");
  std::vector<LayerSpec> layers;
  for (const JsonValue& layer : *json.list()) {
    std::string kind;
    FieldReader("network", layer)("layer", kind);
    layers.push_back(layer_from(layer, kind));
  }
  return layers;
}

}  // namespace recura
