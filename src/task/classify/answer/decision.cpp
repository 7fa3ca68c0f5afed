#include "task/classify/answer/decision.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "layer/json_fields.h"
#include "task/precision_recall.h"

namespace recura {
namespace {

struct Scored {
  double probability;
  bool right;
};

double best_threshold(std::vector<Scored> rows) {
  const auto present = static_cast<double>(std::ranges::count(rows, true, &Scored::right));
  std::ranges::stable_sort(rows, std::ranges::greater(), &Scored::probability);
  double best_f1 = 0, best = kMiddle, right = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    right += rows[i].right ? 1 : 0;
    const double next = i + 1 < rows.size() ? rows[i + 1].probability : 0;
    if (next == rows[i].probability) continue;
    const double f1 = rates(right, static_cast<double>(i + 1), present).f1;
    const double threshold = (rows[i].probability + next) / 2;
    const bool nearer = std::abs(threshold - kMiddle) < std::abs(best - kMiddle);
    if (f1 < best_f1 || (f1 == best_f1 && !nearer)) continue;
    best_f1 = f1;
    best = threshold;
  }
  return best;
}

constexpr std::array<std::pair<const char*, bool>, 2> kLabels{{{"one", false}, {"several", true}}};

template <typename Visitor>
void describe(Decision& decision, Visitor& visit) {
  visit.choice("labels", decision.several, FieldNames<bool>(kLabels));
  visit("temperature", decision.temperature);
  visit("dev_rows", decision.dev_rows);
}

constexpr auto kDescribe = [](auto& fields, auto& visit) { describe(fields, visit); };

/// How the log loss changes with 1/T = b, where a row's logits z are ln p: the sums of E[z] - z_gold and of var(z)
/// under softmax(b z).
struct Slope {
  double first = 0, second = 0;
};

Slope slope_at(double b, std::span<const std::int32_t> gold, std::span<const double> logs, std::size_t labels) {
  Slope slope;
  for (std::size_t row = 0; row < gold.size(); ++row) {
    if (gold[row] == kUnseenLabel) continue;
    const auto z = logs.subspan(row * labels, labels);
    const double most = *std::ranges::max_element(z);
    double sum = 0, mean = 0, square = 0;
    for (const double one : z) {
      const double p = std::exp(b * (one - most));
      sum += p;
      mean += p * one;
      square += p * one * one;
    }
    mean /= sum;
    slope.first += mean - z[static_cast<std::size_t>(gold[row])];
    slope.second += square / sum - mean * mean;
  }
  return slope;
}

}  // namespace

double choose_temperature(std::span<const std::int32_t> gold, std::span<const double> probabilities,
                          std::size_t labels) {
  constexpr double kLeast = 1e-300;
  std::vector<double> logs;
  for (const double p : probabilities) logs.push_back(std::log(std::max(p, kLeast)));
  if (std::ranges::count(gold, kUnseenLabel) == std::ssize(gold)) return 1;
  // The loss is convex in b: Newton's steps, held between two ends that close in on where it stops falling.
  constexpr double kCold = 0.05;
  constexpr int kSteps = 60;
  double low = kCold, high = 1 / kCold, b = 1;
  for (int step = 0; step < kSteps; ++step) {
    const Slope slope = slope_at(b, gold, logs, labels);
    (slope.first > 0 ? high : low) = b;
    const double newton = b - slope.first / slope.second;
    const double next = newton > low && newton < high ? newton : (low + high) / 2;
    if (std::abs(next - b) < 1e-12 * b) break;
    b = next;
  }
  return 1 / b;
}

std::vector<double> choose_thresholds(std::span<const LabelSet> gold, std::span<const double> probabilities,
                                      std::size_t labels) {
  std::vector<double> thresholds(labels, kMiddle);
  std::vector<std::size_t> rare;
  std::vector<Scored> of_rare;
  for (std::size_t k = 0; k < labels; ++k) {
    std::vector<Scored> rows;
    for (std::size_t row = 0; row < gold.size(); ++row)
      rows.push_back(
          {probabilities[row * labels + k], std::ranges::count(gold[row], static_cast<std::int32_t>(k)) > 0});
    const auto present = std::ranges::count(rows, true, &Scored::right);
    if (present >= kFewestForThreshold) {
      thresholds[k] = best_threshold(std::move(rows));
    } else if (present > 0) {
      rare.push_back(k);
      of_rare.insert(of_rare.end(), rows.begin(), rows.end());
    }
  }
  if (rare.empty()) return thresholds;
  const double shared = best_threshold(std::move(of_rare));
  for (const std::size_t k : rare) thresholds[k] = shared;
  return thresholds;
}

std::vector<std::size_t> likeliest(std::span<const double> probabilities, std::size_t count) {
  std::vector<std::size_t> order(probabilities.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto kept = static_cast<std::ptrdiff_t>(std::min(count, order.size()));
  std::ranges::partial_sort(order, order.begin() + kept, [&](std::size_t a, std::size_t b) {
    return probabilities[a] != probabilities[b] ? probabilities[a] > probabilities[b] : a < b;
  });
  order.resize(static_cast<std::size_t>(kept));
  return order;
}

std::vector<LabelSet> chosen_labels(std::span<const double> probabilities, std::span<const double> thresholds) {
  std::vector<LabelSet> chosen;
  for (std::size_t at = 0; at < probabilities.size(); at += thresholds.size()) {
    LabelSet& row = chosen.emplace_back();
    for (std::size_t k = 0; k < thresholds.size(); ++k) {
      if (probabilities[at + k] >= thresholds[k]) row.push_back(static_cast<std::int32_t>(k));
    }
  }
  return chosen;
}

std::string to_json(const Decision& decision) { return fields_to_json(decision, kDescribe); }

Decision decision_from_json(const std::string& text) {
  const auto decision = fields_from_json<Decision>("decision", "it", text, kDescribe);
  constexpr double kHottest = 100;
  if (!(decision.temperature >= 1 / kHottest && decision.temperature <= kHottest))
    throw DataError("decision: temperature must be in {} … {}, it is {}", 1 / kHottest, kHottest, decision.temperature);
  return decision;
}

}  // namespace recura
