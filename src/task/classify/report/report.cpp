#include "task/classify/report/report.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "task/classify/report/measures.h"
#include "task/classify/report/set_report.h"

namespace recura {
namespace {

/// Of each label: how often it was predicted, and how often rightly.
struct Counts {
  std::vector<std::int64_t> predicted, hits;
};

void add_label_rates(ClassificationReport& report, const Counts& counts) {
  const auto& predicted = counts.predicted;
  std::int64_t right = 0;
  for (std::size_t k = 0; k < predicted.size(); ++k) {
    report.labels.push_back(rates(static_cast<double>(counts.hits[k]), static_cast<double>(predicted[k]),
                                  static_cast<double>(report.support[k])));
    right += counts.hits[k];
  }
  report.macro = macro_mean(report.labels, report.support, predicted);
  report.weighted = weighted_mean(report.labels, report.support);
  const auto rows = static_cast<double>(report.rows);
  report.micro = rates(static_cast<double>(right), rows, rows);
  report.accuracy = ratio(static_cast<double>(right), rows);
  std::vector<std::int64_t> present = report.support;
  present.push_back(report.unseen);
  std::vector<std::int64_t> given = predicted;
  given.push_back(0);
  report.matthews = matthews(given, present, right, report.rows);
}

}  // namespace

std::vector<std::int32_t> best_labels(std::span<const double> probabilities, std::size_t labels) {
  std::vector<std::int32_t> best;
  for (std::size_t at = 0; at < probabilities.size(); at += labels) {
    const auto row = probabilities.subspan(at, labels);
    best.push_back(static_cast<std::int32_t>(std::ranges::max_element(row) - row.begin()));
  }
  return best;
}

ClassificationReport classification_report(std::span<const std::int32_t> gold, std::span<const double> probabilities,
                                           std::size_t labels) {
  if (labels == 0 || probabilities.size() != gold.size() * labels) {
    throw ArgumentError("classification_report: expected [{}, {}] probabilities, got {}", gold.size(), labels,
                        probabilities.size());
  }
  const auto is_label = [labels](std::int32_t g) {
    return g == kUnseenLabel || (g >= 0 && static_cast<std::size_t>(g) < labels);
  };
  if (const auto outside = std::ranges::find_if_not(gold, is_label); outside != gold.end())
    throw ArgumentError("classification_report: label {} is not in 0 … {}", *outside, labels - 1);
  ClassificationReport report;
  report.rows = static_cast<std::int64_t>(gold.size());
  report.support.resize(labels);
  if (labels <= kMostConfused) report.confusion.resize(labels * labels);
  Counts counts{std::vector<std::int64_t>(labels), std::vector<std::int64_t>(labels)};
  const auto best = best_labels(probabilities, labels);
  for (std::size_t row = 0; row < gold.size(); ++row) {
    const auto answer = static_cast<std::size_t>(best[row]);
    ++counts.predicted[answer];
    if (gold[row] == kUnseenLabel) {
      ++report.unseen;
      continue;
    }
    const auto right = static_cast<std::size_t>(gold[row]);
    ++report.support[right];
    counts.hits[right] += right == answer ? 1 : 0;
    if (!report.confusion.empty()) ++report.confusion[right * labels + answer];
    report.log_loss -= std::log(std::max(probabilities[row * labels + right], std::numeric_limits<double>::epsilon()));
  }
  report.log_loss = ratio(report.log_loss, static_cast<double>(report.rows - report.unseen));
  report.majority =
      ratio(static_cast<double>(*std::ranges::max_element(report.support)), static_cast<double>(report.rows));
  add_label_rates(report, counts);
  return report;
}

}  // namespace recura
