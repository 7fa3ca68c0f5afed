#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/executor.h"
#include "grad/gradients.h"
#include "grad/parameter.h"

namespace recura {

class RunState;

/// A running mean of weights over steps (Polyak & Juditsky 1992), short at first, so that it soon forgets where they
/// began:
///
///     mean = d mean + (1 - d) weight       after step t, with d = min(decay, (1 + t) / (10 + t)); after the first:
///     weight
///
/// Rows of an embedding that a step leaves alone are caught up with in one go, when one touches them again: their
/// weight was constant meanwhile. Not thread-safe.
class WeightAverage {
 public:
  /// `lazy`: the optimiser leaves rows without a gradient as they are. `parameters` must outlive this object.
  /// @throws ArgumentError  if decay is not in [0, 1).
  WeightAverage(std::vector<Parameter*> parameters, double decay, bool lazy);

  /// To be called around each step of the optimiser, with what it steps along.
  void before_step(const Gradients& gradients, Executor& executor);
  void after_step(const Gradients& gradients, Executor& executor);

  /// The means of all parameters, in their order; empty before the first step.
  const std::vector<Tensor>& values(Executor& executor);
  /// Puts the means in the place of the weights, and the weights in theirs; once more before the next step puts them
  /// back.
  void swap(Executor& executor);
  /// Shows a checkpoint all of it; not while the means are in the place of the weights.
  void visit(RunState& state);

 private:
  void make_means();
  void move(std::size_t parameter, Index row, double share);
  void catch_up(std::size_t parameter, std::span<const Index> rows, Executor& executor);
  void catch_up(std::size_t parameter, Executor& executor);
  bool is_lazy(const Gradient& gradient) const { return lazy_ && (gradient.sparse() || !gradient); }

  std::vector<Parameter*> parameters_;
  double decay_;
  bool lazy_;
  std::uint64_t steps_ = 0;
  /// The product of all d so far, and what it was when each row was last moved: their quotient is what is left of a
  /// mean.
  double product_ = 1;
  std::vector<std::vector<double>> stamps_;
  std::vector<Tensor> means_;
};

}  // namespace recura
