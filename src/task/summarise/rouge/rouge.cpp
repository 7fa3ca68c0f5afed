#include "task/summarise/rouge/rouge.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/error.h"
#include "base/random.h"
#include "task/summarise/rouge/common_words.h"
#include "task/summarise/rouge/rouge_words.h"

namespace recura {
namespace {

using Ids = std::vector<std::int32_t>;

/// Words as numbers that the two texts of a pair share.
class Numbers {
 public:
  explicit Numbers(const RougeOptions& options) : options_(options) {}

  /// The words of each line that is not empty.
  std::vector<Ids> lines(std::string_view text) {
    std::vector<Ids> result;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      if (end > 0) result.push_back(ids(text.substr(0, end)));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return result;
  }
  std::int32_t count() const { return static_cast<std::int32_t>(numbers_.size()); }

 private:
  Ids ids(std::string_view line) {
    Ids result;
    for (const std::string& word : rouge_words(line, options_.stem))
      result.push_back(numbers_.try_emplace(word, count()).first->second);
    return result;
  }

  RougeOptions options_;
  std::unordered_map<std::string, std::int32_t> numbers_;
};

Ids joined(const std::vector<Ids>& lines) {
  Ids all;
  for (const Ids& line : lines) all.insert(all.end(), line.begin(), line.end());
  return all;
}

std::unordered_map<std::uint64_t, std::int64_t> count_grams(const Ids& words, std::size_t size) {
  std::unordered_map<std::uint64_t, std::int64_t> counts;
  for (std::size_t i = 0; i + size <= words.size(); ++i) {
    const std::uint64_t before = size == 1 ? 0 : static_cast<std::uint64_t>(words[i]) + 1;
    ++counts[before << 32 | static_cast<std::uint64_t>(words[i + size - 1])];
  }
  return counts;
}

PrecisionRecall score_grams(const Ids& reference, const Ids& predicted, std::size_t size) {
  const auto right = count_grams(reference, size), given = count_grams(predicted, size);
  std::int64_t common = 0;
  for (const auto& [gram, count] : right) {
    if (const auto found = given.find(gram); found != given.end()) common += std::min(count, found->second);
  }
  const auto grams = [size](const Ids& words) {
    return static_cast<double>(words.size() - std::min(words.size(), size - 1));
  };
  return rates(static_cast<double>(common), grams(predicted), grams(reference));
}

/// Of each line the words that it has in common with any line of the other text; none counts more often than it
/// stands there.
PrecisionRecall score_lines(const std::vector<Ids>& reference, const std::vector<Ids>& predicted,
                            std::int32_t numbers) {
  std::vector<std::int64_t> left(static_cast<std::size_t>(numbers));
  const Ids all = joined(predicted);
  for (const std::int32_t word : all) ++left[static_cast<std::size_t>(word)];
  const std::vector<CommonWords> others(predicted.begin(), predicted.end());
  std::int64_t hits = 0, words = 0;
  for (const Ids& line : reference) {
    words += std::ssize(line);
    std::vector<bool> marked(line.size());
    for (const CommonWords& other : others) other.mark(line, marked);
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (marked[i] && left[static_cast<std::size_t>(line[i])]-- > 0) ++hits;
    }
  }
  return rates(static_cast<double>(hits), static_cast<double>(all.size()), static_cast<double>(words));
}

constexpr PrecisionRecall RougeScores::* kKinds[] = {&RougeScores::rouge1, &RougeScores::rouge2, &RougeScores::rouge_l,
                                                     &RougeScores::rouge_lsum};
constexpr Interval RougeReport::* kIntervals[] = {&RougeReport::rouge1, &RougeReport::rouge2, &RougeReport::rouge_l,
                                                  &RougeReport::rouge_lsum};

/// The percentiles of the bootstrap (Efron 1979), for all kinds from the same draws.
void add_intervals(std::span<const RougeScores> scores, int resamples, Rng rng, RougeReport& report) {
  std::array<std::vector<double>, std::size(kKinds)> means;
  for (int sample = 0; sample < resamples; ++sample) {
    std::array<double, std::size(kKinds)> sums{};
    for (std::size_t draw = 0; draw < scores.size(); ++draw) {
      const RougeScores& one = scores[(std::uint64_t{rng.next()} * scores.size()) >> 32];
      for (std::size_t kind = 0; kind < sums.size(); ++kind) sums[kind] += (one.*kKinds[kind]).f1;
    }
    for (std::size_t kind = 0; kind < sums.size(); ++kind)
      means[kind].push_back(sums[kind] / static_cast<double>(scores.size()));
  }
  const auto tail = static_cast<std::size_t>(0.025 * resamples);
  for (std::size_t kind = 0; kind < means.size(); ++kind) {
    std::ranges::sort(means[kind]);
    report.*kIntervals[kind] = {means[kind][tail], means[kind][means[kind].size() - 1 - tail]};
  }
}

}  // namespace

RougeScores rouge(std::string_view reference, std::string_view predicted, const RougeOptions& options) {
  Numbers numbers(options);
  const std::vector<Ids> right_lines = numbers.lines(reference), given_lines = numbers.lines(predicted);
  const Ids right = joined(right_lines), given = joined(given_lines);
  const auto common = static_cast<double>(CommonWords(given).length(right));
  return {score_grams(right, given, 1), score_grams(right, given, 2),
          rates(common, static_cast<double>(given.size()), static_cast<double>(right.size())),
          score_lines(right_lines, given_lines, numbers.count())};
}

RougeScores rouge(std::span<const std::string> references, std::string_view predicted, const RougeOptions& options) {
  if (references.empty()) throw ArgumentError("rouge: needs a reference at least");
  RougeScores best = rouge(std::string_view(references[0]), predicted, options);
  for (const std::string& reference : references.subspan(1)) {
    const RougeScores scores = rouge(std::string_view(reference), predicted, options);
    for (const auto kind : kKinds) {
      if ((scores.*kind).f1 > (best.*kind).f1) best.*kind = scores.*kind;
    }
  }
  return best;
}

RougeReport rouge_report(std::span<const RougeScores> scores, int resamples, std::uint64_t seed) {
  RougeReport report;
  report.texts = std::ssize(scores);
  const auto count = static_cast<double>(scores.size());
  for (const auto kind : kKinds) {
    PrecisionRecall& mean = report.mean.*kind;
    for (const RougeScores& one : scores) {
      mean.precision += (one.*kind).precision;
      mean.recall += (one.*kind).recall;
      mean.f1 += (one.*kind).f1;
    }
    for (double* const sum : {&mean.precision, &mean.recall, &mean.f1}) *sum /= std::max(count, 1.0);
  }
  if (!scores.empty() && resamples > 0) add_intervals(scores, resamples, Rng(seed).stream("bootstrap"), report);
  return report;
}

}  // namespace recura
