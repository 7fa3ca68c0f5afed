#include <array>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "layer/network.h"

namespace recura {
namespace {

using Json = nlohmann::ordered_json;

template <typename Enum>
using Names = std::span<const std::pair<const char*, Enum>>;

constexpr std::array<std::pair<const char*, kernel::Cell>, 4> kCells{
    {{"rnn", kernel::Cell::rnn}, {"lstm", kernel::Cell::lstm}, {"gru", kernel::Cell::gru}, {"sru", kernel::Cell::sru}}};
constexpr std::array<std::pair<const char*, kernel::Activation>, 4> kActivations{
    {{"linear", kernel::Activation::linear},
     {"sigmoid", kernel::Activation::sigmoid},
     {"tanh", kernel::Activation::tanh},
     {"relu", kernel::Activation::relu}}};
constexpr std::array<std::pair<const char*, RecurrentInit>, 2> kInits{
    {{"keras", RecurrentInit::keras}, {"pytorch", RecurrentInit::pytorch}}};
constexpr std::array<std::pair<const char*, DropoutUnit>, 2> kDropoutUnits{
    {{"value", DropoutUnit::value}, {"row", DropoutUnit::row}}};

// One description of each layer serves both ways: `visit(key, field)` writes the field or reads it.
template <typename Visitor>
void describe(EmbeddingSpec& spec, Visitor& visit) {
  visit("vocabulary", spec.vocabulary);
  visit("dimensions", spec.dimensions);
}

template <typename Visitor>
void describe(RecurrentLayerSpec& spec, Visitor& visit) {
  visit.choice("cell", spec.cell, Names<kernel::Cell>(kCells));
  visit("hidden", spec.hidden);
  visit("bidirectional", spec.bidirectional);
  visit("sequences", spec.sequences);
  visit.choice("activation", spec.activation, Names<kernel::Activation>(kActivations));
  visit("reset_after", spec.reset_after);
  visit("truncate", spec.truncate);
  visit.choice("init", spec.init, Names<RecurrentInit>(kInits));
}

template <typename Visitor>
void describe(DropoutSpec& spec, Visitor& visit) {
  visit("rate", spec.rate);
  visit.choice("unit", spec.unit, Names<DropoutUnit>(kDropoutUnits));
}

template <typename Visitor>
void describe(PoolSpec& spec, Visitor& visit) {
  visit("last", spec.last);
  visit("mean", spec.mean);
  visit("max", spec.max);
  visit("embeddings", spec.embeddings);
}

template <typename Visitor>
void describe(DenseSpec& spec, Visitor& visit) {
  visit("units", spec.units);
  visit.choice("activation", spec.activation, Names<kernel::Activation>(kActivations));
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

struct Writer {
  Json json;
  template <typename T>
  void operator()(const char* key, T& field) {
    json[key] = field;
  }
  template <typename Enum>
  void choice(const char* key, Enum& field, Names<Enum> names) {
    for (const auto& [name, value] : names) {
      if (value == field) json[key] = name;
    }
  }
};

struct Reader {
  const Json& json;
  std::size_t read = 1;  // "layer" is read by the caller

  template <typename T>
  void operator()(const char* key, T& field) {
    const Json& value = json.at(key);
    if constexpr (std::is_same_v<T, Index>) {
      constexpr std::uint64_t kMost = std::numeric_limits<Index>::max();
      if (!value.is_number_unsigned() || value.get<std::uint64_t>() > kMost)
        throw DataError("network: {} must be a whole number from 0 on", key);
    }
    if constexpr (std::is_same_v<T, double>) {
      if (!value.is_number()) throw DataError("network: {} must be a number", key);
    }
    value.get_to(field);
    ++read;
  }
  template <typename Enum>
  void choice(const char* key, Enum& field, Names<Enum> names) {
    const auto wanted = json.at(key).get<std::string>();
    ++read;
    for (const auto& [name, value] : names) {
      if (wanted == name) {
        field = value;
        return;
      }
    }
    throw DataError("network: unknown {} \"{}\"", key, wanted);
  }
};

template <std::size_t Kind = 0>
LayerSpec layer_from(const Json& json, const std::string& kind) {
  if constexpr (Kind == kKinds.size()) {
    throw DataError("network: unknown layer \"{}\"", kind);
  } else {
    if (kind != kKinds[Kind]) return layer_from<Kind + 1>(json, kind);
    std::variant_alternative_t<Kind, LayerSpec> spec;
    Reader reader{json};
    describe(spec, reader);
    if (reader.read != json.size())
      throw DataError("network: a {} layer has {} keys too many", kind, json.size() - reader.read);
    return spec;
  }
}

}  // namespace

std::string to_json(const std::vector<LayerSpec>& layers) {
  Json list = Json::array();
  for (LayerSpec layer : layers) {
    Writer writer;
    writer.json["layer"] = kKinds[layer.index()];
    std::visit([&](auto& spec) { describe(spec, writer); }, layer);
    list.push_back(std::move(writer.json));
  }
  return list.dump();
}

std::vector<LayerSpec> layers_from_json(const std::string& text) {
  constexpr std::size_t kMost = 1 << 16;  // of so many bytes no reader takes long, whatever stands in them
  if (text.size() > kMost) throw DataError("network: a description has {} bytes at most, got {}", kMost, text.size());
  try {
    std::vector<LayerSpec> layers;
    for (const Json& json : Json::parse(text)) layers.push_back(layer_from(json, json.at("layer").get<std::string>()));
    return layers;
  } catch (const Json::exception& error) {
    throw DataError("network: not a list of layers: {}", error.what());
  }
}

}  // namespace recura
