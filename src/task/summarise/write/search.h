#pragma once

#include <span>
#include <vector>

#include "base/executor.h"
#include "task/summarise/write/beam.h"
#include "task/summarise/write/source.h"
#include "task/summarise/write/write_network.h"

namespace recura {

/// A word that a summary has, and where it comes from.
struct WordOrigin {
  /// What share of the word's probability is due to copying.
  double copied = 0;
  /// The token of the text that was attended to most among those of the same form; -1: there is none.
  Index place = -1;
  /// The tokens that were attended to most, with what they had of the attention.
  std::vector<std::pair<Index, double>> attention;
};

/// A summary as numbers of words.
struct FoundSummary {
  std::vector<std::int32_t> words;
  std::vector<WordOrigin> origins;
  double log_p = 0, score = 0;
};

/// The best `count` summaries of each text, the best first; none of a text without words. A text's summaries do not
/// depend on the others, bit for bit.
///
/// `attended`: of how many tokens each word says how much it attended to them. Memory: of a few thousand tokens, of 64
/// MB of logits (or those of one text's beam if they are more), and of the output matrix, a thread.
/// @throws DataError  if a probability is not finite.
std::vector<std::vector<FoundSummary>> search(const WriteNetwork& network, std::span<const WriteSource> sources,
                                              const BeamOptions& options, Index count, Index attended,
                                              Executor& executor);

}  // namespace recura
