#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "task/summarise/write/reading.h"
#include "task/summarise/write/search/search.h"

namespace recura {

/// A word of a summary that was written.
struct WrittenWord {
  Token place;  // in the summary
  WordOrigin origin;
  /// The tokens of the text that it attended to most, as many as were asked for, and what they had of the attention.
  std::vector<std::pair<Index, double>> attended = {};
  /// It is a number, or a name by its capital letter, and the text does not have it.
  bool is_new = false;
};

/// A summary that was written of a text.
struct WrittenSummary {
  std::string text;
  std::vector<WrittenWord> words;
  /// The logarithm of its probability, and that after the length penalty.
  double log_p = 0, score = 0;
};

/// A text as it was read, with its summaries, the best first, each text once: they may be fewer than asked for.
struct WrittenSummaries {
  std::vector<Token> tokens;
  std::int64_t dropped = 0;  // tokens beside those, which were not read
  std::vector<WrittenSummary> summaries;
};

/// Writes summaries of texts; see `search`. A word that is copied stands as the text has it, another one as it stood in
/// training.
std::vector<WrittenSummaries> write_summaries(const Writer& writer, std::span<const std::string> texts,
                                              const SearchOptions& options, Executor& executor);

}  // namespace recura
