#include "task/tag/features/token_features.h"

#include <unordered_map>

namespace recura {
namespace {

using Texts = std::span<const Index>;

const TokenFeatures& text_of(const TextFeatures& features, Texts texts, Index rank) {
  return features.texts[static_cast<std::size_t>(texts[static_cast<std::size_t>(rank)])];
}

/// Calls row(text, step) in the packing's order of rows; `text` is a number in the batch.
template <typename Row>
void for_each_row(const Packing& packing, Row row) {
  for (Index step = 0; step < packing.steps(); ++step) {
    for (Index rank = 0; rank < packing.active(step); ++rank)
      row(packing.order()[static_cast<std::size_t>(rank)], step);
  }
}

ChannelIds pack_channel(const TextFeatures& features, Texts texts, const Packing& packing, std::size_t channel,
                        Index slots) {
  ChannelIds packed;
  packed.ids.reserve(static_cast<std::size_t>(packing.rows() * slots));
  for_each_row(packing, [&](Index text, Index step) {
    const ChannelIds& all = text_of(features, texts, text).channels[channel];
    const auto begin = static_cast<std::size_t>(step * slots), end = begin + static_cast<std::size_t>(slots);
    if (all.ends.empty()) {
      packed.ids.insert(packed.ids.end(), all.ids.begin() + static_cast<std::ptrdiff_t>(begin),
                        all.ids.begin() + static_cast<std::ptrdiff_t>(end));
      return;
    }
    auto from = begin == 0 ? 0 : all.ends[begin - 1];
    for (std::size_t slot = begin; slot < end; from = all.ends[slot++]) {
      packed.ids.insert(packed.ids.end(), all.ids.begin() + from, all.ids.begin() + all.ends[slot]);
      packed.ends.push_back(static_cast<std::int32_t>(packed.ids.size()));
    }
  });
  return packed;
}

void pack_forms(const TextFeatures& features, Texts texts, TokenBatch& batch) {
  std::unordered_map<std::int32_t, std::int32_t> numbers;
  std::vector<std::int32_t> distinct;
  batch.form_of_row.reserve(static_cast<std::size_t>(batch.packing->rows()));
  for_each_row(*batch.packing, [&](Index text, Index step) {
    const std::int32_t form = text_of(features, texts, text).forms[static_cast<std::size_t>(step)];
    const auto [found, is_new] = numbers.emplace(form, static_cast<std::int32_t>(distinct.size()));
    if (is_new) distinct.push_back(form);
    batch.form_of_row.push_back(found->second);
  });
  std::vector<Index> lengths;
  const auto characters = [&](Index form) -> const std::vector<std::int32_t>& {
    return features.forms[static_cast<std::size_t>(distinct[static_cast<std::size_t>(form)])];
  };
  for (std::size_t form = 0; form < distinct.size(); ++form)
    lengths.push_back(static_cast<Index>(characters(static_cast<Index>(form)).size()));
  batch.forms = std::make_shared<const Packing>(lengths);
  batch.characters.reserve(static_cast<std::size_t>(batch.forms->rows()));
  for_each_row(*batch.forms, [&](Index form, Index step) {
    batch.characters.push_back(characters(form)[static_cast<std::size_t>(step)]);
  });
}

}  // namespace

TokenBatch make_batch(const TextFeatures& features, Texts texts, std::span<const Index> slots) {
  std::vector<Index> lengths;
  for (std::size_t i = 0; i < texts.size(); ++i)
    lengths.push_back(text_of(features, texts, static_cast<Index>(i)).length);
  TokenBatch batch{std::make_shared<const Packing>(lengths), {}, nullptr, {}, {}};
  for (std::size_t channel = 0; channel < slots.size(); ++channel)
    batch.channels.push_back(pack_channel(features, texts, *batch.packing, channel, slots[channel]));
  if (!features.forms.empty()) pack_forms(features, texts, batch);
  return batch;
}

}  // namespace recura
