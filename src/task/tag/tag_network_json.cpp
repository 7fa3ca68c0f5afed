#include <array>

#include "layer/json_fields.h"
#include "layer/network.h"
#include "task/tag/tag_network.h"

namespace recura {
namespace {

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
  visit.later("recurrent_dropout", spec.recurrent_dropout);
  visit("tags", spec.tags);
  visit("crf", spec.crf);
  visit("labels", spec.labels);
}

template <typename Spec>
FieldWriter written(Spec spec) {
  FieldWriter writer;
  describe(spec, writer);
  return writer;
}

template <typename Spec>
Spec read(const JsonValue& json, const char* part, std::size_t others = 0) {
  Spec spec;
  FieldReader reader("network", json, others);
  describe(spec, reader);
  reader.finish(part);
  return spec;
}

}  // namespace

std::string to_json(const TagNetworkSpec& spec) {
  std::string channels;
  for (const ChannelSpec& channel : spec.channels)
    channels += fmt::format("{}{}", channels.empty() ? "" : ",", written(channel).object());
  FieldWriter writer = written(spec);
  writer.raw("channels", fmt::format("[{}]", channels));
  writer.raw("characters", written(spec.characters).object());
  return writer.object();
}

TagNetworkSpec tag_network_from_json(const std::string& text) {
  const JsonValue json = parse_json("network", text, kMostOfLists);
  auto spec = read<TagNetworkSpec>(json, "a tagger", 2);
  const FieldReader reader("network", json);
  const auto* const channels = reader.at("channels").list();
  if (channels == nullptr) throw DataError("network: channels must be a list");
  for (const JsonValue& channel : *channels) spec.channels.push_back(read<ChannelSpec>(channel, "a channel"));
  spec.characters = read<CharacterSpec>(reader.at("characters"), "a character encoder");
  return spec;
}

double weight_count(const TagNetworkSpec& spec) {
  const auto recurrent = [](kernel::Cell cell, double columns, Index hidden, bool bidirectional) {
    return weight_count(RecurrentLayerSpec{.cell = cell, .hidden = hidden, .bidirectional = bidirectional}, columns);
  };
  double count = 0, columns = 0;
  for (const ChannelSpec& channel : spec.channels) {
    count += counted(channel.vocabulary) * counted(channel.size);
    columns += counted(channel.size) * counted(channel.slots);
  }
  const double size = counted(spec.characters.size), hidden = counted(spec.characters.hidden);
  if (spec.characters.encoder != CharacterEncoder::none) count += counted(spec.characters.vocabulary) * size;
  if (spec.characters.encoder == CharacterEncoder::convolution) {
    count += (3 * size + 1) * hidden;
    columns += hidden;
  } else if (spec.characters.encoder == CharacterEncoder::lstm) {
    count += recurrent(kernel::Cell::lstm, size, spec.characters.hidden, true);
    columns += 2 * hidden;
  }
  const double states = counted(spec.hidden) * (spec.bidirectional ? 2 : 1);
  count += recurrent(spec.cell, columns, spec.hidden, spec.bidirectional) +
           (counted(spec.layers) - 1) * recurrent(spec.cell, states, spec.hidden, spec.bidirectional);
  const double tags = counted(spec.tags), labels = static_cast<double>(spec.labels);
  return count + (states + 1) * tags + tags * (tags + 2) + (2 * states + 1) * labels;
}

}  // namespace recura
