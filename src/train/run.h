#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <unordered_set>
#include <vector>

#include "train/optimiser.h"
#include "train/trainer.h"
#include "train/weight_average.h"

namespace recura {

/// One call of `fit`: what changes from step to step, all of which `visit` shows to a checkpoint.
class Run {
 public:
  /// All four must outlive this object.
  Run(Objective& objective, const FitOptions& options, Executor& executor, const FitCallbacks& callbacks);

  FitResult go();

 private:
  using Clock = std::chrono::steady_clock;

  void begin_epoch(int epoch);
  /// Of this epoch's rate, for each weight.
  void set_shares();
  bool should_stop();
  /// Of the epoch so far.
  double mean_loss() const;
  void train_epoch();
  /// One step for some batches; the mean loss of their rows, none if it went back.
  std::optional<double> step(std::span<const std::vector<Index>> batches);
  bool take_step(Gradients gradients);
  /// None if training is stopped meanwhile, or if there is no dev part.
  std::optional<Objective::DevScore> dev_score();
  void score_epoch();
  void keep(int epoch);
  void keep_if_best(const Objective::DevScore& dev);
  bool is_out_of_patience() const;
  /// Of a step over so many rows.
  double rate(Index rows) const;
  int decays() const;
  /// @throws DivergenceError  if it went back often enough.
  void go_back(const char* what, double value);

  void resume();
  void visit(RunState& state);
  void write_checkpoint();
  void write_checkpoint_if_due(bool at_end_of_epoch);
  void note(const std::string& text) const;

  Objective& objective_;
  const FitOptions& options_;
  Executor& executor_;
  const FitCallbacks& callbacks_;
  const Rng rng_;
  const std::vector<Parameter*> parameters_;
  /// Those that this epoch moves: the norm of the gradient is theirs.
  std::unordered_set<const Parameter*> moving_;

  std::unique_ptr<Optimiser> optimiser_;
  std::unique_ptr<WeightAverage> average_;
  std::uint64_t steps_ = 0;
  /// Of the epoch under way: batches done, the losses of how many rows, and the seconds that a stopped run spent on it.
  std::uint64_t batches_ = 0;
  Index loss_rows_ = 0;
  double loss_sum_ = 0, seconds_before_ = 0;
  FitProgress progress_;
  FitResult result_;
  double best_value_ = 0, best_loss_ = 0;
  /// The weights to go back to, and their epoch: the best or, without a dev part, the last one; 0: as they began.
  std::vector<Tensor> kept_;
  int kept_epoch_ = 0;
  int times_back_ = 0;

  Clock::time_point epoch_start_, checkpoint_time_ = Clock::now();
  double checkpoint_cost_ = 0;
  bool told_of_failure_ = false;
};

}  // namespace recura
