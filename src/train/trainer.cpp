#include "train/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>

#include "base/error.h"
#include "base/floating_state.h"
#include "data/batches.h"
#include "train/optimiser.h"
#include "train/weight_average.h"

namespace recura {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

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
  if (!(options.clip_norm >= 0 && options.clip_value >= 0))
    throw ArgumentError("fit: clip limits must not be negative, got {} and {}", options.clip_norm, options.clip_value);
}

std::unique_ptr<Optimiser> make_optimiser(const FitOptions& options) {
  if (options.optimiser == OptimiserKind::sgd) return std::make_unique<Sgd>(options.momentum);
  return std::make_unique<Adam>(AdamOptions{
      .epsilon = options.epsilon, .epsilon_hat = true, .lazy = options.optimiser == OptimiserKind::lazy_adam});
}

/// One run: what changes from step to step.
class Run {
 public:
  Run(Objective& objective, const FitOptions& options, Executor& executor, const FitCallbacks& callbacks)
      : objective_(objective),
        options_(options),
        executor_(executor),
        callbacks_(callbacks),
        rng_(options.seed),
        parameters_(objective.parameters()),
        optimiser_(make_optimiser(options)) {
    const bool lazy = options.optimiser == OptimiserKind::lazy_adam;
    if (options.average > 0) average_ = std::make_unique<WeightAverage>(parameters_, options.average, lazy);
  }

  FitResult go() {
    for (int epoch = 1; epoch <= options_.epochs && !result_.interrupted; ++epoch) {
      train_epoch(epoch);
      if (result_.interrupted) break;
      if (average_) average_->swap(executor_);
      score(epoch);
      if (average_) average_->swap(executor_);
      const int waited = epoch - result_.best_epoch;
      if (options_.patience > 0 && result_.best_epoch > 0 && waited >= options_.patience) break;
    }
    if (average_) average_->swap(executor_);
    for (std::size_t i = 0; i < best_.size(); ++i) parameters_[i]->change() = std::move(best_[i]);
    return std::move(result_);
  }

 private:
  void train_epoch(int epoch) {
    const auto lengths = objective_.lengths();
    const auto batches = make_batches(lengths, options_.batch_size, options_.group_by_length, options_.shuffle,
                                      rng_.stream("shuffle", static_cast<std::uint64_t>(epoch)));
    start_ = std::chrono::steady_clock::now();
    progress_ = {.epoch = epoch, .rows = static_cast<Index>(lengths.size())};
    double loss_sum = 0;
    for (const std::vector<Index>& batch : batches) {
      if (callbacks_.should_stop && callbacks_.should_stop()) {
        result_.interrupted = true;
        return;
      }
      loss_sum += step(batch) * static_cast<double>(batch.size());
      progress_.rows_done += static_cast<Index>(batch.size());
      for (const Index row : batch) progress_.steps_of_text += lengths[static_cast<std::size_t>(row)];
      progress_.loss = loss_sum / static_cast<double>(progress_.rows_done);
      progress_.seconds = seconds_since(start_);
      if (callbacks_.progress) callbacks_.progress(progress_);
    }
  }

  double step(std::span<const Index> batch) {
    ++steps_;
    Tape tape(Mode::train, rng_.stream("step", steps_), &executor_);
    const Var loss = objective_.loss(tape, batch);
    const auto value = static_cast<double>(loss.value().data[0]);
    if (!std::isfinite(value)) diverge("the loss", value);
    Gradients gradients = tape.backward(loss);
    const double norm = options_.clip_norm > 0 ? clip_global_norm(gradients, options_.clip_norm, executor_)
                                               : global_norm(gradients, executor_);
    if (!std::isfinite(norm)) diverge("the gradient's norm", norm);
    if (options_.clip_value > 0) clip_value(gradients, options_.clip_value);
    if (average_) average_->before_step(gradients, executor_);
    optimiser_->step(parameters_, gradients, options_.learning_rate, executor_);
    if (average_) average_->after_step(gradients, executor_);
    return value;
  }

  [[noreturn]] void diverge(const char* what, double value) const {
    throw DivergenceError(
        "training diverged in epoch {}, step {}: {} is {}; try a lower learning rate (it was {}) or clipping",
        progress_.epoch, steps_, what, value, options_.learning_rate);
  }

  void score(int epoch) {
    progress_.epoch_ended = true;
    if (const auto dev = objective_.dev_score(executor_)) {
      if (!std::isfinite(dev->loss)) diverge("the dev loss", dev->loss);
      progress_.dev_score = dev->score;
      progress_.dev_loss = dev->loss;
      keep_if_best(epoch, *dev);
    }
    result_.epochs_run = epoch;
    result_.epochs.push_back(progress_);
    if (callbacks_.progress) callbacks_.progress(progress_);
  }

  void keep_if_best(int epoch, const Objective::DevScore& dev) {
    const double value = options_.best_by == BestBy::loss ? -dev.loss : dev.score;
    const bool is_better = value > best_value_ || (value == best_value_ && dev.loss < best_loss_);
    progress_.best = result_.best_epoch == 0 || is_better;
    if (!progress_.best) return;
    best_value_ = value;
    best_loss_ = dev.loss;
    result_.best_epoch = epoch;
    result_.best_score = dev.score;
    best_.resize(parameters_.size());
    for (std::size_t i = 0; i < best_.size(); ++i) best_[i] = parameters_[i]->value();
  }

  Objective& objective_;
  const FitOptions& options_;
  Executor& executor_;
  const FitCallbacks& callbacks_;
  Rng rng_;
  std::vector<Parameter*> parameters_;
  std::unique_ptr<Optimiser> optimiser_;
  std::uint64_t steps_ = 0;
  std::chrono::steady_clock::time_point start_;
  FitProgress progress_;
  FitResult result_;
  double best_value_ = 0, best_loss_ = 0;
  std::vector<Tensor> best_;  // empty until there is one
  std::unique_ptr<WeightAverage> average_;
};

}  // namespace

FitOptions with_epochs(FitOptions options, std::int64_t rows) {
  constexpr std::int64_t kUsual = 10, kMost = 100, kSteps = 400;
  if (options.epochs > 0) return options;
  const std::int64_t steps = (rows + options.batch_size - 1) / options.batch_size;
  options.epochs = static_cast<int>(std::clamp((kSteps + steps - 1) / steps, kUsual, kMost));
  options.patience = options.patience * options.epochs / static_cast<int>(kUsual);
  return options;
}

FitResult fit(Objective& objective, const FitOptions& options, Executor& executor, const FitCallbacks& callbacks) {
  const FloatingState state;
  check(options, static_cast<Index>(objective.lengths().size()));
  return Run(objective, options, executor, callbacks).go();
}

}  // namespace recura
