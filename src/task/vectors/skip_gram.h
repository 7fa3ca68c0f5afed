#pragma once

#include <functional>
#include <optional>

#include "data/vectors.h"
#include "task/vectors/corpus.h"

namespace recura {

struct SkipGramOptions {
  Index dimensions = 100;
  /// Neighbours up to so far away, a distance drawn anew for each word; words drawn by chance for
  /// each word and set against all its neighbours.
  Index window = 5, negatives = 5;
  Index epochs = 5;
  /// Of the first step; it falls to zero on a straight line.
  double learning_rate = 0.05;
  /// A word of frequency f is read with probability min(1, sqrt(sample / f) + sample / f). 0: always.
  double sample = 1e-4;
  /// Vectors that all n-grams of 3 to 6 characters share by their hash; 0: words have no parts.
  Index buckets = 0;
  std::uint64_t seed = 1;
};

struct SkipGramProgress {
  Index epoch = 0;                           // from 1
  std::int64_t tokens_done = 0, tokens = 0;  // of all epochs
};

/// Vectors of words that stand near the same words (skip-gram with negative sampling, Mikolov et al. 2013). With
/// buckets a word's vector is the mean of its own and those of its parts, "<word>" cut into n-grams (Bojanowski et al.
/// 2017). On the calling thread, since each step builds on the one before: one seed, one result.
/// @param progress  told now and then; false ends training, without vectors.
/// @throws ArgumentError    if the corpus has less than two words.
/// @throws DivergenceError  if a vector is not finite in the end: the learning rate is too large.
std::optional<WordVectors> train_skip_gram(const Corpus& corpus, const SkipGramOptions& options,
                                           const std::function<bool(const SkipGramProgress&)>& progress);

}  // namespace recura
