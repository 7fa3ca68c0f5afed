#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/executor.h"
#include "task/summarise/select/choose.h"
#include "task/summarise/select/model.h"
#include "task/summarise/summary_report.h"

namespace recura {

/// Summaries of chosen sentences, and of how many it is known whether they are right.
struct SelectionReport {
  SummaryReport summaries;
  PrecisionRecall sentences;
  /// Of all the texts' sentences, how many were chosen.
  double share = 0;
};

/// `chosen` are the numbers of the sentences that the summaries `given` consist of.
SelectionReport selection_report(std::span<const SummaryRow> rows, std::span<const std::vector<std::size_t>> chosen,
                                 std::span<const std::string> given, const RougeOptions& options, Executor& executor);

/// The numbers of what is kept.
std::vector<std::size_t> numbers_of(const std::vector<bool>& keep);

/// How well a model chooses sentences, beside choosing the first ones and the right ones.
struct SelectReport {
  SelectionReport model, lead, oracle;
};

/// `rows` as `find_sentences` leaves them. Without limits as many sentences are chosen as belong to each summary.
SelectReport select_report(const SelectModel& model, std::span<const SummaryRow> rows, const SummaryLimits& limits,
                           const RougeOptions& options, Executor& executor);

}  // namespace recura
