#pragma once

#include <vector>

#include "task/summarise/select/phrases/words.h"

namespace recura {

/// A phrase of a text, and where it stands there, ascending, in bytes of it.
struct Phrase {
  std::vector<Token> places;
  double score = 0;
};

/// The `count` phrases of one to four words that matter most, the best first; of equals the one that comes first.
///
///     score = sum over its places of the weights of its tokens that no better phrase has / sqrt(its tokens)
///
/// In the sum, a phrase that stands there twice has its words wherever they stand alone, too: "Blair" is Tony Blair.
/// Frequent words between others weigh nothing. A phrase is one whatever its words' case. Each says something new;
/// those without a positive score are left out. `weights`, none negative, are those of each sentence's tokens.
/// Time: a few steps for each word and each of the `count`, of which few look at many phrases again.
std::vector<Phrase> best_phrases(const DocumentWords& words, const std::vector<std::vector<double>>& weights,
                                 std::size_t count);

}  // namespace recura
