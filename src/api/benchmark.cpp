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
constexpr std::size_t kLeastSamples = 10;
/// Texts that fill the threads: with fewer at a time, one would measure the waiting.
constexpr double kLeastSlice = 64;

std::vector<std::string> good_texts(const std::string& path, const InputOptions& input) {
  TextRowReader reader(path, read_options(input));
  std::vector<std::string> texts;
  for (TextRow row; texts.size() < kMostTexts && reader.next(row);) {
    if (!row.error.empty() && input.on_error == InputOptions::OnError::fail)
      throw DataError("{}: line {}: {}", path, row.line, row.error);
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
double measure_one_at_a_time(const Classifier& classifier, const std::vector<std::string>& texts, double seconds,
                             Benchmark& result) {
  classifier.classify(texts.front());  // packs the weights
  std::vector<double> samples;
  double spent = 0;
  for (; spent < seconds || samples.size() < kLeastSamples; spent += samples.back()) {
    samples.push_back(seconds_of([&] { classifier.classify(texts[samples.size() % texts.size()]); }));
  }
  result.p50_milliseconds = 1e3 * percentile(samples, 0.5);
  result.p99_milliseconds = 1e3 * percentile(samples, 0.99);
  return spent / static_cast<double>(samples.size());
}

/// `tokens_of` counts the tokens of some texts.
template <typename Count>
void measure_all_at_once(const Classifier& classifier, const std::vector<std::vector<std::string>>& slices,
                         double seconds, const Count& tokens_of, Benchmark& result) {
  double texts = 0, tokens = 0, spent = 0;
  std::vector<std::int64_t> slice_tokens;
  for (std::size_t i = 0; spent < seconds; i = (i + 1) % slices.size()) {
    if (i == slice_tokens.size()) slice_tokens.push_back(tokens_of(slices[i]));
    spent += seconds_of([&] { classifier.classify(slices[i]); });
    texts += static_cast<double>(slices[i].size());
    tokens += static_cast<double>(slice_tokens[i]);
  }
  result.texts_per_second = texts / spent;
  result.tokens_per_second = tokens / spent;
}

}  // namespace

Benchmark Classifier::benchmark(const std::string& path, const InputOptions& input, double seconds) const {
  std::vector<std::string> texts = good_texts(path, input);
  const auto tokens_of = [&](const std::vector<std::string>& some) {
    return encode(state_->model.encoder, some, *state_->executor).tokens;
  };
  Benchmark result;
  result.level = kernel::level().name();
  result.threads = state_->executor->threads();
  result.texts = static_cast<std::int64_t>(texts.size());
  result.tokens = tokens_of(texts);
  const double mean = measure_one_at_a_time(*this, texts, seconds / 2, result);
  // As many at once as the time allows.
  const double size = std::clamp(seconds / 2 / mean, kLeastSlice, static_cast<double>(kMostTexts));
  measure_all_at_once(*this, sliced(std::move(texts), static_cast<std::size_t>(size)), seconds / 2, tokens_of, result);
  return result;
}

}  // namespace recura
