#include "task/summarise/parts.h"

#include <utility>

#include "base/error.h"
#include "data/batches.h"

namespace recura {

SummaryParts divide(GivenSummaries given, double dev_share, std::uint64_t seed) {
  auto& rows = given.train.rows;
  if (given.dev) return {std::move(rows), std::move(given.dev->rows), true};
  const std::vector<std::int32_t> all(rows.size());
  const DevSplit split = split_dev(all, dev_share, Rng(seed).stream("dev"));
  SummaryParts parts;
  for (const Index row : split.train) parts.train.push_back(std::move(rows[static_cast<std::size_t>(row)]));
  for (const Index row : split.dev) parts.dev.push_back(std::move(rows[static_cast<std::size_t>(row)]));
  return parts;
}

void check_dev(const SummaryParts& parts, std::int64_t scored) {
  if (parts.dev_is_given && scored == 0)
    throw DataError("no summary of the dev texts can be scored; they cannot choose the best epoch");
}

}  // namespace recura
