#include "kernel/dropout.h"

#include <algorithm>

#include "base/random.h"

namespace recura::kernel {

void dropout(std::span<const real> x, std::uint64_t key, double rate, std::span<real> y) {
  constexpr std::size_t kPerCounter = 8;  // 16 random bits an element
  const auto threshold = static_cast<std::uint32_t>(rate * 65536);
  const auto scale = static_cast<real>(1 / (1 - rate));
  for (std::size_t start = 0; start < x.size(); start += kPerCounter) {
    const auto words = philox(key, 1, start);
    const std::size_t end = std::min(start + kPerCounter, x.size());
    for (std::size_t i = start; i < end; ++i) {
      const std::uint32_t bits = words[(i - start) / 2] >> (16 * (i % 2)) & 0xFFFF;
      y[i] = bits >= threshold ? x[i] * scale : real{0};
    }
  }
}

}  // namespace recura::kernel
