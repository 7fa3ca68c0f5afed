#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data/vectors.h"
#include "tensor/tensor.h"
#include "text/tokenizer.h"
#include "text/vocabulary.h"

namespace recura {

/// How many distinct training words have a vector, and the most frequent that have none.
struct VectorCoverage {
  std::int64_t distinct = 0, with_vectors = 0;
  std::vector<std::string> without_vector;
};

/// Finds the vector of a word: of its own form, else of its lower case.
class VectorFinder {
 public:
  /// `vectors` must outlive it.
  explicit VectorFinder(const WordVectors& vectors);

  /// [dimensions]; null for a word without one.
  const real* find(std::string_view word) const;
  /// @param words  distinct, the most frequent first.
  VectorCoverage coverage(const std::vector<std::string>& words) const;
  /// Starts a table [V, dimensions]; words without a vector keep their rows.
  void start(const Vocabulary& vocabulary, Tensor& table) const;

 private:
  const WordVectors& vectors_;
  Tokenizer lower_case_;
  std::unordered_map<std::string_view, std::size_t> rows_;
};

/// The vocabulary of these words of the training texts, and behind them those that only have a vector.
Vocabulary vocabulary_with(const WordVectors& vectors, std::vector<std::string> words);

}  // namespace recura
