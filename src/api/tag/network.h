#pragma once

#include <utility>
#include <vector>

#include "api/training.h"
#include "task/tag/tag_network.h"

namespace recura {

// The network of a tagger, by options of the same names in whatever struct they stand.

template <typename Options>
void describe_tag_network(Describer& to, Options& o) {
  to.group("Network")
      .add("cell", o.cell, {"rnn", "lstm", "gru", "sru"}, "the recurrent cell")
      .add("activation", o.activation, {"sigmoid", "tanh", "relu"}, "of the simple cell rnn; the others have their own")
      .add("hidden", o.hidden, 1, kWidest, "size of a state, in each direction")
      .add("layers", o.layers, 1, 64, "recurrent layers")
      .add("bidirectional", o.bidirectional, "read each text in both directions")
      .add("input-dropout", o.input_dropout, 0, 1,
           "share of values dropped before the first recurrent layer, the same ones in all of a text")
      .add("dropout", o.dropout, 0, 1, "the same behind each recurrent layer")
      .add("recurrent-dropout", o.recurrent_dropout, 0, 1, kRecurrentDropoutHelp)
      .add("crf", o.crf, "learn which tags follow each other; else each token's tag is chosen by itself")
      .add("init", o.init, {"keras", "pytorch"}, "whose rule the recurrent weights start by; sru has its own");
}

template <typename Options>
TagNetworkSpec tag_network_of(const Options& o, std::vector<ChannelSpec> channels, CharacterSpec characters) {
  return {.channels = std::move(channels),
          .characters = characters,
          .cell = cell_of(o.cell),
          .activation = activation_of(o.activation),
          .hidden = o.hidden,
          .layers = o.layers,
          .bidirectional = o.bidirectional,
          .init = init_of(o.init),
          .input_dropout = o.input_dropout,
          .dropout = o.dropout,
          .recurrent_dropout = o.recurrent_dropout,
          .crf = o.crf};
}

/// Vectors for so many shapes.
inline constexpr Index kShapes = 1 << 12;

}  // namespace recura
