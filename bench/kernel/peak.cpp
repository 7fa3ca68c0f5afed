#include "kernel/peak.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

namespace recura::bench {
namespace {

/// The best rate of 40 samples; `sample` returns what it did.
template <typename Sample>
double best_rate(const Sample& sample) {
  double best = 0;
  for (int i = 0; i < 40; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const double done = sample();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    best = std::max(best, done / taken.count());
  }
  return best;
}

/// The sum of what `rate` gives on so many threads at once.
template <typename Rate>
double on_threads(int threads, const Rate& rate) {
  std::vector<double> rates(static_cast<std::size_t>(threads));
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < rates.size(); ++i) others.emplace_back([&, i] { rates[i] = rate(); });
  rates[0] = rate();
  others.clear();  // joins them
  double sum = 0;
  for (const double one : rates) sum += one;
  return sum;
}

}  // namespace

double peak_flops(std::string_view level, int threads) {
  const auto loop = level.starts_with("v4") ? fma_loop_v4 : level == "v3" ? fma_loop_v3 : fma_loop_baseline;
  return on_threads(threads, [&] { return best_rate([&] { return loop(400000); }); });
}

double read_bandwidth(std::string_view level, std::size_t bytes, int threads) {
  const auto loop = level.starts_with("v4") ? read_loop_v4 : level == "v3" ? read_loop_v3 : read_loop_baseline;
  const std::size_t count = bytes / sizeof(float) / 128 * 128;
  const long rounds = std::max(1L, static_cast<long>((std::size_t{1} << 26) / bytes));
  return on_threads(threads, [&] {
    const std::vector<float> data(count, 1.0f);
    return best_rate([&] {
      loop(data.data(), count, rounds);
      return static_cast<double>(rounds) * static_cast<double>(count * sizeof(float));
    });
  });
}

}  // namespace recura::bench
