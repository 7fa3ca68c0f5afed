#pragma once

#include <string_view>

namespace recura::bench {

/// The fused multiply-adds, as 2 operations each, that this core finishes in a second when it does nothing else: a loop
double peak_flops(std::string_view level);

/// Runs the loop of one level for so many rounds and returns how many operations that is.
double fma_loop_v3(long rounds);
double fma_loop_v4(long rounds);
/// SSE2 has no fused operation: products and sums count one each.
double fma_loop_baseline(long rounds);

}  // namespace recura::bench
