#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "task/precision_recall.h"

namespace recura {

/// ROUGE of one predicted text: pairs of n words (1, 2), the longest common subsequence, and that of each line with all
/// lines (Lin, ROUGE: a package for automatic evaluation of summaries, 2004).
struct RougeScores {
  PrecisionRecall rouge1, rouge2, rouge_l, rouge_lsum;
};

struct RougeOptions {
  /// English words of more than three letters count by their stems.
  bool stem = false;
};

/// Equal to the rouge-score package to rounding, over `rouge_words`. Sentences, for Lsum, stand in lines.
/// Time: the product of the texts' lengths, and memory that of the longest two lines.
RougeScores rouge(std::string_view reference, std::string_view predicted, const RougeOptions& options = {});
/// The best of several references by F1, for each of the four alone.
/// @throws ArgumentError  if there is none.
RougeScores rouge(std::span<const std::string> references, std::string_view predicted,
                  const RougeOptions& options = {});

/// The mean over texts, and between what bounds 95 % of the F1 lie that texts drawn with replacement give.
struct RougeReport {
  std::int64_t texts = 0;
  RougeScores mean;
  Interval rouge1, rouge2, rouge_l, rouge_lsum;
};

RougeReport rouge_report(std::span<const RougeScores> scores, int resamples = 1000, std::uint64_t seed = 1);

}  // namespace recura
