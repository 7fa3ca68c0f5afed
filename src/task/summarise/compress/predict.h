#pragma once

#include <span>
#include <vector>

#include "base/executor.h"
#include "data/summary_data.h"
#include "task/summarise/compress/model.h"

namespace recura {

/// What a network thinks of a text's words.
struct ReadWords {
  /// For each the probability that it is kept: all sequences of tags in which it is.
  std::vector<double> p;
  /// The numbers of those that the likeliest sequence keeps; the likeliest word alone if it keeps none.
  std::vector<std::size_t> kept;
};

/// Reads rows whose words are known, each sentence for itself. A row's result does not depend on the others, bit for
/// bit.
/// @throws DataError  if a number is not finite.
std::vector<ReadWords> predict(const CompressModel& model, std::span<const SummaryRow> rows, Executor& executor);

}  // namespace recura
