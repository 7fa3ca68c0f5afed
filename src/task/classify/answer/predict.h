#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/executor.h"
#include "layer/network.h"
#include "task/classify/answer/piece_logits.h"
#include "task/classify/model.h"
#include "task/encode.h"
#include "text/windows.h"

namespace recura {

/// Probabilities [B, K] of `labels` labels from B texts' logits: a softmax, or of several a sigmoid each. A single
/// output is the second label's probability, or of `several` the only one's.
/// @throws DataError  if a probability is not finite.
std::vector<double> probabilities(std::span<const MeanLogits> texts, std::size_t labels, const Decision& decision);

/// The same for B texts as ids.
///
/// A longer text is read in pieces; see `piece_logits`, also for memory.
/// @throws DataError  if a probability is not finite.
std::vector<double> predict(const Network& network, std::span<const std::vector<std::int32_t>> ids, std::size_t labels,
                            Executor& executor, const Decision& decision = {}, TextPieces pieces = {});
/// The same of a model, from the texts themselves. Of one that is read in pieces, however long it is, no more ids are
/// in memory than those of a round.
std::vector<double> predict(const ClassifierModel& model, std::span<const std::string> texts, Executor& executor);

}  // namespace recura
