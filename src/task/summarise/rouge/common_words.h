#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace recura {

/// The words of a text, as numbers, made ready to find longest common subsequences with other texts, 64 of its words at
/// a time (Hyyro, Bit-parallel LCS-length computation revisited, 2004).
///
/// Memory: linear in the words, and in `mark` times the root of the other text's words.
class CommonWords {
 public:
  explicit CommonWords(std::span<const std::int32_t> words);

  /// Length of the longest common subsequence.
  std::int64_t length(std::span<const std::int32_t> line) const;

  /// Marks the words of `line` that stand in one longest common subsequence: of several, the one that the package
  /// rouge-score finds, going back from the ends. Other marks stay.
  void mark(std::span<const std::int32_t> line, std::vector<bool>& marked) const;

 private:
  /// A row of the table of lengths: bit j is clear where the column j adds one.
  using Row = std::vector<std::uint64_t>;
  /// Where a word stands, of 64 columns.
  struct Places {
    std::size_t block;
    std::uint64_t bits;
  };
  /// A word of a line that stands here too.
  struct Met {
    std::size_t at;
    const std::vector<Places>* places;
  };

  std::vector<Met> met(std::span<const std::int32_t> line) const;
  Row first_row() const;
  static void advance(Row& row, const std::vector<Places>& places);
  std::size_t back(const Row& above, const Row& row, std::int32_t word, std::size_t columns) const;

  std::vector<std::int32_t> words_;
  std::unordered_map<std::int32_t, std::vector<Places>> places_;
};

}  // namespace recura
