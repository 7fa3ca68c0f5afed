#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "layer/layers.h"

namespace recura {

/// A softmax over many classes, of which the first are by far the most frequent (adaptive softmax, Grave et al. 2017):
/// a head for these and for each tail of rarer ones, which only the rows of its classes pay for.
///
///     p(k) = softmax(x W + b)[k]                                              for k in the head
///     p(k) = softmax(x W + b)[tail t] softmax((x D_t + d_t) W_t + b_t)[k]     for k in tail t
///
/// Tails begin at `head` and 4 `head` classes; the first reads x as a quarter, the second as a sixteenth of its
/// numbers. Weights: "head.w" [D, head + tails], "head.b"; of each tail "tail0.down.w", "tail0.down.b", "tail0.out.w",
/// "tail0.out.b". With a head of all classes it is an ordinary softmax.
class AdaptiveSoftmax : public Module {
 public:
  /// @throws ArgumentError  if an extent is not positive.
  AdaptiveSoftmax(Index input, Index classes, Index head, Rng* rng);

  /// The mean of -ln p of the rows' classes: x [N, D], classes [N] in 0 … K-1; a single number. Rows of the class
  /// `kNoClass` do not count.
  /// @throws ArgumentError  if a class is none, or no row counts.
  Var loss(Var x, std::span<const std::int32_t> classes) const;
  /// ln p of each row's class, 0 for one without. Rows are spread over the executor of the tape, which must infer.
  std::vector<double> log_probabilities(Var x, std::span<const std::int32_t> classes) const;

  static constexpr std::int32_t kNoClass = -1;

  static double weight_count(double input, double classes, double head);

 private:
  struct Tail {
    Index begin, end;  // its classes
    std::unique_ptr<Dense> down, out;
  };
  /// The rows whose classes lie in one tail, and these, counted from its first one.
  struct Members {
    std::vector<std::int32_t> rows, classes;
  };
  struct Placed {
    std::vector<std::int32_t> heads;  // of all rows: their class in the head, 0 for those without
    std::vector<real> weights;        // what each row counts: 0 or 1
    std::size_t counted = 0;
    std::vector<Members> tails;
  };

  Placed place(std::span<const std::int32_t> classes) const;
  Var logits(const Tail& tail, Var x, const Members& members) const;

  Index head_classes_ = 0;
  std::unique_ptr<Dense> head_;
  std::vector<Tail> tails_;
};

}  // namespace recura
