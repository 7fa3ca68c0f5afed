#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "text/tokenizer.h"

namespace recura {

/// How long a summary may be; all limits hold. -1: no limit.
struct SummaryLimits {
  std::int64_t sentences = -1;
  /// Words as the tokenizer cuts them, but no punctuation; characters as code points, blanks between sentences too.
  std::int64_t words = -1;
  std::int64_t characters = -1;
  /// Of the text's sentences, rounded, one at least.
  double share = -1;
  /// A sentence is left out that has so many words in a row in common with one that was chosen (Paulus et al. 2018);
  /// 0: none is.
  std::int64_t no_repeat = 0;

  bool any() const { return sentences >= 0 || words >= 0 || characters >= 0 || share >= 0; }
};

/// The numbers of the chosen sentences, ascending: the best ones that still fit, one after the other; of equals the
/// first. A sentence that does not fit is passed over. Linear time but for sorting.
std::vector<std::size_t> choose(std::string_view text, std::span<const Token> sentences, std::span<const double> scores,
                                const SummaryLimits& limits);

/// How many of so many sentences the limits allow, words and characters aside.
std::size_t most_of(const SummaryLimits& limits, std::size_t sentences);

/// Whether a token is a word rather than a mark.
bool has_letter_or_digit(std::string_view token);

/// The `count` best ones.
std::vector<std::size_t> choose_best(std::span<const double> scores, std::size_t count);

}  // namespace recura
