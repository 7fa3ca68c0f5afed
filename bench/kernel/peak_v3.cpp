constexpr int kPeakLanes = 8;

#include "kernel/peak.h"
#include "kernel/peak_loop.h"

double recura::bench::fma_loop_v3(long rounds) { return fma_loop(rounds); }
