#include "task/classify/report/measures.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"

namespace recura {
namespace {

std::vector<std::size_t> rising(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return values[i]; });
  return order;
}

}  // namespace

std::optional<double> roc_auc(std::span<const double> scores, const std::vector<bool>& positive) {
  const auto with = static_cast<double>(std::ranges::count(positive, true));
  const double without = static_cast<double>(scores.size()) - with;
  if (with == 0 || without == 0) return std::nullopt;
  const auto order = rising(scores);
  double pairs = 0, below = 0;  // rows without the label that score lower
  for (std::size_t begin = 0; begin < order.size();) {
    double tied_with = 0, tied_without = 0;
    std::size_t end = begin;
    for (; end < order.size() && scores[order[end]] == scores[order[begin]]; ++end)
      ++(positive[order[end]] ? tied_with : tied_without);
    pairs += tied_with * (below + tied_without / 2);
    below += tied_without;
    begin = end;
  }
  return pairs / (with * without);
}

double matthews(std::span<const std::int64_t> given, std::span<const std::int64_t> present, std::int64_t hits,
                std::int64_t rows) {
  const auto s = static_cast<double>(rows);
  double both = 0, given_square = 0, present_square = 0;
  for (std::size_t k = 0; k < given.size(); ++k) {
    const auto p = static_cast<double>(given[k]), t = static_cast<double>(present[k]);
    both += p * t;
    given_square += p * p;
    present_square += t * t;
  }
  return ratio(static_cast<double>(hits) * s - both, std::sqrt((s * s - given_square) * (s * s - present_square)));
}

std::vector<RankedRates> rates_at(std::span<const std::size_t> ranks, std::span<const LabelSet> gold,
                                  std::span<const double> probabilities, std::size_t labels) {
  if (probabilities.size() != gold.size() * labels)
    throw ArgumentError("rates_at: expected [{}, {}] probabilities, got {}", gold.size(), labels, probabilities.size());
  std::vector<RankedRates> all;  // sums over the rows, then their means
  for (const std::size_t k : ranks) {
    if (k <= labels) all.push_back({k});
  }
  double with_labels = 0;
  for (std::size_t row = 0; row < gold.size() && !all.empty(); ++row) {
    const std::vector<std::size_t> order = likeliest(probabilities.subspan(row * labels, labels), all.back().k);
    std::int64_t found = 0;
    auto next = order.begin();
    for (RankedRates& at : all) {
      for (; next < order.begin() + static_cast<std::ptrdiff_t>(at.k); ++next)
        found += std::ranges::count(gold[row], static_cast<std::int32_t>(*next));
      at.precision += static_cast<double>(found);
      at.recall += ratio(static_cast<double>(found), static_cast<double>(gold[row].size()));
    }
    with_labels += gold[row].empty() ? 0 : 1;
  }
  for (RankedRates& at : all) {
    at.precision = ratio(at.precision, static_cast<double>(at.k * gold.size()));
    at.recall = ratio(at.recall, with_labels);
  }
  return all;
}

std::vector<CalibrationBin> calibration_bins(std::span<const double> confidence, const std::vector<bool>& right,
                                             std::size_t bins) {
  const auto order = rising(confidence);
  bins = std::min(bins, order.size());
  std::vector<CalibrationBin> result(bins);
  std::size_t at = 0;
  for (std::size_t i = 0; i < bins; ++i) {
    CalibrationBin& bin = result[i];
    for (const std::size_t end = at + order.size() / bins + (i < order.size() % bins ? 1 : 0); at < end; ++at) {
      ++bin.rows;
      bin.confidence += confidence[order[at]];
      bin.accuracy += right[order[at]] ? 1 : 0;
    }
    bin.confidence /= static_cast<double>(bin.rows);
    bin.accuracy /= static_cast<double>(bin.rows);
  }
  return result;
}

double calibration_error(std::span<const CalibrationBin> bins) {
  double error = 0, rows = 0;
  for (const CalibrationBin& bin : bins) {
    error += static_cast<double>(bin.rows) * std::abs(bin.accuracy - bin.confidence);
    rows += static_cast<double>(bin.rows);
  }
  return ratio(error, rows);
}

double mcnemar(std::int64_t first, std::int64_t second) {
  const auto n = static_cast<double>(first + second);
  double tail = 0;  // of the binomial distribution with p = 1/2
  for (std::int64_t k = 0; k <= std::min(first, second); ++k) {
    const auto i = static_cast<double>(k);
    tail += std::exp(std::lgamma(n + 1) - std::lgamma(i + 1) - std::lgamma(n - i + 1) - n * std::log(2.0));
  }
  return std::min(1.0, 2 * tail);
}

Interval bootstrap(std::size_t rows, Rng rng, const std::function<double(std::span<const std::uint32_t>)>& score) {
  if (rows == 0) return {};
  const std::size_t resamples = rows <= 100'000 ? 1000 : 100;
  std::vector<std::uint32_t> drawn(rows);
  std::vector<double> scores;
  for (std::size_t resample = 0; resample < resamples; ++resample) {
    for (std::uint32_t& row : drawn) row = static_cast<std::uint32_t>(rng.below(rows));
    scores.push_back(score(drawn));
  }
  std::ranges::sort(scores);
  const std::size_t tail = resamples / 40;  // 2.5 % on each side
  return {scores[tail], scores[resamples - 1 - tail]};
}

}  // namespace recura
