#pragma once

#include <vector>

#include "task/language/language_network.h"
#include "task/language/pieces.h"
#include "train/trainer.h"

namespace recura {

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
