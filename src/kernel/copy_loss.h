#pragma once

#include <cstdint>
#include <span>

#include "tensor/tensor.h"

namespace recura::kernel {

/// What each of M written words should be: a class of the vocabulary, or -1 for none; and the pairs, as positions in
/// the attention [P], at which the text that is read has it: `places` from ends[m - 1] to ends[m]. One of neither is
/// not counted.
struct CopyTargets {
  std::span<const std::int32_t> classes;  // [M]
  std::span<const std::int64_t> places, ends;

  std::span<const std::int64_t> places_of(std::size_t m) const {
    const auto begin = static_cast<std::size_t>(m == 0 ? 0 : ends[m - 1]);
    return places.subspan(begin, static_cast<std::size_t>(ends[m]) - begin);
  }
};

/// How a word comes about, kept for the way back: what share of its probability is due to the vocabulary, and that of
/// the gate; 1 or 0: whether it counts.
struct CopyShare {
  real generated = 0, gate = 0, counted = 0;
};

/// Cross-entropy of a pointer-generator (See et al. 2017), the mean over the counted words m, with label smoothing s
/// (Szegedy et al. 2016) of what the vocabulary gives:
///
///     g = sigmoid(u)      p(w) = g softmax(z)_w + (1 - g) sum of a over the places of w
///     loss = -(1 - s) ln p(w) - s mean_k ln softmax(z)_k
///
/// From logits z [M, O], gates u [M] and attention a [P], as a sum of two logarithms, so that nothing underflows. A
/// word's softmax is written to `p` [M, O], its shares to `shares` [M].
struct CopyLoss {
  double loss = 0;         // the mean
  double likelihood = 0;   // the sum of -ln p(w), without smoothing
  std::int64_t words = 0;  // that count
};
CopyLoss copy_cross_entropy(ConstTensorView z, std::span<const real> u, std::span<const real> a,
                            const CopyTargets& targets, real smoothing, TensorView p, std::span<CopyShare> shares);

/// Writes dz [M, O], du [M] and da [P]. `dz` may be `p`.
struct CopyLossBackward {
  ConstTensorView p;
  std::span<const CopyShare> shares;
  std::span<const real> a;
  real smoothing = 0, dloss = 1;
  TensorView dz;
  std::span<real> du, da;
};
void copy_cross_entropy_backward(const CopyTargets& targets, const CopyLossBackward& pass);

}  // namespace recura::kernel
