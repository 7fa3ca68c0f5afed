#pragma once

#include <cstdint>
#include <vector>

#include "layer/network.h"
#include "train/trainer.h"

namespace recura {

/// Texts as ids, each with the number of its label.
struct LabelledIds {
  std::vector<std::vector<std::int32_t>> ids;
  std::vector<std::int32_t> labels;
};

/// Training of a classifier: cross-entropy (binary for a single output, else categorical); accuracy on the dev rows.
class ClassificationObjective : public Objective {
 public:
  /// `dev` may be empty. All three must outlive this object.
  /// @throws ArgumentError  if ids and labels are not of one size, or a label number has no output (-1 may stand in
  /// `dev`).
  ClassificationObjective(Network& network, const LabelledIds& train, const LabelledIds& dev);

  std::vector<Parameter*> parameters() override { return parameters_; }
  std::span<const Index> lengths() const override { return lengths_; }
  Var loss(Tape& tape, std::span<const Index> rows) const override;
  std::optional<DevScore> dev_score(Executor& executor) const override;
  /// Leaves a weight as it is.
  void freeze(const Parameter* parameter) { std::erase(parameters_, parameter); }

 private:
  Network& network_;
  std::vector<Parameter*> parameters_;
  const LabelledIds& train_;
  const LabelledIds& dev_;
  std::vector<Index> lengths_;
};

}  // namespace recura
