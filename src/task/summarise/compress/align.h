#pragma once

#include <string>
#include <vector>

namespace recura {

/// Which words of a text its summary keeps.
struct Alignment {
  std::vector<bool> keep;
  /// The summary has no other word than these.
  bool is_whole = true;
};

/// Aligns words in their order, by the longest common subsequence; of several, one that follows the text without gaps
/// most often. Time and memory: the product of both lengths; where that is more than 2^24, each word of the summary
/// stands for its next place in the text instead.
Alignment align(const std::vector<std::string>& text, const std::vector<std::string>& summary);

}  // namespace recura
