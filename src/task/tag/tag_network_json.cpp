#include <array>
#include <nlohmann/json.hpp>

#include "layer/json_fields.h"
#include "layer/network.h"
#include "task/tag/tag_network.h"

namespace recura {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::pair<const char*, CharacterEncoder>, 3> kEncoders{
    {{"none", CharacterEncoder::none},
     {"convolution", CharacterEncoder::convolution},
     {"lstm", CharacterEncoder::lstm}}};

template <typename Visitor>
void describe(ChannelSpec& spec, Visitor& visit) {
  visit("name", spec.name);
  visit("vocabulary", spec.vocabulary);
  visit("size", spec.size);
  visit("slots", spec.slots);
  visit("dropout", spec.dropout);
}

template <typename Visitor>
void describe(CharacterSpec& spec, Visitor& visit) {
  visit.choice("encoder", spec.encoder, FieldNames<CharacterEncoder>(kEncoders));
  visit("vocabulary", spec.vocabulary);
  visit("size", spec.size);
  visit("hidden", spec.hidden);
}

template <typename Visitor>
void describe(TagNetworkSpec& spec, Visitor& visit) {
  visit.choice("cell", spec.cell, cell_names());
  visit.choice("activation", spec.activation, activation_names());
  visit("hidden", spec.hidden);
  visit("layers", spec.layers);
  visit("bidirectional", spec.bidirectional);
  visit.choice("init", spec.init, init_names());
  visit("input_dropout", spec.input_dropout);
  visit("dropout", spec.dropout);
  visit("tags", spec.tags);
  visit("crf", spec.crf);
  visit("labels", spec.labels);
}

template <typename Spec>
Json written(Spec spec) {
  FieldWriter writer;
  describe(spec, writer);
  return std::move(writer.json);
}

template <typename Spec>
Spec read(const Json& json, const char* what, std::size_t others = 0) {
  Spec spec;
  FieldReader reader{json, others};
  describe(spec, reader);
  reader.finish(what);
  return spec;
}

}  // namespace

std::string to_json(const TagNetworkSpec& spec) {
  Json json = written(spec);
  json["channels"] = Json::array();
  for (const ChannelSpec& channel : spec.channels) json["channels"].push_back(written(channel));
  json["characters"] = written(spec.characters);
  return json.dump();
}

TagNetworkSpec tag_network_from_json(const std::string& text) {
  constexpr std::size_t kMost = 1 << 16;  // of so many bytes no reader takes long, whatever stands in them
  if (text.size() > kMost) throw DataError("network: a description has {} bytes at most, got {}", kMost, text.size());
  try {
    const Json json = Json::parse(text);
    auto spec = read<TagNetworkSpec>(json, "tagger", 2);
    for (const Json& channel : json.at("channels")) spec.channels.push_back(read<ChannelSpec>(channel, "channel"));
    spec.characters = read<CharacterSpec>(json.at("characters"), "character encoder");
    return spec;
  } catch (const Json::exception& error) {
    throw DataError("network: not a tagger's description: {}", error.what());
  }
}

double weight_count(const TagNetworkSpec& spec) {
  const auto recurrent = [](kernel::Cell cell, double columns, Index hidden, bool bidirectional) {
    return weight_count(RecurrentLayerSpec{.cell = cell, .hidden = hidden, .bidirectional = bidirectional}, columns);
  };
  double count = 0, columns = 0;
  for (const ChannelSpec& channel : spec.channels) {
    count += static_cast<double>(channel.vocabulary) * static_cast<double>(channel.size);
    columns += static_cast<double>(channel.size) * static_cast<double>(channel.slots);
  }
  const auto size = static_cast<double>(spec.characters.size), hidden = static_cast<double>(spec.characters.hidden);
  if (spec.characters.encoder != CharacterEncoder::none)
    count += static_cast<double>(spec.characters.vocabulary) * size;
  if (spec.characters.encoder == CharacterEncoder::convolution) {
    count += (3 * size + 1) * hidden;
    columns += hidden;
  } else if (spec.characters.encoder == CharacterEncoder::lstm) {
    count += recurrent(kernel::Cell::lstm, size, spec.characters.hidden, true);
    columns += 2 * hidden;
  }
  for (Index layer = 0; layer < std::min<Index>(spec.layers, 1024); ++layer) {
    count += recurrent(spec.cell, columns, spec.hidden, spec.bidirectional);
    columns = static_cast<double>(spec.hidden) * (spec.bidirectional ? 2 : 1);
  }
  const auto tags = static_cast<double>(spec.tags), labels = static_cast<double>(spec.labels);
  return count + (columns + 1) * tags + tags * (tags + 2) + (labels > 0 ? (2 * columns + 1) * labels : 0);
}

}  // namespace recura
