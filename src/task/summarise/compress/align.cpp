#include "task/summarise/compress/align.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace recura {
namespace {

/// A pair of the same words weighs more than all joints: pairs that follow on one another in both.
constexpr std::int64_t kPair = std::int64_t{1} << 32;

/// The best alignments of beginnings, a row for each word of the text; of each cell, what led there.
class Table {
 public:
  Table(const std::vector<std::string>& text, const std::vector<std::string>& summary)
      : rows_(text.size()), columns_(summary.size()), ways_(rows_ * columns_) {
    std::vector<std::int64_t> best(columns_ + 1), aligned(columns_ + 1, -1);
    for (std::size_t i = 0; i < rows_; ++i) {
      std::int64_t best_before = 0, aligned_before = -1;  // of the row above and the column before
      for (std::size_t j = 0; j < columns_; ++j) {
        const std::int64_t above = best[j + 1];
        const std::int64_t here = text[i] == summary[j] ? kPair + std::max(best_before, aligned_before + 1) : -1;
        best[j + 1] = std::max({above, best[j], here});
        ways_[i * columns_ + j] = best[j + 1] == here ? kAligned : best[j + 1] == above ? kUp : kBack;
        best_before = above;
        aligned_before = std::exchange(aligned[j + 1], here);
      }
    }
  }

  std::vector<bool> keep() const {
    std::vector<bool> keep(rows_);
    for (std::size_t i = rows_, j = columns_; i > 0 && j > 0;) {
      const Way way = ways_[(i - 1) * columns_ + j - 1];
      keep[i - 1] = way == kAligned;
      i -= way != kBack ? 1 : 0;
      j -= way != kUp ? 1 : 0;
    }
    return keep;
  }

 private:
  enum Way : std::uint8_t { kUp, kBack, kAligned };

  std::size_t rows_, columns_;
  std::vector<Way> ways_;
};

/// Each word of the summary at its next place in the text, if it has one: right where the summary only leaves words
/// out.
std::vector<bool> next_places(const std::vector<std::string>& text, const std::vector<std::string>& summary) {
  std::unordered_map<std::string_view, std::vector<std::size_t>> places;
  for (std::size_t i = 0; i < text.size(); ++i) places[text[i]].push_back(i);
  std::vector<bool> keep(text.size());
  std::size_t from = 0;
  for (const std::string& word : summary) {
    const auto found = places.find(word);
    if (found == places.end()) continue;
    const auto next = std::ranges::lower_bound(found->second, from);
    if (next == found->second.end()) continue;
    keep[*next] = true;
    from = *next + 1;
  }
  return keep;
}

}  // namespace

Alignment align(const std::vector<std::string>& text, const std::vector<std::string>& summary) {
  constexpr std::size_t kMost = std::size_t{1} << 24;
  const bool is_long = !summary.empty() && text.size() > kMost / summary.size();
  Alignment found{is_long ? next_places(text, summary) : Table(text, summary).keep()};
  found.is_whole = std::ranges::count(found.keep, true) == std::ssize(summary);
  return found;
}

}  // namespace recura
