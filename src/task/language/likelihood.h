#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/executor.h"
#include "task/language/model.h"
#include "task/language/pieces.h"

namespace recura {

/// How likely a language model thinks a text.
struct Likelihood {
  /// What was guessed in each direction: the tokens and an end. Of these, tokens that the model does not know.
  std::int64_t guesses = 0, unknown = 0;
  /// Sums of ln p in each direction; backward 0 of a model that reads forward alone.
  double forward = 0, backward = 0;
  bool both = false;

  void add(const Likelihood& other);
  /// ln p of it all, and -ln p of a guess: the mean of the directions that there are.
  double log_probability() const { return (forward + backward) / (both ? 2 : 1); }
  double loss() const;
};

/// Of each piece. Those of similar length are read together; a piece's result does not depend on the others, bit for
/// bit.
std::vector<Likelihood> likelihoods(const LanguageNetwork& network, const Pieces& pieces, Executor& executor);

/// Of each text.
/// @throws DataError  if a probability is not finite.
std::vector<Likelihood> likelihoods(const LanguageModelParts& model, const std::vector<std::string>& texts,
                                    Executor& executor);

}  // namespace recura
