// How a run is written to a checkpoint, and goes on from one.

#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "train/run.h"
#include "train/run_state.h"

namespace recura {
namespace {

/// An epoch as numbers; a dev score that there is none of, which is NaN, as 0 behind a 0.
constexpr std::size_t kNumbers = 13;

std::vector<double> numbers_of(const std::vector<FitProgress>& epochs) {
  std::vector<double> numbers;
  for (const FitProgress& p : epochs) {
    const bool scored = p.dev_score == p.dev_score;
    numbers.insert(numbers.end(), {static_cast<double>(p.rows_done), static_cast<double>(p.rows),
                                   static_cast<double>(p.steps_of_text), p.loss, p.rate, p.seconds, p.best ? 1. : 0.,
                                   scored ? 1. : 0., scored ? p.dev_score : 0, scored ? p.dev_loss : 0,
                                   static_cast<double>(p.steps), static_cast<double>(p.clipped), p.gradient_norm});
  }
  return numbers;
}

/// @throws DataError  if it is no whole number that a double holds.
Index count_of(double value) {
  constexpr double kMost = 1LL << 53;
  if (!(value >= 0 && value <= kMost)) throw DataError("a count of an epoch is {}", value);
  return static_cast<Index>(value);
}

std::vector<FitProgress> epochs_of(const std::vector<double>& numbers) {
  std::vector<FitProgress> epochs;
  for (std::size_t at = 0; at < numbers.size(); at += kNumbers) {
    const double* n = &numbers[at];
    FitProgress p{.epoch = static_cast<int>(epochs.size()) + 1,
                  .rows_done = count_of(n[0]),
                  .rows = count_of(n[1]),
                  .steps_of_text = count_of(n[2]),
                  .loss = n[3],
                  .rate = n[4],
                  .steps = count_of(n[10]),
                  .clipped = count_of(n[11]),
                  .gradient_norm = n[12],
                  .seconds = n[5],
                  .epoch_ended = true,
                  .best = n[6] != 0};
    if (n[7] != 0) {
      p.dev_score = n[8];
      p.dev_loss = n[9];
    }
    epochs.push_back(p);
  }
  return epochs;
}

}  // namespace

void Run::visit(RunState& state) {
  state.value("steps", steps_);
  state.value("epoch", progress_.epoch);
  state.value("batches", batches_);
  state.value("rows_done", progress_.rows_done);
  state.value("tokens", progress_.steps_of_text);
  state.value("loss_sum", loss_sum_);
  state.value("loss_rows", loss_rows_);
  state.value("seconds", progress_.seconds);
  state.value("rate", progress_.rate);
  state.value("epoch_steps", progress_.steps);
  state.value("clipped", progress_.clipped);
  state.value("gradient_norm", progress_.gradient_norm);
  state.value("best_epoch", result_.best_epoch);
  state.value("best_score", result_.best_score);
  state.value("best_value", best_value_);
  state.value("best_loss", best_loss_);
  state.value("kept_epoch", kept_epoch_);
  state.value("times_back", times_back_);
  if (times_back_ < 0) throw DataError("{}: times_back is {}", options_.checkpoint.path, times_back_);
  if (progress_.epoch < 1 || progress_.epoch > options_.epochs + 1)
    throw DataError("{}: epoch {} is not in 1 … {}", options_.checkpoint.path, progress_.epoch, options_.epochs + 1);
  std::vector<double> epochs = numbers_of(result_.epochs);
  epochs.resize(kNumbers * static_cast<std::size_t>(progress_.epoch - 1));
  state.numbers("epochs", epochs);
  std::vector<GradientFlow> flows;
  for (FitProgress& epoch : result_.epochs) flows.push_back(std::move(epoch.gradient_flow));
  state.value("gradient_flow", flows);
  flows.resize(static_cast<std::size_t>(progress_.epoch - 1));
  result_.epochs = epochs_of(epochs);
  for (std::size_t i = 0; i < flows.size(); ++i) result_.epochs[i].gradient_flow = std::move(flows[i]);
  result_.epochs_run = progress_.epoch - 1;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    state.tensor("weight." + parameters_[i]->name(), parameters_[i]->change());
    state.tensor("kept." + parameters_[i]->name(), kept_[i]);
  }
  optimiser_->visit(state, parameters_);
  if (average_) average_->visit(state);
}

void Run::resume() {
  const CheckpointPlan& plan = options_.checkpoint;
  if (plan.path.empty()) throw ArgumentError("fit: to resume, the name of the checkpoint must be given");
  std::error_code unknown;
  if (!std::filesystem::exists(plan.path, unknown))
    return note(fmt::format("{}: there is no checkpoint yet, training begins", plan.path));
  const std::string of_level = read_checkpoint(plan, [this](RunState& state) { visit(state); });
  seconds_before_ = progress_.seconds;
  progress_.loss = mean_loss();
  if (!of_level.empty()) note(of_level);
  note(fmt::format("{}: going on in epoch {} after {} of {} texts", plan.path, progress_.epoch, progress_.rows_done,
                   progress_.rows));
  for (const FitProgress& epoch : result_.epochs) {
    if (callbacks_.progress) callbacks_.progress(epoch);
  }
}

void Run::write_checkpoint() {
  if (options_.checkpoint.path.empty()) return;
  const auto start = Clock::now();
  try {
    recura::write_checkpoint(options_.checkpoint, [this](RunState& state) { visit(state); });
  } catch (const DataError&) {
    return;  // of a weight that is not finite: the next step finds it and goes back
  } catch (const SystemError& error) {
    if (!told_of_failure_) note(fmt::format("no checkpoint: {}", error.what()));
    told_of_failure_ = true;
  }
  checkpoint_time_ = Clock::now();
  checkpoint_cost_ = std::chrono::duration<double>(checkpoint_time_ - start).count();
}

void Run::write_checkpoint_if_due(bool at_end_of_epoch) {
  constexpr double kWorthIt = 50, kSecondsPerMinute = 60;
  const double seconds = std::chrono::duration<double>(Clock::now() - checkpoint_time_).count();
  const double minutes = options_.checkpoint.minutes;
  const bool is_due =
      at_end_of_epoch ? seconds >= kWorthIt * checkpoint_cost_ : minutes > 0 && seconds >= kSecondsPerMinute * minutes;
  if (is_due) write_checkpoint();
}

}  // namespace recura
