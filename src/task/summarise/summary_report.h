#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/executor.h"
#include "data/summary_data.h"
#include "task/summarise/rouge/rouge.h"

namespace recura {

/// How close summaries are to their references, whoever made them.
struct SummaryReport {
  RougeReport rouge;
  /// Words given for each word of the references, by their mean.
  double length_ratio = 0;
  /// Shares: of the given words those that stand in the text; of their runs of three those that stood there before.
  double copied = 0, repeated = 0;
};

/// `given`: a summary for each row, sentences in lines. The sentences of references are cut, where they have no lines.
/// @throws ArgumentError  if there are not as many summaries as rows.
SummaryReport summary_report(std::span<const SummaryRow> rows, std::span<const std::string> given,
                             const RougeOptions& options, Executor& executor);

/// Sentences of a text, in lines.
std::string joined_sentences(std::string_view text, std::span<const Token> sentences,
                             std::span<const std::size_t> chosen);

}  // namespace recura
