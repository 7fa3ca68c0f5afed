#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/executor.h"
#include "data/summary_data.h"

namespace recura {

/// Texts with summaries to train on, and others to choose the best epoch by, if there are any.
struct GivenSummaries {
  SummaryData train;
  std::optional<SummaryData> dev = {};
};

/// The rows that a summarizer learns from, and those that choose its best epoch.
struct SummaryParts {
  std::vector<SummaryRow> train, dev;
  /// Rather than a share of the training rows.
  bool dev_is_given = false;
};

/// The dev rows are given, or are so large a share of the training rows.
SummaryParts divide(GivenSummaries given, double dev_share, std::uint64_t seed);

/// Keeps training from choosing an epoch by nothing; `scored`: how much of the dev rows' summaries can be scored.
/// @throws DataError  if dev rows are given, and that is nothing.
void check_dev(const SummaryParts& parts, std::int64_t scored);

/// Calls use(row) for all rows, spread over the executor's threads.
template <typename Use>
void for_each_row(std::size_t rows, Executor& executor, const Use& use) {
  constexpr std::size_t kRowsPerPart = 64;
  executor.run(static_cast<int>((rows + kRowsPerPart - 1) / kRowsPerPart), [&](int part) {
    const std::size_t begin = static_cast<std::size_t>(part) * kRowsPerPart;
    for (std::size_t row = begin; row < std::min(rows, begin + kRowsPerPart); ++row) use(row);
  });
}

}  // namespace recura
