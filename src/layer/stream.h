#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tensor/packing.h"
#include "tensor/tensor.h"

namespace recura {

/// What a pooling layer made of the pieces of some texts so far, in double: where a text was cut does not change its
/// row by a bit.
class RunningPool {
 public:
  /// Takes the next piece of each text: rows x [N, D], and their scores [N, 1] where a mean is weighted by them.
  void add(ConstTensorView x, ConstTensorView scores, const Packing& packing);

  /// Of each text so far, [B, D]; zeros if it has no step yet.
  Tensor last() const;
  Tensor mean() const;
  Tensor max() const;
  /// The mean weighted by a softmax over all scores so far (its sum kept up as in Milakov & Gimelshein 2018).
  Tensor attended() const;

 private:
  struct Text {
    Index steps = 0;
    std::vector<double> last, sum, max;
    double top = 0, weight = 0;  // the largest score, and the sum of e^(score - top)
    std::vector<double> weighted;
  };

  void add(Text& text, std::span<const real> row, const real* score);
  template <typename Value>
  Tensor rows(Value&& value) const;

  std::vector<Text> texts_;
  Index columns_ = 0;
};

/// What is kept of texts between their pieces by a network that reads in one direction.
struct StreamMemory {
  /// Of each recurrent layer, [B, H]; c of cells that have one.
  struct State {
    Tensor h, c;
  };
  std::vector<State> states;
  RunningPool pool;
  /// Of the n-gram layer: the last ids of each text, which n-grams of its next piece begin in; their rows' sums.
  std::vector<std::vector<std::int32_t>> context;
  RunningPool ngrams;
};

}  // namespace recura
