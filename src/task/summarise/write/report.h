#pragma once

#include <span>
#include <string>
#include <vector>

#include "task/summarise/summary_report.h"
#include "task/summarise/write/write.h"

namespace recura {

/// The mean F1 of ROUGE-1, -2 and -L: one number to choose a model by.
double mean_f1(const SummaryReport& report);

/// The beginnings of texts, each as many words as its first reference has: what a writer must beat.
std::vector<std::string> lead_of(std::span<const SummaryRow> rows);

/// How well a model writes, beside the beginnings of the texts.
struct WriteReport {
  SummaryReport model, lead;
  /// Share of the summaries that have a number or a name that their text does not have.
  double with_new = 0;
};

struct WriteReportOptions {
  BeamOptions beam;
  RougeOptions rouge = {};
};

WriteReport write_report(const Writer& writer, std::span<const SummaryRow> rows, const WriteReportOptions& options,
                         Executor& executor);

/// The dev score of a model: `mean_f1` of summaries that it writes without a beam.
double mean_rouge(const WriteModel& model, std::span<const SummaryRow> rows, Executor& executor);

}  // namespace recura
