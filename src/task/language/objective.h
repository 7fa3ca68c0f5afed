#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "task/language/language_network.h"
#include "tensor/packing.h"
#include "train/trainer.h"

namespace recura {

/// Token ids between boundaries, as a language model reads them: each piece but a text's first begins with the last id
/// of the one before it, so that every id is guessed once in each direction.
using Pieces = std::vector<std::vector<std::int32_t>>;

/// Adds the pieces of one text, of `most` tokens each at most.
void add_pieces(std::span<const std::int32_t> ids, std::int32_t boundary, std::int64_t most, Pieces& pieces);

/// Some pieces as one batch: packed ids, and of each row the one after it and the one before it in its piece, which are
/// to be guessed from it; `AdaptiveSoftmax::kNoClass` at the ends.
struct LanguageBatch {
  PackingPtr packing;
  std::vector<std::int32_t> ids, next, before;
};

LanguageBatch make_batch(std::span<const std::vector<std::int32_t>> pieces, std::span<const Index> rows);

/// The mean over all guesses of -ln p; of both directions together.
Var language_loss(Tape& tape, const LanguageNetwork& network, const LanguageBatch& batch);

/// Training of a language model. On the dev pieces -ln p of a word, and what that is as a probability: the geometric
/// mean, one divided by the perplexity.
class LanguageObjective : public Objective {
 public:
  /// `dev` may be empty. All must outlive this object.
  LanguageObjective(LanguageNetwork& network, const Pieces& train, const Pieces& dev);

  std::vector<Parameter*> parameters() override { return network_.parameters(); }
  std::span<const Index> lengths() const override { return lengths_; }
  Var loss(Tape& tape, std::span<const Index> rows) const override;
  std::optional<DevScore> dev_score(Executor& executor) const override;

 private:
  LanguageNetwork& network_;
  const Pieces& train_;
  const Pieces& dev_;
  std::vector<Index> lengths_;
};

}  // namespace recura
