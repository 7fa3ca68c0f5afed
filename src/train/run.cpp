#include "train/run.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.h"
#include "data/batches.h"
#include "kernel/optimise.h"

namespace recura {
namespace {

constexpr int kMostTimesBack = 3;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::unique_ptr<Optimiser> make_optimiser(const FitOptions& options) {
  const bool lazy = options.optimiser == OptimiserKind::lazy_adam;
  const AdamOptions adam{.epsilon = options.epsilon, .epsilon_hat = true, .lazy = lazy};
  switch (options.optimiser) {
    case OptimiserKind::sgd:
      return std::make_unique<Sgd>(options.momentum);
    case OptimiserKind::adamw:
      return std::make_unique<AdamW>(options.weight_decay, adam);
    case OptimiserKind::rmsprop:
      return std::make_unique<RmsProp>(0.9, options.epsilon);
    default:
      return std::make_unique<Adam>(adam);
  }
}

Index rows_of(std::span<const std::vector<Index>> batches) {
  Index rows = 0;
  for (const std::vector<Index>& batch : batches) rows += std::ssize(batch);
  return rows;
}

std::unique_ptr<WeightAverage> make_average(const std::vector<Parameter*>& parameters, const FitOptions& options) {
  if (options.average == 0) return nullptr;
  return std::make_unique<WeightAverage>(parameters, options.average, options.optimiser == OptimiserKind::lazy_adam);
}

}  // namespace

Run::Run(Objective& objective, const FitOptions& options, Executor& executor, const FitCallbacks& callbacks)
    : objective_(objective),
      options_(options),
      executor_(executor),
      callbacks_(callbacks),
      rng_(options.seed),
      parameters_(objective.parameters()),
      optimiser_(make_optimiser(options)),
      average_(make_average(parameters_, options)),
      kept_(parameters_.size()) {
  keep(0);
  begin_epoch(1);
}

FitResult Run::go() {
  if (options_.checkpoint.resume) resume();
  while (progress_.epoch <= options_.epochs && !is_out_of_patience()) {
    train_epoch();
    if (!result_.interrupted) score_epoch();
    if (result_.interrupted) {
      write_checkpoint();
      break;
    }
    begin_epoch(progress_.epoch + 1);
    write_checkpoint_if_due(true);
  }
  if (average_) average_->swap(executor_);
  for (std::size_t i = 0; result_.best_epoch > 0 && i < kept_.size(); ++i)
    parameters_[i]->change() = std::move(kept_[i]);
  return std::move(result_);
}

void Run::begin_epoch(int epoch) {
  progress_ = {.epoch = epoch, .rows = static_cast<Index>(objective_.lengths().size())};
  batches_ = 0;
  loss_rows_ = 0;
  loss_sum_ = seconds_before_ = 0;
}

void Run::set_shares() {
  moving_.clear();
  for (const Parameter* parameter : parameters_) {
    const double share = objective_.rate_share(*parameter, progress_.epoch);
    optimiser_->set_share(*parameter, share);
    if (share > 0) moving_.insert(parameter);
  }
}

void Run::train_epoch() {
  const auto lengths = objective_.lengths();
  const auto batches =
      make_batches(lengths, options_.batch_size, options_.group_by_length, options_.shuffle,
                   rng_.stream("shuffle", static_cast<std::uint64_t>(progress_.epoch)), options_.batch_steps);
  set_shares();
  objective_.begin_epoch(progress_.epoch, options_.epochs);
  epoch_start_ = Clock::now();
  while (batches_ < batches.size()) {
    if (should_stop()) return;
    const auto rest = std::span(batches).subspan(batches_);
    const auto some = rest.first(std::min(rest.size(), static_cast<std::size_t>(options_.accumulate)));
    progress_.rate = rate(rows_of(some));
    const auto loss = step(some);
    batches_ += some.size();
    if (loss) {
      loss_sum_ += *loss * static_cast<double>(rows_of(some));
      loss_rows_ += rows_of(some);
    }
    progress_.rows_done += rows_of(some);
    for (const std::vector<Index>& batch : some) {
      for (const Index row : batch) progress_.steps_of_text += lengths[static_cast<std::size_t>(row)];
    }
    progress_.loss = mean_loss();
    progress_.seconds = seconds_before_ + seconds_since(epoch_start_);
    if (callbacks_.progress) callbacks_.progress(progress_);
    write_checkpoint_if_due(false);
  }
}

double Run::mean_loss() const { return loss_sum_ / static_cast<double>(std::max<Index>(loss_rows_, 1)); }

bool Run::should_stop() {
  if (callbacks_.should_stop && callbacks_.should_stop()) result_.interrupted = true;
  return result_.interrupted;
}

std::optional<double> Run::step(std::span<const std::vector<Index>> batches) {
  ++steps_;
  const Rng rng = rng_.stream("step", steps_);
  const auto rows = static_cast<double>(rows_of(batches));
  double loss_sum = 0;
  std::optional<Gradients> sum;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    Tape tape(Mode::train, i == 0 ? rng : rng.stream("batch", i), &executor_);
    const Var loss = objective_.loss(tape, batches[i]);
    const auto value = static_cast<double>(loss.value().data[0]);
    if (!std::isfinite(value)) {
      go_back("the loss", value);
      return std::nullopt;
    }
    const double share = static_cast<double>(batches[i].size()) / rows;
    loss_sum += value * share;
    Gradients gradients = tape.backward(loss);
    if (sum) {
      sum->add(gradients, static_cast<real>(share));
    } else {
      if (share != 1) gradients.scale(static_cast<real>(share));
      sum = std::move(gradients);
    }
  }
  return take_step(std::move(*sum)) ? std::optional(loss_sum) : std::nullopt;
}

