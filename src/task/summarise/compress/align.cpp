#include "task/summarise/compress/align.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/error.h"

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

}  // namespace

Alignment align(const std::vector<std::string>& text, const std::vector<std::string>& summary) {
  constexpr std::size_t kMost = std::size_t{1} << 28;
  if (!summary.empty() && text.size() > kMost / summary.size())
    throw DataError("a text of {} words and a summary of {} are too long to be aligned", text.size(), summary.size());
  Alignment found{Table(text, summary).keep()};
  found.is_whole = std::ranges::count(found.keep, true) == std::ssize(summary);
  return found;
}

}  // namespace recura
