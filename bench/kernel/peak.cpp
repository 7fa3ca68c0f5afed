#include "kernel/peak.h"

#include <algorithm>
#include <chrono>

namespace recura::bench {

double peak_flops(std::string_view level) {
  const auto loop = level == "v4" ? fma_loop_v4 : level == "v3" ? fma_loop_v3 : fma_loop_baseline;
  double best = 0;
  for (int sample = 0; sample < 40; ++sample) {
    const auto start = std::chrono::steady_clock::now();
    const double operations = loop(400000);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    best = std::max(best, operations / taken.count());
  }
  return best;
}

}  // namespace recura::bench
