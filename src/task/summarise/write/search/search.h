#pragma once

#include <span>
#include <vector>

#include "base/executor.h"
#include "task/summarise/write/search/beam.h"
#include "task/summarise/write/search/next_word.h"
#include "task/summarise/write/write_network.h"

namespace recura {

/// What is wanted of texts.
struct SearchOptions {
  BeamOptions beam;
  /// Summaries of each text.
  Index count = 1;
  /// Of how many tokens each written word says how much it attended to them; if there are any, what is found has it of
  /// all tokens.
  Index attended = 0;
};

/// A summary as numbers of words.
struct FoundSummary {
  std::vector<std::int32_t> words;
  std::vector<WordOrigin> origins;
  double log_p = 0, score = 0;
};

/// The best summaries of each text, the best first; none of a text without words. A text's summaries do not depend on
/// the others, bit for bit.
///
/// Memory: of a few thousand tokens, of 64 MB of logits (or those of one text's beam if they are more), and of the
/// output matrix, a thread; of the attention, if it is asked for, of all that is found.
/// @throws DataError  if a probability is not finite.
std::vector<std::vector<FoundSummary>> search(const WriteNetwork& network, std::span<const WriteSource> sources,
                                              const SearchOptions& options, Executor& executor);

}  // namespace recura
