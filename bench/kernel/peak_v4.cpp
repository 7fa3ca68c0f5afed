constexpr int kPeakLanes = 16;

#include "kernel/peak.h"
#include "kernel/peak_loop.h"

double recura::bench::fma_loop_v4(long rounds) { return fma_loop(rounds); }
