#include <recura/classifier.h>

#include <algorithm>
#include <chrono>

#include "api/input.h"
#include "api/state.h"
#include "base/error.h"
#include "data/text_rows.h"
#include "kernel/level.h"
#include "task/classify/predict.h"

namespace recura {
namespace {

constexpr std::size_t kMostTexts = 10'000;
constexpr std::size_t kLeastSamples = 100;

std::vector<std::string> good_texts(const std::string& path, const InputOptions& input) {
  TextRowReader reader(path, read_options(input));
  std::vector<std::string> texts;
  for (TextRow row; texts.size() < kMostTexts && reader.next(row);) {
    if (row.error.empty()) texts.push_back(std::move(row.text));
  }
  if (texts.empty()) throw DataError("{}: no good row", path);
  return texts;
}

template <typename Work>
double seconds_of(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The value that `share` of the samples stay below.
double percentile(std::vector<double>& samples, double share) {
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(samples.size() - 1));
  std::ranges::nth_element(samples, samples.begin() + at);
  return samples[static_cast<std::size_t>(at)];
}

}  // namespace

Benchmark Classifier::benchmark(const std::string& path, const InputOptions& input, double seconds) const {
  const std::vector<std::string> texts = good_texts(path, input);
  Benchmark result;
  result.level = kernel::level().name();
  result.threads = state_->executor->threads();
  result.texts = static_cast<std::int64_t>(texts.size());
  result.tokens = encode(state_->model.encoder, texts, *state_->executor).tokens;

  classify(texts.front());  // packs the weights
  std::vector<double> samples;
  for (double spent = 0; spent < seconds / 2 || samples.size() < kLeastSamples; spent += samples.back()) {
    samples.push_back(seconds_of([&] { classify(texts[samples.size() % texts.size()]); }));
  }
  result.p50_milliseconds = 1e3 * percentile(samples, 0.5);
  result.p99_milliseconds = 1e3 * percentile(samples, 0.99);

  double rounds = 0, spent = 0;
  for (; spent < seconds / 2; ++rounds) spent += seconds_of([&] { classify(texts); });
  result.texts_per_second = rounds * static_cast<double>(result.texts) / spent;
  result.tokens_per_second = rounds * static_cast<double>(result.tokens) / spent;
  return result;
}

}  // namespace recura
