#include "task/language/pieces.h"

#include "data/batches.h"
#include "layer/adaptive_softmax.h"

namespace recura {

void add_pieces(std::span<const std::int32_t> ids, std::int32_t boundary, std::int64_t most, Pieces& pieces) {
  pieces.push_back({boundary});
  const auto add = [&](std::int32_t id) {
    if (std::ssize(pieces.back()) > most) pieces.push_back({pieces.back().back()});
    pieces.back().push_back(id);
  };
  for (const std::int32_t id : ids) add(id);
  add(boundary);
}

LanguageBatch make_batch(std::span<const std::vector<std::int32_t>> pieces, std::span<const Index> rows) {
  PackedIds packed = pack(pieces, rows);
  const std::vector<std::int32_t> nothing(packed.ids.size(), AdaptiveSoftmax::kNoClass);
  LanguageBatch batch{std::move(packed.packing), std::move(packed.ids), nothing, nothing};
  for (Index text = 0; text < batch.packing->texts(); ++text) {
    for (Index step = 1; step < batch.packing->length(text); ++step) {
      const auto before = static_cast<std::size_t>(batch.packing->row(text, step - 1)),
                 here = static_cast<std::size_t>(batch.packing->row(text, step));
      batch.next[before] = batch.ids[here];
      batch.before[here] = batch.ids[before];
    }
  }
  return batch;
}

}  // namespace recura
