#pragma once

#include <cstddef>
#include <string_view>

namespace recura::bench {

/// The fused multiply-adds, as 2 operations each, that so many cores together finish in a second when they do nothing
/// else.
double peak_flops(std::string_view level, int threads = 1);

/// Bytes a second that so many cores together read, each over and over from `bytes` of its own.
double read_bandwidth(std::string_view level, std::size_t bytes, int threads = 1);

/// The loops of one level. The first runs so many rounds and returns how many operations that is; the second reads
/// `count` floats, a multiple of 128, so many times.
double fma_loop_v3(long rounds);
double fma_loop_v4(long rounds);
/// SSE2 has no fused operation: products and sums count one each.
double fma_loop_baseline(long rounds);
void read_loop_v3(const float* data, std::size_t count, long rounds);
void read_loop_v4(const float* data, std::size_t count, long rounds);
void read_loop_baseline(const float* data, std::size_t count, long rounds);

}  // namespace recura::bench
