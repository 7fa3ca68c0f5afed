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

/// Runs `fit` on one batch, over and over, until the time is up; its step is Recura's whole step.
inline void time_training(const Arguments& arguments, const std::string& workload, Objective& objective,
                          OptimiserKind optimiser, double rate) {
  Executor executor(arguments.threads);
  Stopwatch watch(arguments.seconds);
  std::vector<float> losses;
  const FitOptions options{.epochs = 1 << 30,
                           .batch_size = static_cast<Index>(objective.lengths().size()),
                           .optimiser = optimiser,
                           .learning_rate = rate,
                           .shuffle = false,
                           .group_by_length = false};
  FitCallbacks callbacks;
  callbacks.should_stop = [&] { return !watch.next(); };
  callbacks.progress = [&](const FitProgress& progress) {
    if (losses.size() < 2 && !progress.epoch_ended) losses.push_back(static_cast<float>(progress.loss));
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
