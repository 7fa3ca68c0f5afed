#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace recura {

/// Four random words for a 128-bit counter under a 64-bit key: Philox 4x32, 10 rounds
/// (Salmon et al., Parallel random numbers: as easy as 1, 2, 3, 2011). A pure function: any thread may ask for any
/// counter.
std::array<std::uint32_t, 4> philox(std::uint64_t key, std::uint64_t counter_high, std::uint64_t counter_low);

/// A stream of random numbers that is a pure function of its seed, on every machine (`normal`: on every machine with
/// the same C library, whose logarithm and cosine it takes).
class Rng {
 public:
  explicit Rng(std::uint64_t seed) : key_(seed) {}

  /// An independent stream for one purpose ("dropout", "shuffle", …) and one number (epoch, step, …). Does not advance
  /// this one.
  Rng stream(std::string_view purpose, std::uint64_t number = 0) const;

  std::uint64_t key() const { return key_; }
  std::uint32_t next();
  /// In [0, 1), with 24 random bits.
  double uniform();
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Mean 0 and deviation 1 (Box and Muller 1958).
  double normal();
  /// In 0 … count-1, without bias. `count` must be positive.
  std::uint64_t below(std::uint64_t count);

 private:
  std::uint64_t key_;
  std::uint64_t counter_ = 0;
  std::array<std::uint32_t, 4> words_{};
  int left_ = 0;
};

}  // namespace recura
