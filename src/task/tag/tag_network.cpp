#include "task/tag/tag_network.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "grad/ops.h"
#include "grad/sequence_ops.h"

namespace recura {
namespace {

constexpr Index kFilterWidth = 3;

/// Each character with those around it in the same form, [3 M]; `edge` beyond its ends.
std::vector<std::int32_t> windows(std::span<const std::int32_t> characters, const Packing& forms, std::int32_t edge) {
  std::vector<std::int32_t> result(characters.size() * kFilterWidth);
  for (Index form = 0; form < forms.texts(); ++form) {
    for (Index step = 0; step < forms.length(form); ++step) {
      std::int32_t* window = &result[static_cast<std::size_t>(forms.row(form, step) * kFilterWidth)];
      for (Index from = step - kFilterWidth / 2; from <= step + kFilterWidth / 2; ++from) {
        const bool inside = from >= 0 && from < forms.length(form);
        *window++ = inside ? characters[static_cast<std::size_t>(forms.row(form, from))] : edge;
      }
    }
  }
  return result;
}

/// The mean over the rows of -ln of the softmax's share of those tags that each may have: a CRF of texts of one token.
Var softmax_of_sets(Var rows, const kernel::KnownTags& tags) {
  const Index count = rows.shape().columns();
  const auto size = static_cast<std::size_t>(count);
  const std::vector<std::uint8_t> any(size, 1);
  const kernel::TagGraph free({count, any, any, std::vector<std::uint8_t>(size * size, 1)});
  const std::vector<Index> lengths(tags.tags.size(), 1);
  const Tensor none({count}), transitions({count, count});
  const Var border = rows.tape().constant(none);
  return crf_loss({rows, std::make_shared<const Packing>(lengths)}, {rows.tape().constant(transitions), border, border},
                  free, tags);
}

void check_rate(double rate) {
  if (!(rate >= 0 && rate < 1)) throw ArgumentError("tag network: a dropout rate must be in [0, 1), got {}", rate);
}

RecurrentOptions recurrent_options(const TagNetworkSpec& spec, Index columns) {
  return {{spec.cell, spec.activation, true, false, columns, spec.hidden, 0},
          spec.bidirectional,
          spec.init,
          spec.recurrent_dropout};
}

}  // namespace

TagNetwork::TagNetwork(TagNetworkSpec spec, TagRules rules, Rng* rng) : spec_(std::move(spec)) {
  check_rate(spec_.input_dropout);
  check_rate(spec_.dropout);
  constexpr Index kMostLayers = 64;
  if (spec_.layers < 1 || spec_.layers > kMostLayers)
    throw ArgumentError("tag network: needs 1 to {} recurrent layers, got {}", kMostLayers, spec_.layers);
  if (rules.tags != spec_.tags)
    throw ArgumentError("tag network: rules of {} tags do not fit {} tags", rules.tags, spec_.tags);
  const Index columns = add_channels(rng) + add_characters(rng);
  add_layers(columns, rng);
  crf_ = std::make_unique<Crf>(std::move(rules), rng);
  add_part("crf", *crf_);
}

Index TagNetwork::add_channels(Rng* rng) {
  Index columns = 0;
  for (const ChannelSpec& channel : spec_.channels) {
    check_rate(channel.dropout);
    if (channel.slots < 1) throw ArgumentError("tag network: channel {:?} has no slot", channel.name);
    if (std::ranges::count(spec_.channels, channel.name, &ChannelSpec::name) > 1)
      throw ArgumentError("tag network: channel {:?} stands twice", channel.name);
    channels_.push_back(std::make_unique<Embedding>(channel.vocabulary, channel.size, rng));
    add_part(channel.name, *channels_.back());
    columns += channel.size * channel.slots;
  }
  return columns;
}

Index TagNetwork::add_characters(Rng* rng) {
  const CharacterSpec& spec = spec_.characters;
  if (spec.encoder == CharacterEncoder::none) return 0;
  characters_ = std::make_unique<Embedding>(spec.vocabulary, spec.size, rng);
  add_part("characters", *characters_);
  if (spec.encoder == CharacterEncoder::convolution) {
    convolution_ = std::make_unique<Dense>(kFilterWidth * spec.size, spec.hidden, kernel::Activation::relu, rng);
    add_part("characters.convolution", *convolution_);
    return spec.hidden;
  }
  const RecurrentOptions options{{.cell = kernel::Cell::lstm, .input = spec.size, .hidden = spec.hidden}, true};
  character_rnn_ = std::make_unique<Recurrent>(options, rng);
  add_part("characters.rnn", *character_rnn_);
  return character_rnn_->columns();
}

void TagNetwork::add_layers(Index columns, Rng* rng) {
  for (Index layer = 0; layer < spec_.layers; ++layer) {
    layers_.push_back(std::make_unique<Recurrent>(recurrent_options(spec_, columns), rng));
    add_part("rnn" + std::to_string(layer), *layers_.back());
    columns = layers_.back()->columns();
  }
  dense_ = std::make_unique<Dense>(columns, spec_.tags, kernel::Activation::linear, rng);
  add_part("dense", *dense_);
  if (spec_.labels == 0) return;
  label_ = std::make_unique<Dense>(2 * columns, spec_.labels, kernel::Activation::linear, rng);
  add_part("label", *label_);
}

Parameter* TagNetwork::table(const std::string& channel) {
  for (std::size_t i = 0; i < channels_.size(); ++i) {
    if (spec_.channels[i].name == channel) return channels_[i]->parameters().front();
  }
  return nullptr;
}

Var TagNetwork::of_characters(Tape& tape, const TokenBatch& batch) const {
  if (character_rnn_) {
    const RecurrentOutput output = (*character_rnn_)({(*characters_)(tape, batch.characters), batch.forms});
    return concat_columns(std::array{output.last[0].h, output.last[1].h});
  }
  const auto edge = static_cast<std::int32_t>(characters_->vocabulary()) - 1;
  const auto ids = windows(batch.characters, *batch.forms, edge);
  const Var vectors =
      embed_columns(std::array{Lookup{.table = characters_->table(tape), .ids = ids, .slots = kFilterWidth}});
  return max_over_time({(*convolution_)(vectors), batch.forms});
}

TagOutput TagNetwork::forward(Tape& tape, const TokenBatch& batch) const {
  std::vector<Lookup> lookups;
  for (std::size_t i = 0; i < channels_.size(); ++i) {
    const ChannelIds& channel = batch.channels[i];
    lookups.push_back({.table = channels_[i]->table(tape),
                       .ids = channel.ids,
                       .ends = channel.ends,
                       .slots = spec_.channels[i].slots,
                       .dropout = spec_.channels[i].dropout});
  }
  if (characters_) lookups.push_back({.table = of_characters(tape, batch), .ids = batch.form_of_row});
  Sequence x = locked_dropout({embed_columns(lookups), batch.packing}, spec_.input_dropout);
  for (const auto& layer : layers_) x = locked_dropout((*layer)(x).states, spec_.dropout);
  TagOutput output{{(*dense_)(x.rows), batch.packing}, {}};
  if (label_) output.labels = (*label_)(concat_columns(std::array{mean_over_time(x), max_over_time(x)}));
  return output;
}

Var TagNetwork::tag_loss(const TagOutput& output, const kernel::KnownTags& tags) const {
  if (spec_.crf) return crf_->loss(output.emissions, tags);
  std::vector<std::int32_t> known, classes;
  for (std::size_t row = 0; row < tags.tags.size(); ++row) {
    if (tags.tags[row] == -1) continue;
    known.push_back(static_cast<std::int32_t>(row));
    classes.push_back(tags.tags[row]);
  }
  const bool all = known.size() == tags.tags.size();
  const Var rows = all ? output.emissions.rows : take_rows(output.emissions.rows, known);
  const bool decided = std::ranges::all_of(classes, [](std::int32_t tag) { return tag >= 0; });
  return decided ? softmax_cross_entropy(rows, classes) : softmax_of_sets(rows, {classes, tags.sets});
}

void TagNetwork::shift_tag(Index tag, double by) {
  Parameter* const bias = dense_->parameters().back();
  bias->change().data()[tag] += static_cast<real>(by);
}

}  // namespace recura
