#include "base/random.h"

#include <cmath>
#include <numbers>

namespace recura {

std::array<std::uint32_t, 4> philox(std::uint64_t key, std::uint64_t counter_high, std::uint64_t counter_low) {
  std::array<std::uint32_t, 4> x = {
      static_cast<std::uint32_t>(counter_low), static_cast<std::uint32_t>(counter_low >> 32),
      static_cast<std::uint32_t>(counter_high), static_cast<std::uint32_t>(counter_high >> 32)};
  auto k0 = static_cast<std::uint32_t>(key), k1 = static_cast<std::uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53} * x[0], p1 = std::uint64_t{0xCD9E8D57} * x[2];
    x = {static_cast<std::uint32_t>(p1 >> 32) ^ x[1] ^ k0, static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ x[3] ^ k1, static_cast<std::uint32_t>(p0)};
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return x;
}

Rng Rng::stream(std::string_view purpose, std::uint64_t number) const {
  std::uint64_t name = 0xCBF29CE484222325;  // FNV-1a
  for (const char c : purpose) name = (name ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  const auto words = philox(key_ ^ 0x5EED5EED5EED5EED, name, number);
  return Rng((std::uint64_t{words[1]} << 32) | words[0]);
}

std::uint32_t Rng::next() {
  if (left_ == 0) {
    words_ = philox(key_, 0, counter_++);
    left_ = 4;
  }
  return words_[static_cast<std::size_t>(4 - left_--)];
}

double Rng::uniform() { return (next() >> 8) * 0x1p-24; }

double Rng::normal() {
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

std::uint64_t Rng::below(std::uint64_t count) {
  const std::uint64_t limit = ~std::uint64_t{0} / count * count;
  while (true) {
    const std::uint64_t high = next();
    const std::uint64_t value = (high << 32) | next();
    if (value < limit) return value % count;
  }
}

}  // namespace recura
