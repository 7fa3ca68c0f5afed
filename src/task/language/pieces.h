#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tensor/packing.h"

namespace recura {

/// Token ids between boundaries, as a language model reads them: each piece but a text's first begins with the last id
/// of the one before it, so that every id is guessed once in each direction.
using Pieces = std::vector<std::vector<std::int32_t>>;

/// Adds the pieces of one text, of `most` tokens each at most.
void add_pieces(std::span<const std::int32_t> ids, std::int32_t boundary, std::int64_t most, Pieces& pieces);

/// Some pieces as one batch: packed ids, and of each row the one after it and the one before it in its piece, which are
/// to be guessed from it; `AdaptiveSoftmax::kNoClass` at the ends.
struct LanguageBatch {
  PackingPtr packing;
  std::vector<std::int32_t> ids, next, before;
};

LanguageBatch make_batch(std::span<const std::vector<std::int32_t>> pieces, std::span<const Index> rows);

}  // namespace recura
