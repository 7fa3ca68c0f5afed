constexpr int kPeakLanes = 4;

#include "kernel/peak.h"
#include "kernel/peak_loop.h"

double recura::bench::fma_loop_baseline(long rounds) { return fma_loop(rounds); }
