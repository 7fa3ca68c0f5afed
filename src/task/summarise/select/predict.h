#pragma once

#include <span>
#include <vector>

#include "base/executor.h"
#include "task/summarise/select/document.h"
#include "task/summarise/select/select_network.h"

namespace recura {

/// For each sentence of each document the probability that it belongs to the summary. A document's result does not
/// depend on the others, bit for bit. Memory: that of a few thousand tokens for each thread, and of the sentences of
/// the longest text.
/// @throws DataError  if a number is not finite.
std::vector<std::vector<double>> predict(const SelectNetwork& network, std::span<const Document> documents,
                                         Executor& executor);

}  // namespace recura
