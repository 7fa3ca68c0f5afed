#include "api/benchmark.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "api/input.h"
#include "base/error.h"
#include "data/text_rows.h"
#include "kernel/level.h"

namespace recura {
namespace {

constexpr std::size_t kMostTexts = 10'000;
constexpr std::size_t kLeastSamples = 10;
/// Texts that fill the threads: with fewer at a time, one would measure the waiting.
constexpr double kLeastSlice = 64;

std::vector<std::string> good_texts(const std::string& path, const InputOptions& input) {
  TextRowReader reader(path, read_options(input));
  std::vector<std::string> texts;
  for (TextRow row; texts.size() < kMostTexts && reader.next(row);) {
    if (!row.error.empty() && input.on_error == InputOptions::OnError::fail)
      throw DataError("{}: line {}: {}", shown(path), row.line, row.error);
    if (row.error.empty()) texts.push_back(std::move(row.text));
  }
  if (texts.empty()) throw DataError("{}: no good row", shown(path));
  return texts;
}

using Texts = std::vector<std::string>;

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

/// The texts in parts of `size`, the last of which may be smaller.
std::vector<std::vector<std::string>> sliced(std::vector<std::string> texts, std::size_t size) {
  std::vector<std::vector<std::string>> slices;
  for (std::size_t at = 0; at < texts.size(); ++at) {
    if (at % size == 0) slices.emplace_back();
    slices.back().push_back(std::move(texts[at]));
  }
  return slices;
}

/// Gives the mean seconds of a text.
double measure_one_at_a_time(const Measured& model, const Texts& texts, double seconds, Benchmark& result) {
  model.answer({texts.front()});  // packs the weights
  std::vector<double> samples;
  double spent = 0;
  for (; spent < seconds || samples.size() < kLeastSamples; spent += samples.back()) {
    const Texts one{texts[samples.size() % texts.size()]};
    samples.push_back(seconds_of([&] { model.answer(one); }));
  }
  result.p50_milliseconds = 1e3 * percentile(samples, 0.5);
  result.p99_milliseconds = 1e3 * percentile(samples, 0.99);
  return spent / static_cast<double>(samples.size());
}

void measure_all_at_once(const Measured& model, const std::vector<Texts>& slices, double seconds, Benchmark& result) {
  double texts = 0, tokens = 0, spent = 0;
  std::vector<std::int64_t> slice_tokens;
  for (std::size_t i = 0; spent < seconds; i = (i + 1) % slices.size()) {
    if (i == slice_tokens.size()) slice_tokens.push_back(model.tokens(slices[i]));
    spent += seconds_of([&] { model.answer(slices[i]); });
    texts += static_cast<double>(slices[i].size());
    tokens += static_cast<double>(slice_tokens[i]);
  }
  result.texts_per_second = texts / spent;
  result.tokens_per_second = tokens / spent;
}

}  // namespace

Benchmark measure(const std::string& path, const InputOptions& input, double seconds, const Measured& model) {
  if (!(seconds > 0) || std::isinf(seconds)) throw ArgumentError("seconds: expected a number > 0, got {}", seconds);
  Texts texts = good_texts(path, input);
  Benchmark result;
  result.level = kernel::level().name();
  result.threads = model.threads;
  result.texts = static_cast<std::int64_t>(texts.size());
  result.tokens = model.tokens(texts);
  const double mean = measure_one_at_a_time(model, texts, seconds / 2, result);
  // As many at once as the time allows.
  const double size = std::clamp(seconds / 2 / mean, kLeastSlice, static_cast<double>(kMostTexts));
  measure_all_at_once(model, sliced(std::move(texts), static_cast<std::size_t>(size)), seconds / 2, result);
  return result;
}

}  // namespace recura
