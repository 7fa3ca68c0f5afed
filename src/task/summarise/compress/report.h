#pragma once

#include "task/summarise/compress/predict.h"
#include "task/summarise/select/report.h"

namespace recura {

/// How well a model shortens: by limits, beside keeping as many words from the beginning, and the right ones; and as it
/// likes. For sentences stand words and marks.
struct CompressReport : SelectReport {
  SelectionReport free;
};

/// `rows` as `find_kept` leaves them. Without limits as many words are kept as each summary keeps.
CompressReport compress_report(const CompressModel& model, std::span<const SummaryRow> rows,
                               const SummaryLimits& limits, const RougeOptions& options, Executor& executor);

}  // namespace recura
