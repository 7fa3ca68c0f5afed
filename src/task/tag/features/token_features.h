#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tensor/packing.h"

namespace recura {

/// The ids of one channel for some tokens, T of them with S slots each.
struct ChannelIds {
  std::vector<std::int32_t> ids;
  /// [T S]: where each slot's ids end, if a slot holds any number of them; empty: each holds one, ids is [T S].
  std::vector<std::int32_t> ends;
};

/// What the network reads of one text.
struct TokenFeatures {
  std::vector<ChannelIds> channels;
  /// [T]: which of `TextFeatures::forms` each token is; empty if characters are not read.
  std::vector<std::int32_t> forms;
  Index length = 0;
};

/// The same of many texts.
struct TextFeatures {
  std::vector<TokenFeatures> texts;
  /// The characters of each distinct form.
  std::vector<std::vector<std::int32_t>> forms;
  std::int64_t tokens = 0, unknown = 0;
};

/// Some texts as one batch, in the packing's order of rows.
struct TokenBatch {
  PackingPtr packing;
  std::vector<ChannelIds> channels;
  /// The batch's own distinct forms, packed, and which of them each row is: each is read once, however often it occurs.
  PackingPtr forms;
  std::vector<std::int32_t> characters;
  std::vector<std::int32_t> form_of_row;
};

/// `texts` are numbers in `features`. Channels have `slots` slots each.
TokenBatch make_batch(const TextFeatures& features, std::span<const Index> texts, std::span<const Index> slots);

}  // namespace recura
