#include "task/tag/answer/calibration.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace recura {
namespace {

constexpr double kNever = 2, kUnknown = -1;  // above and below all scores

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// ln(p / (1 - p)) of a probability that may be 0 or 1.
double log_odds(double p) {
  constexpr double kLeast = 1e-9;
  p = std::clamp(p, kLeast, 1 - kLeast);
  return std::log(p / (1 - p));
}

struct Line {
  double scale = 1, shift = 0;
};

/// Newton's method on the log loss, with 5 (scale - 1)^2 + 5 shift^2 added, which makes it strictly convex.
Line fit(std::span<const ScoredSpan> spans) {
  constexpr int kSteps = 30;
  constexpr double kPrior = 10;
  Line line;
  for (int step = 0; step < kSteps; ++step) {
    double g0 = kPrior * (line.scale - 1), g1 = kPrior * line.shift, h00 = kPrior, h01 = 0, h11 = kPrior;
    for (const ScoredSpan& span : spans) {
      const double x = log_odds(span.score), p = sigmoid(line.scale * x + line.shift);
      const double error = p - (span.right ? 1 : 0), weight = p * (1 - p);
      g0 += error * x;
      g1 += error;
      h00 += weight * x * x;
      h01 += weight * x;
      h11 += weight;
    }
    const double determinant = h00 * h11 - h01 * h01;
    line.scale -= (h11 * g0 - h01 * g1) / determinant;
    line.shift -= (h00 * g1 - h01 * g0) / determinant;
  }
  constexpr double kLeastScale = 0.05;
  if (!std::isfinite(line.scale) || !std::isfinite(line.shift)) return {};
  return {std::max(line.scale, kLeastScale), line.shift};
}

/// The lowest score from which on spans are right in that share.
double threshold_for(double precision, const std::vector<std::pair<double, bool>>& by_falling_score) {
  double threshold = kNever;
  double right = 0;
  for (std::size_t i = 0; i < by_falling_score.size(); ++i) {
    right += by_falling_score[i].second ? 1 : 0;
    const bool is_last = i + 1 == by_falling_score.size() || by_falling_score[i + 1].first < by_falling_score[i].first;
    if (is_last && right / static_cast<double>(i + 1) >= precision) threshold = by_falling_score[i].first;
  }
  return threshold;
}

/// The highest score down to which others must be taken, where so many are found without them.
double recall_threshold_for(double wanted, double found, const std::vector<std::pair<double, bool>>& by_falling_score) {
  if (found >= wanted) return kNever;
  for (const auto& [score, is_right] : by_falling_score) {
    found += is_right ? 1 : 0;
    if (found >= wanted) return score;
  }
  return 0;
}

/// The calibrated scores of the spans of a type, the highest first.
std::vector<std::pair<double, bool>> by_falling_score(const SpanCalibration& calibration,
                                                      std::span<const ScoredSpan> spans, const std::string& type) {
  std::vector<std::pair<double, bool>> own;
  for (const ScoredSpan& span : spans) {
    if (span.type == type) own.emplace_back(calibration.apply(span.score), span.right);
  }
  std::ranges::sort(own, std::greater<>());
  return own;
}

/// So that the span whose score this is has it, in float too.
float just_below(double threshold) { return std::nextafter(static_cast<float>(threshold), 0.0F); }

}  // namespace

SpanCalibration::SpanCalibration(std::span<const ScoredSpan> spans, const std::vector<std::string>& types) {
  const Line line = fit(spans);
  scale_ = static_cast<float>(line.scale);
  shift_ = static_cast<float>(line.shift);
  for (const std::string& type : types) {
    const auto own = by_falling_score(*this, spans, type);
    for (const double precision : kPrecisions)
      thresholds_.push_back(own.empty() ? 0 : just_below(threshold_for(precision, own)));
  }
}

void SpanCalibration::set_recalls(std::span<const ScoredSpan> found, std::span<const std::int64_t> right,
                                  const std::vector<std::string>& types) {
  std::vector<ScoredSpan> others;
  std::ranges::copy_if(found, std::back_inserter(others), [](const ScoredSpan& span) { return !span.likeliest; });
  recall_thresholds_.clear();
  for (std::size_t type = 0; type < types.size(); ++type) {
    const auto own = by_falling_score(*this, others, types[type]);
    const auto likeliest = std::ranges::count_if(
        found, [&](const ScoredSpan& span) { return span.likeliest && span.right && span.type == types[type]; });
    for (const double recall : kRecalls) {
      const double wanted = recall * static_cast<double>(right[type]);
      const double threshold = recall_threshold_for(wanted, static_cast<double>(likeliest), own);
      recall_thresholds_.push_back(static_cast<float>(right[type] == 0 ? kUnknown : just_below(threshold)));
    }
  }
}

SpanCalibration::SpanCalibration(std::span<const float> numbers, const std::vector<std::string>& types) {
  const std::size_t precisions = 2 + types.size() * kPrecisions.size(),
                    all = precisions + types.size() * kRecalls.size();
  if (numbers.size() != precisions && numbers.size() != all)
    throw DataError("calibration: expected {} or {} numbers, got {}", precisions, all, numbers.size());
  if (!(numbers[0] > 0)) throw DataError("calibration: the scale must be positive, it is {}", numbers[0]);
  scale_ = numbers[0];
  shift_ = numbers[1];
  thresholds_.assign(numbers.begin() + 2, numbers.begin() + static_cast<std::ptrdiff_t>(precisions));
  recall_thresholds_.assign(numbers.begin() + static_cast<std::ptrdiff_t>(precisions), numbers.end());
}

double SpanCalibration::apply(double score) const {
  if (scale_ == 1 && shift_ == 0) return score;
  return sigmoid(static_cast<double>(scale_) * log_odds(score) + static_cast<double>(shift_));
}

double SpanCalibration::threshold(std::size_t type, std::size_t precision) const {
  return thresholds_.empty() ? 0 : static_cast<double>(thresholds_[type * kPrecisions.size() + precision]);
}

double SpanCalibration::recall_threshold(std::size_t type, std::size_t recall) const {
  return recall_thresholds_.empty() ? kUnknown
                                    : static_cast<double>(recall_thresholds_[type * kRecalls.size() + recall]);
}

std::vector<float> SpanCalibration::numbers() const {
  std::vector<float> numbers{scale_, shift_};
  numbers.insert(numbers.end(), thresholds_.begin(), thresholds_.end());
  numbers.insert(numbers.end(), recall_thresholds_.begin(), recall_thresholds_.end());
  return numbers;
}

}  // namespace recura
