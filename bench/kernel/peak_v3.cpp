constexpr int kPeakLanes = 8;

#include "kernel/peak.h"
#include "kernel/peak_loop.h"

double recura::bench::fma_loop_v3(long rounds) { return fma_loop(rounds); }
void recura::bench::read_loop_v3(const float* data, std::size_t count, long rounds) { read_loop(data, count, rounds); }
