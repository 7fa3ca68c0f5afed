#pragma once

#include <cstdint>
#include <span>

#include "grad/sequence_ops.h"
#include "layer/module.h"

namespace recura {

struct NgramOptions {
  /// The longest n-gram, 2 to 8; shorter ones down to 2 are read as well.
  Index longest = 2;
  /// V, the rows that all n-grams share by their hash; D, the size of a vector.
  Index buckets = 0;
  Index dimensions = 0;
  /// Share of n-grams dropped in training.
  double dropout = 0;
};

/// The mean of the vectors of a text's n-grams (Joulin et al. 2017), for each n one, added up: "table" [V, D], which
/// starts at zero, so that an n-gram never met adds nothing.
class Ngrams : public Module {
 public:
  /// @throws ArgumentError  if an extent is out of range.
  Ngrams(const NgramOptions& options, const Rng* rng);

  /// ids [N] of packed texts to [B, D]; zeros for a text of length 0.
  Var operator()(Tape& tape, std::span<const std::int32_t> ids, const PackingPtr& packing) const;

  /// Of each step the sum of the vectors of the n-grams that end there, [N, D]. `context` has the ids before each text,
  /// the last ones of which n-grams begin in; then those before its next piece.
  Tensor step_rows(std::span<const std::int32_t> ids, const Packing& packing,
                   std::vector<std::vector<std::int32_t>>& context) const;

  /// What each token adds to a score that grows by `dy` [B, D] with this layer's rows: that of each n-gram, in equal
  /// parts to its tokens. [N]
  std::vector<real> contributions(std::span<const std::int32_t> ids, const Packing& packing, ConstTensorView dy) const;

 private:
  NgramOptions options_;
  Parameter* table_;
};

/// The bucket of the n-gram that ends at each step, [N]; where the text has no n tokens yet, ids before it count as -1.
///
///     h = n;  for each id, the earliest first:  h = (h + id + 1) * 0x9E3779B97F4A7C15;  h = h ^ (h >> 29)
///     bucket = (h * 0xBF58476D1CE4E5B9 >> 32) mod V            all modulo 2^64; frozen by the model format
std::vector<std::int32_t> ngram_buckets(std::span<const std::int32_t> ids, const Packing& packing, Index n,
                                        Index buckets);

}  // namespace recura