bool Run::take_step(Gradients gradients) {
  const double limit = options_.clip_norm > 0 ? options_.clip_norm : std::numeric_limits<double>::infinity();
  const GradientNorms norms = clip_global_norm(gradients, limit, moving_, executor_);
  const bool is_clipped = norms.moving > limit;
  constexpr double kLargest = 1e15;  // the squares that optimisers keep must be finite too
  if (!std::isfinite(norms.all) || norms.all * (is_clipped ? limit / norms.moving : 1) > kLargest) {
    go_back("the gradient's norm", norms.all);
    return false;
  }
  ++progress_.steps;
  progress_.clipped += is_clipped ? 1 : 0;
  progress_.gradient_norm = std::max(progress_.gradient_norm, norms.moving);
  if (options_.clip_value > 0) clip_value(gradients, options_.clip_value);
  if (average_) average_->before_step(gradients, executor_);
  optimiser_->step(parameters_, gradients, progress_.rate, executor_);
  if (average_) average_->after_step(gradients, executor_);
  return true;
}

double Run::rate(Index rows) const {
  const auto share = [&](Index done) {
    return (progress_.epoch - 1 + static_cast<double>(done) / static_cast<double>(progress_.rows)) / options_.epochs;
  };
  const double factor = rate_factor(options_.schedule, share(progress_.rows_done), share(progress_.rows_done + rows),
                                    progress_.epoch, decays());
  return std::ldexp(options_.learning_rate * factor, -times_back_);
}

/// Without a dev part the training loss says what is better.
int Run::decays() const {
  if (options_.schedule.kind != ScheduleKind::plateau) return 0;
  std::vector<char> better;
  double least = std::numeric_limits<double>::infinity();
  for (const FitProgress& epoch : result_.epochs) {
    better.push_back(result_.best_epoch > 0 ? epoch.best : epoch.loss < least);
    least = std::min(least, epoch.loss);
  }
  return plateau_decays(better, options_.schedule.decay_epochs);
}

std::optional<Objective::DevScore> Run::dev_score() {
  struct Stopped {};
  struct Check {
    Executor& executor;
    ~Check() { executor.check_before_parts({}); }
  } check{executor_};
  executor_.check_before_parts([this] {
    if (should_stop()) throw Stopped();
  });
  try {
    return objective_.dev_score(executor_);
  } catch (const Stopped&) {
    return std::nullopt;
  }
}

void Run::score_epoch() {
  const int epoch = progress_.epoch;
  const bool is_finite = std::ranges::all_of(parameters_, [](const Parameter* parameter) {
    return std::isfinite(kernel::sum_of_squares(parameter->value().values()));
  });
  if (options_.gradient_flow && is_finite) progress_.gradient_flow = objective_.gradient_flow(executor_);
  if (average_) average_->swap(executor_);
  const auto dev = is_finite ? dev_score() : std::nullopt;
  if (result_.interrupted) {
    if (average_) average_->swap(executor_);
    return;
  }
  const bool is_sound = is_finite && (!dev || std::isfinite(dev->loss));
  if (is_sound && dev) {
    progress_.dev_score = dev->score;
    progress_.dev_loss = dev->loss;
    keep_if_best(*dev);
  } else if (is_sound) {
    keep(epoch);
  }
  if (average_) average_->swap(executor_);
  if (!is_finite) go_back("a weight", std::numeric_limits<double>::infinity());
  if (dev && !is_sound) go_back("the dev loss", dev->loss);
  progress_.epoch_ended = true;
  result_.epochs_run = epoch;
  result_.epochs.push_back(progress_);
  if (callbacks_.progress) callbacks_.progress(progress_);
}

void Run::keep(int epoch) {
  for (std::size_t i = 0; i < kept_.size(); ++i) kept_[i] = parameters_[i]->value();
  kept_epoch_ = epoch;
}

void Run::keep_if_best(const Objective::DevScore& dev) {
  const double value = options_.best_by == BestBy::loss ? -dev.loss : dev.score;
  const bool is_better = value > best_value_ || (value == best_value_ && dev.loss < best_loss_);
  progress_.best = result_.best_epoch == 0 || is_better;
  if (!progress_.best) return;
  best_value_ = value;
  best_loss_ = dev.loss;
  result_.best_epoch = progress_.epoch;
  result_.best_score = dev.score;
  keep(progress_.epoch);
}

bool Run::is_out_of_patience() const {
  const int waited = result_.epochs_run - result_.best_epoch;
  return options_.patience > 0 && result_.best_epoch > 0 && waited >= options_.patience;
}

void Run::go_back(const char* what, double value) {
  const std::string found = fmt::format("epoch {}, step {}: {} is {}", progress_.epoch, steps_, what, value);
  if (times_back_ == kMostTimesBack)
    throw DivergenceError("training diverged in {}; try a lower learning rate (it was {}) or clipping", found,
                          progress_.rate);
  ++times_back_;
  for (std::size_t i = 0; i < kept_.size(); ++i) parameters_[i]->change() = kept_[i];
  optimiser_ = make_optimiser(options_);
  set_shares();
  average_ = make_average(parameters_, options_);
  note(fmt::format("{}; back to the weights {}, with half the learning rate", found,
                   kept_epoch_ == 0 ? "of the start" : fmt::format("of epoch {}", kept_epoch_)));
}

void Run::note(const std::string& text) const {
  if (callbacks_.note) callbacks_.note(text);
}

}  // namespace recura
