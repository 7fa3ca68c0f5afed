constexpr int kPeakLanes = 4;

#include "kernel/peak.h"
#include "kernel/peak_loop.h"

double recura::bench::fma_loop_baseline(long rounds) { return fma_loop(rounds); }
void recura::bench::read_loop_baseline(const float* data, std::size_t count, long rounds) {
  read_loop(data, count, rounds);
}
