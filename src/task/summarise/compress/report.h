#pragma once

#include "task/summarise/compress/fluency.h"
#include "task/summarise/select/report.h"

namespace recura {

/// How well a model shortens: by limits, beside keeping as many words from the beginning, and the right ones; and as it
/// likes. For sentences stand words and marks.
struct CompressReport : SelectReport {
  SelectionReport free;
  /// By the language model, if there is one, of all summaries: of the model, the first words, the right ones, and free.
  struct {
    double model = 0, lead = 0, oracle = 0, free = 0;
  } perplexity = {};
};

/// `rows` as `find_kept` leaves them. Without limits as many words are kept as each summary keeps.
CompressReport compress_report(const Compressor& compressor, std::span<const SummaryRow> rows,
                               const SummaryLimits& limits, const RougeOptions& options, Executor& executor);

}  // namespace recura
