#pragma once

// How Recura's own work is timed for bench/speed.sh.

#include <cstdlib>

#include "layer/module.h"
#include "speed/workload.h"
#include "train/trainer.h"

namespace recura::bench {

/// Of what is multiplied: the environment's PRECISION.
inline Precision precision() {
  const char* wanted = std::getenv("PRECISION");
  return wanted != nullptr ? precision_of(wanted) : Precision::float32;
}

/// Each weight by its place.
inline void fill(Module& module) {
  std::uint64_t stream = 0;
  for (Parameter* parameter : module.parameters()) {
    std::uint64_t index = 0;
    for (real& value : parameter->change().values()) value = kWeightScale * random_number(stream, index++);
    ++stream;
  }
}

/// An objective of one batch as one of many equal batches, each of all its rows: what `fit` does once an epoch is no
/// part of a step.
class ManyTimes : public Objective {
 public:
  explicit ManyTimes(Objective& batch) : batch_(batch) {
    const auto lengths = batch.lengths();
    for (int time = 0; time < kTimes; ++time) lengths_.insert(lengths_.end(), lengths.begin(), lengths.end());
    for (Index row = 0; row < std::ssize(lengths); ++row) rows_.push_back(row);
  }

  std::vector<Parameter*> parameters() override { return batch_.parameters(); }
  std::span<const Index> lengths() const override { return lengths_; }
  Var loss(Tape& tape, std::span<const Index>) const override { return batch_.loss(tape, rows_); }
  std::optional<DevScore> dev_score(Executor&) const override { return std::nullopt; }

 private:
  static constexpr int kTimes = 1000;

  Objective& batch_;
  std::vector<Index> lengths_, rows_;
};

/// Runs `fit` on one batch, over and over, until the time is up; its step is Recura's whole step.
inline void time_training(const Arguments& arguments, const std::string& workload, Objective& batch,
                          OptimiserKind optimiser, double rate) {
  ManyTimes objective(batch);
  Executor executor(arguments.threads);
  Stopwatch watch(arguments.seconds);
  std::vector<float> losses;
  const FitOptions options{.epochs = 1 << 30,
                           .batch_size = static_cast<Index>(batch.lengths().size()),
                           .optimiser = optimiser,
                           .learning_rate = rate,
                           .shuffle = false,
                           .group_by_length = false};
  FitCallbacks callbacks;
  callbacks.should_stop = [&] { return !watch.next(); };
  callbacks.progress = [&](const FitProgress& progress) {
    if (progress.epoch > 1 || losses.size() == 2) return;
    const double mean = progress.loss;  // of the epoch's steps so far
    losses.push_back(static_cast<float>(losses.empty() ? mean : 2 * mean - double{losses.front()}));
  };
  fit(objective, options, executor, callbacks);
  watch.report(workload, losses);
}

/// Runs `read` on tapes that infer until the time is up; it gives the values to agree on.
template <typename Read>
void time_inference(const Arguments& arguments, const std::string& workload, const Read& read) {
  Executor executor(arguments.threads);
  Stopwatch watch(arguments.seconds);
  std::vector<float> output;
  while (watch.next()) {
    Tape tape(Mode::infer, Rng(0), &executor);
    output = read(tape);
  }
  watch.report(workload, output);
}

}  // namespace recura::bench
