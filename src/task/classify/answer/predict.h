#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/executor.h"
#include "layer/network.h"
#include "task/classify/model.h"
#include "task/encode.h"

namespace recura {

/// Probabilities [B, K] of `labels` labels for B texts as ids: a softmax, or of several a sigmoid each. A single
/// output is the second label's probability, or of `several` the only one's.
///
/// A text longer than `window` (0: none) is read in windows, and its logits are their mean; see `window_logits`, also
/// for memory.
/// @throws DataError  if a probability is not finite.
std::vector<double> predict(const Network& network, std::span<const std::vector<std::int32_t>> ids, std::size_t labels,
                            Executor& executor, const Decision& decision = {}, Index window = 0);
/// The same of a model, from the texts themselves. Of one that is read in windows, however long it is, no more ids are
/// in memory than those of a round.
std::vector<double> predict(const ClassifierModel& model, std::span<const std::string> texts, Executor& executor);

}  // namespace recura
