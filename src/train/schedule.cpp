#include "train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.h"

namespace recura {

void check(const ScheduleOptions& options) {
  if (!(options.warm_up >= 0 && options.warm_up < 1))
    throw ArgumentError("schedule: warm_up must be in [0, 1), got {}", options.warm_up);
  if (!(options.decay > 0 && options.decay < 1))
    throw ArgumentError("schedule: decay must be in (0, 1), got {}", options.decay);
  if (options.decay_epochs < 1)
    throw ArgumentError("schedule: decay_epochs must be at least 1, got {}", options.decay_epochs);
}

double rate_factor(const ScheduleOptions& options, double begin, double end, int epoch, int decays) {
  if (options.kind == ScheduleKind::slanted) {
    constexpr double kUsualPeak = 0.1, kRatio = 32;
    const double peak = options.warm_up > 0 ? options.warm_up : kUsualPeak;
    const double p = begin < peak ? begin / peak : (1 - begin) / (1 - peak);
    return (1 + p * (kRatio - 1)) / kRatio;
  }
  const double rise = options.warm_up > 0 ? std::min(1., end / options.warm_up) : 1;
  switch (options.kind) {
    case ScheduleKind::step:
      return rise * std::pow(options.decay, (epoch - 1) / options.decay_epochs);
    case ScheduleKind::cosine:
      return rise * (1 + std::cos(std::numbers::pi * begin)) / 2;
    case ScheduleKind::plateau:
      return rise * std::pow(options.decay, decays);
    default:
      return rise;
  }
}

int plateau_decays(std::span<const char> better, int decay_epochs) {
  int decays = 0, waited = 0;
  for (const char is_better : better) {
    waited = is_better != 0 ? 0 : waited + 1;
    if (waited == decay_epochs) {
      ++decays;
      waited = 0;
    }
  }
  return decays;
}

}  // namespace recura
