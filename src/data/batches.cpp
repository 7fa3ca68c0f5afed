#include "data/batches.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/error.h"

namespace recura {
namespace {

/// Fisher and Yates, with our own random numbers: the standard library's shuffle differs between implementations.
template <typename T>
void shuffle_with(std::vector<T>& items, Rng& rng) {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[rng.below(i)]);
}

constexpr Index kPoolBatches = 50;

}  // namespace

std::vector<std::vector<Index>> make_batches(std::span<const Index> lengths, Index batch_size, bool group_by_length,
                                             bool shuffle, Rng rng, Index most_steps) {
  if (batch_size < 1) throw ArgumentError("make_batches: batch_size must be at least 1, got {}", batch_size);
  std::vector<Index> rows(lengths.size());
  std::iota(rows.begin(), rows.end(), Index{0});
  if (shuffle) shuffle_with(rows, rng);
  const auto longer = [&](Index a, Index b) {
    return lengths[static_cast<std::size_t>(a)] > lengths[static_cast<std::size_t>(b)];
  };
  const auto pool = static_cast<std::size_t>(batch_size * kPoolBatches);
  for (std::size_t start = 0; group_by_length && start < rows.size(); start += pool) {
    const auto end = std::min(rows.size(), start + pool);
    std::stable_sort(rows.begin() + static_cast<std::ptrdiff_t>(start), rows.begin() + static_cast<std::ptrdiff_t>(end),
                     longer);
  }
  std::vector<std::vector<Index>> batches;
  Index steps = 0;
  for (const Index row : rows) {
    const Index length = lengths[static_cast<std::size_t>(row)];
    const bool is_full = !batches.empty() &&
                         (std::ssize(batches.back()) == batch_size || (most_steps > 0 && steps + length > most_steps));
    if (batches.empty() || is_full) {
      batches.emplace_back();
      steps = 0;
    }
    batches.back().push_back(row);
    steps += length;
  }
  if (shuffle && group_by_length) shuffle_with(batches, rng);
  return batches;
}

std::vector<std::vector<Index>> batches_by_length(std::span<const Index> lengths) {
  constexpr std::size_t kMostTexts = 64;
  constexpr Index kMostSteps = 8192;
  std::vector<Index> rows(lengths.size());
  std::iota(rows.begin(), rows.end(), Index{0});
  const auto length = [&](Index row) { return lengths[static_cast<std::size_t>(row)]; };
  std::ranges::stable_sort(rows, [&](Index a, Index b) { return length(a) > length(b); });
  std::vector<std::vector<Index>> batches;
  Index steps = 0;
  for (const Index row : rows) {
    steps += length(row);
    if (batches.empty() || batches.back().size() == kMostTexts || steps > kMostSteps) {
      batches.emplace_back();
      steps = length(row);
    }
    batches.back().push_back(row);
  }
  return batches;
}

PackedIds pack(std::span<const IdSpan> texts) {
  std::vector<Index> lengths;
  for (const IdSpan& text : texts) lengths.push_back(std::ssize(text));
  PackedIds batch{std::make_shared<const Packing>(lengths), {}};
  batch.ids.resize(static_cast<std::size_t>(batch.packing->rows()));
  for (std::size_t text = 0; text < texts.size(); ++text) {
    for (std::size_t step = 0; step < texts[text].size(); ++step) {
      batch.ids[static_cast<std::size_t>(batch.packing->row(static_cast<Index>(text), static_cast<Index>(step)))] =
          texts[text][step];
    }
  }
  return batch;
}

PackedIds pack(std::span<const std::vector<std::int32_t>> texts, std::span<const Index> rows) {
  std::vector<IdSpan> some;
  for (const Index row : rows) some.emplace_back(texts[static_cast<std::size_t>(row)]);
  return pack(some);
}

DevSplit split_dev(std::span<const std::int32_t> labels, double share, Rng rng) {
  if (!(share >= 0 && share < 1)) throw ArgumentError("split_dev: the share must be in [0, 1), got {}", share);
  std::map<std::int32_t, std::vector<Index>> by_label;
  for (std::size_t row = 0; row < labels.size(); ++row) by_label[labels[row]].push_back(static_cast<Index>(row));
  DevSplit split;
  for (auto& [label, rows] : by_label) {
    shuffle_with(rows, rng);
    const auto wanted = static_cast<std::size_t>(std::llround(share * static_cast<double>(rows.size())));
    const auto cut = static_cast<std::ptrdiff_t>(std::min(wanted, rows.size() - 1));
    split.dev.insert(split.dev.end(), rows.begin(), rows.begin() + cut);
    split.train.insert(split.train.end(), rows.begin() + cut, rows.end());
  }
  std::ranges::sort(split.dev);
  std::ranges::sort(split.train);
  return split;
}

}  // namespace recura
