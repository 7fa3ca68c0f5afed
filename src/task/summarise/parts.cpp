#include "task/summarise/parts.h"

#include <utility>

#include "data/batches.h"

namespace recura {

SummaryParts divide(SummaryData train, std::optional<SummaryData> dev, double dev_share, std::uint64_t seed) {
  if (dev) return {std::move(train.rows), std::move(dev->rows)};
  const std::vector<std::int32_t> all(train.rows.size());
  const DevSplit split = split_dev(all, dev_share, Rng(seed).stream("dev"));
  SummaryParts parts;
  for (const Index row : split.train) parts.train.push_back(std::move(train.rows[static_cast<std::size_t>(row)]));
  for (const Index row : split.dev) parts.dev.push_back(std::move(train.rows[static_cast<std::size_t>(row)]));
  return parts;
}

}  // namespace recura
