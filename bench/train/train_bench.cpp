// Training end to end on real text: what share of the processor's peak the default classifier uses.
//   recura_bench_train DATA [THREADS]      prints tokens/s, and the recurrent products' FLOP/s beside the peak of the
//   same run
#include <fmt/format.h>
#include <recura/classifier.h>

#include <cstdlib>

#include "kernel/level.h"
#include "kernel/peak.h"

using namespace recura;

namespace {

/// Operations of one token in training: each weight of the recurrent products is used once forward and twice back, 2
/// each.
double operations_per_token(const TrainOptions& o) {
  const auto input = static_cast<double>(o.embedding), hidden = static_cast<double>(o.hidden);
  const double directions = o.bidirectional ? 2 : 1;
  return 3 * 2 * directions * 4 * hidden * (input + hidden);
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 2) throw ArgumentError("usage: recura_bench_train DATA [THREADS]");
  TrainOptions options;
  options.epochs = 1;
  options.threads = argc > 2 ? std::atoi(argv[2]) : 1;
  const std::string level(kernel::level().name());
  const double peak = bench::peak_flops(level) * static_cast<double>(options.threads);
  TrainCallbacks callbacks;
  callbacks.progress = [&](const Progress& p) {
    if (!p.epoch_ended) return;
    const double speed = static_cast<double>(p.tokens) / p.seconds, flops = speed * operations_per_token(options);
    fmt::print("{} threads, level {}: {:.0f} tokens/s, {:.1f} GFLOP/s, peak {:.1f}, share {:.1f} %\n", options.threads,
               level, speed, flops / 1e9, peak / 1e9, 100 * flops / peak);
  };
  Classifier::train(argv[1], options, callbacks);
} catch (const Error& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 1;
}
