#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/random.h"
#include "tensor/packing.h"

namespace recura {

/// The rows of an epoch, cut into batches; the last one may be smaller. A pure function of its arguments.
///
/// With `shuffle` the rows come in random order. With `group_by_length` rows are sorted by length inside pools of 50
/// batches, so that the texts of one batch end at about the same step, and the batches are shuffled again. A batch has
/// `most_steps` at most, unless it is of one row; 0: no limit.
std::vector<std::vector<Index>> make_batches(std::span<const Index> lengths, Index batch_size, bool group_by_length,
                                             bool shuffle, Rng rng, Index most_steps = 0);

/// Rows by falling length, cut where a batch would have more than 64 texts or 8192 steps: texts of similar length are
/// read together, and memory is bounded.
std::vector<std::vector<Index>> batches_by_length(std::span<const Index> lengths);

/// Some texts as one batch: `ids` [N] in the packing's order of rows.
struct PackedIds {
  PackingPtr packing;
  std::vector<std::int32_t> ids;
};

/// Ids that stand elsewhere, of a text or of a part of one.
using IdSpan = std::span<const std::int32_t>;

PackedIds pack(std::span<const IdSpan> texts);
/// Of those texts, in this order.
PackedIds pack(std::span<const std::vector<std::int32_t>> texts, std::span<const Index> rows);

struct DevSplit {
  std::vector<Index> train;
  std::vector<Index> dev;
};

/// Splits rows into a train and a dev part, each in the rows' order: every label gives the same share, rounded, and
/// keeps at least one row for training.
/// @throws ArgumentError  if the share is not in [0, 1).
DevSplit split_dev(std::span<const std::int32_t> labels, double share, Rng rng);

}  // namespace recura
