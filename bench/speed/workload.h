#pragma once

// What every C++ participant of bench/speed.sh shares: the numbers they compute with, the lengths of the sentences, how
// a piece of work is timed. bench/peers/speed.py is the same in Python. Needs nothing but the standard library.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace recura::bench {

/// 24 random bits, a function of its arguments alone (SplitMix64: Steele, Lea & Flood 2014).
inline std::uint32_t random_bits(std::uint64_t stream, std::uint64_t index) {
  std::uint64_t z = ((stream << 32) + index + 1) * 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return static_cast<std::uint32_t>((z ^ (z >> 31)) >> 40);
}

/// In [-1, 1).
inline float random_number(std::uint64_t stream, std::uint64_t index) {
  return static_cast<float>(random_bits(stream, index)) / 8388608.0f - 1;
}

/// Weights use streams 0, 1, … in the order of a network's parameters.
constexpr std::uint64_t kInputStream = 100, kTagStream = 101, kIdStream = 102, kKeyStream = 103, kStateStream = 104,
                        kBeforeStream = 105;
constexpr float kWeightScale = 0.1f;

/// W1: reviews; W2: sentences; W4: texts that are written, from as many states each.
constexpr int kWords = 20000, kEmbedding = 128, kReviewHidden = 128, kReviewLength = 200, kReviews = 32;
constexpr int kInput = 130, kHidden = 200, kTags = 9;
constexpr int kDecoder = 256, kWritten = 32, kSource = 25;

/// Drawn once (about 15 tokens), sorted.
inline std::vector<int> sentence_lengths(int sentences) {
  if (sentences == 1) return {25};
  if (sentences == 10) return {23, 22, 16, 15, 15, 15, 10, 8, 8, 6};
  return {29, 23, 22, 22, 21, 20, 19, 19, 18, 18, 17, 16, 16, 16, 16, 16,
          15, 15, 15, 15, 15, 15, 14, 14, 12, 10, 9,  8,  8,  8,  6,  5};
}

/// THREADS SECONDS WORKLOAD...
struct Arguments {
  int threads;
  double seconds;
  std::set<std::string> workloads;

  Arguments(int count, char** values) {
    if (count < 4) throw std::invalid_argument("usage: THREADS SECONDS WORKLOAD...");
    threads = std::stoi(values[1]);
    seconds = std::stod(values[2]);
    workloads.insert(values + 3, values + count);
  }
  bool wants(const std::string& workload) const { return workloads.contains(workload); }
};

/// Times calls that follow each other: `next()` before each of them, until it says that it has seen enough.
class Stopwatch {
 public:
  explicit Stopwatch(double seconds) : seconds_(seconds) {}

  bool next() {
    const auto now = std::chrono::steady_clock::now();
    if (calls_ > kWarmUp) samples_.push_back(std::chrono::duration<double, std::milli>(now - last_).count());
    if (calls_ == kWarmUp) start_ = now;
    const bool enough = samples_.size() >= kLeast && std::chrono::duration<double>(now - start_).count() >= seconds_;
    ++calls_;
    last_ = std::chrono::steady_clock::now();
    return !enough;
  }

  /// One JSON line; `output` is what all participants must agree on, or nothing.
  void report(const std::string& workload, const std::vector<float>& output) {
    std::ranges::sort(samples_);
    std::printf(R"({"workload": "%s", "ms": %.5f, "best": %.5f, "calls": %zu, "output": [)", workload.c_str(),
                samples_[samples_.size() / 2], samples_.front(), samples_.size());
    for (std::size_t i = 0; i < output.size(); ++i) std::printf("%s%.7g", i == 0 ? "" : ", ", double{output[i]});
    std::printf("]}\n");
    std::fflush(stdout);
  }

 private:
  static constexpr std::size_t kWarmUp = 2, kLeast = 5;

  double seconds_;
  std::size_t calls_ = 0;
  std::chrono::steady_clock::time_point start_, last_;
  std::vector<double> samples_;
};

}  // namespace recura::bench
