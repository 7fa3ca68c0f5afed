#pragma once

#include "task/summarise/write/search/beam.h"
#include "task/summarise/write/search/text_batch.h"

namespace recura {

/// The beams of all texts, to their ends.
/// @throws DataError  if a probability is not finite.
std::vector<Beam> find_summaries(const TextBatch& batch, const BeamOptions& options);

/// Where the words of summaries come from, one of each text, or none; see `origin_of`.
std::vector<std::vector<WordOrigin>> find_origins(const TextBatch& batch,
                                                  std::span<const std::vector<std::int32_t>> summaries, bool attends);

}  // namespace recura
