#include "task/classify/report/set_report.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.h"

namespace recura {
namespace {

PrecisionRecall mean(std::span<const PrecisionRecall> rates, const auto& weight_of) {
  PrecisionRecall sum;
  double weights = 0;
  for (std::size_t k = 0; k < rates.size(); ++k) {
    const double weight = weight_of(k);
    weights += weight;
    sum.precision += weight * rates[k].precision;
    sum.recall += weight * rates[k].recall;
    sum.f1 += weight * rates[k].f1;
  }
  return {ratio(sum.precision, weights), ratio(sum.recall, weights), ratio(sum.f1, weights)};
}

double row_loss(const LabelSet& gold, std::span<const double> probabilities) {
  constexpr double kLeast = std::numeric_limits<double>::epsilon();
  double loss = 0;
  for (std::size_t k = 0; k < probabilities.size(); ++k) {
    const bool right = std::ranges::count(gold, static_cast<std::int32_t>(k)) > 0;
    loss -= std::log(std::max(right ? probabilities[k] : 1 - probabilities[k], kLeast));
  }
  return loss;
}

/// Of each label: how often it was given, and how often rightly.
struct SetCounts {
  std::vector<std::int64_t> given, hits;
};

void add_rates(SetReport& report, const SetCounts& counts, std::int64_t unseen_labels) {
  const auto sum = [](const std::vector<std::int64_t>& all) {
    return static_cast<double>(std::accumulate(all.begin(), all.end(), std::int64_t{0}));
  };
  for (std::size_t k = 0; k < counts.given.size(); ++k)
    report.labels.push_back(rates(static_cast<double>(counts.hits[k]), static_cast<double>(counts.given[k]),
                                  static_cast<double>(report.support[k])));
  report.micro = rates(sum(counts.hits), sum(counts.given), sum(report.support) + static_cast<double>(unseen_labels));
  report.macro = macro_mean(report.labels, report.support, counts.given);
  report.weighted = weighted_mean(report.labels, report.support);
}

}  // namespace

PrecisionRecall macro_mean(std::span<const PrecisionRecall> rates, std::span<const std::int64_t> support,
                           std::span<const std::int64_t> predicted) {
  return mean(rates, [&](std::size_t k) { return support[k] + predicted[k] > 0 ? 1.0 : 0.0; });
}

PrecisionRecall weighted_mean(std::span<const PrecisionRecall> rates, std::span<const std::int64_t> support) {
  return mean(rates, [&](std::size_t k) { return static_cast<double>(support[k]); });
}

SetReport set_report(std::span<const LabelSet> gold, std::span<const double> probabilities,
                     std::span<const double> thresholds) {
  const std::size_t labels = thresholds.size();
  if (labels == 0 || probabilities.size() != gold.size() * labels)
    throw ArgumentError("set_report: expected [{}, {}] probabilities, got {}", gold.size(), labels,
                        probabilities.size());
  SetReport report;
  report.rows = std::ssize(gold);
  report.support.resize(labels);
  SetCounts counts{std::vector<std::int64_t>(labels), std::vector<std::int64_t>(labels)};
  std::int64_t exact = 0, unseen_labels = 0;
  const auto chosen = chosen_labels(probabilities, thresholds);
  for (std::size_t row = 0; row < gold.size(); ++row) {
    const auto scores = probabilities.subspan(row * labels, labels);
    for (const std::int32_t k : gold[row])
      ++(k == kUnseenLabel ? unseen_labels : report.support.at(static_cast<std::size_t>(k)));
    for (const std::int32_t k : chosen[row]) {
      ++counts.given[static_cast<std::size_t>(k)];
      counts.hits[static_cast<std::size_t>(k)] += std::ranges::count(gold[row], k) > 0 ? 1 : 0;
    }
    report.unseen += std::ranges::count(gold[row], kUnseenLabel) > 0 ? 1 : 0;
    exact += chosen[row] == gold[row] ? 1 : 0;
    report.log_loss += row_loss(gold[row], scores);
  }
  const auto rows = static_cast<double>(report.rows);
  report.subset_accuracy = ratio(static_cast<double>(exact), rows);
  report.log_loss = ratio(report.log_loss, rows * static_cast<double>(labels));
  add_rates(report, counts, unseen_labels);
  return report;
}

}  // namespace recura
