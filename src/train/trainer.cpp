#include "train/trainer.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/floating_state.h"
#include "train/run.h"

namespace recura {
namespace {

void check(const FitOptions& options, Index rows) {
  if (rows == 0) throw ArgumentError("fit: there are no training rows");
  if (options.epochs < 1) throw ArgumentError("fit: epochs must be at least 1, got {}", options.epochs);
  if (options.batch_size < 1) throw ArgumentError("fit: batch_size must be at least 1, got {}", options.batch_size);
  if (!(options.learning_rate > 0 && std::isfinite(options.learning_rate)))
    throw ArgumentError("fit: learning_rate must be positive, got {}", options.learning_rate);
  if (!(options.momentum >= 0 && options.momentum < 1))
    throw ArgumentError("fit: momentum must be in [0, 1), got {}", options.momentum);
  if (!(options.average >= 0 && options.average < 1)) {
    throw ArgumentError("fit: average must be in [0, 1), got {}", options.average);
  }
  if (options.accumulate < 1) throw ArgumentError("fit: accumulate must be at least 1, got {}", options.accumulate);
  if (options.batch_steps < 0)
    throw ArgumentError("fit: batch_steps must not be negative, got {}", options.batch_steps);
  check(options.schedule);
  if (!(options.clip_norm >= 0 && options.clip_value >= 0))
    throw ArgumentError("fit: clip limits must not be negative, got {} and {}", options.clip_norm, options.clip_value);
}

}  // namespace

FitOptions with_epochs(FitOptions options, std::int64_t rows, int least) {
  constexpr std::int64_t kUsual = 10, kMost = 100, kSteps = 400;
  if (options.epochs > 0) return options;
  const std::int64_t steps = (rows + options.batch_size - 1) / options.batch_size;
  options.epochs = static_cast<int>(std::clamp((kSteps + steps - 1) / steps, kUsual, kMost));
  options.patience = options.patience * options.epochs / static_cast<int>(kUsual);
  options.epochs = std::max(options.epochs, least);
  return options;
}

FitResult fit(Objective& objective, const FitOptions& options, Executor& executor, const FitCallbacks& callbacks) {
  const FloatingState state;
  check(options, static_cast<Index>(objective.lengths().size()));
  return Run(objective, options, executor, callbacks).go();
}

}  // namespace recura
