#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "task/summarise/write/source.h"
#include "task/summarise/write/write_network.h"

namespace recura {

/// What a writer thinks of the next word of a summary, on the tape that it was asked on.
struct NextWord {
  std::span<const real> logits;  // of the outputs
  /// Probability of writing one of them rather than copying a word of the text.
  double gate = 0;
  std::span<const real> attention;  // to each token of the text
};

/// In a row of `writing`; `pair`: where its attention to the text's tokens begins.
NextWord next_word_of(const Writing& writing, Index row, Index pair, const WriteSource& source);

/// The probability of each number to be the next word (See et al. 2017):
///
///     p = gate softmax(logits) + (1 - gate) attention of the tokens with that number
std::vector<real> mixture(const NextWord& next, const WriteSource& source);

/// Where a word of a summary comes from.
struct WordOrigin {
  /// What share of the word's probability is due to copying.
  double copied = 0;
  /// The token of the text that was attended to most among those of the same form; -1: there is none.
  Index place = -1;
  /// Tokens from there on: of a word that was copied as several subwords more than one.
  Index count = 1;
  /// If asked for, what each token of the text had of the attention.
  std::vector<real> attention = {};
};

/// `attends`: whether the attention is asked for.
WordOrigin origin_of(std::int32_t word, const NextWord& next, const WriteSource& source, bool attends);

/// The tokens with the most attention, `most` of them at most, and what they have of it. Tokens without bytes, such as
/// the mark where a word begins, are none.
std::vector<std::pair<Index, double>> most_attended(std::span<const real> attention, std::span<const Token> tokens,
                                                    Index most);

}  // namespace recura
