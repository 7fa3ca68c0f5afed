#pragma once

#include <span>
#include <vector>

#include "base/executor.h"
#include "tensor/packing.h"
#include "tensor/tensor.h"

namespace recura::kernel {

/// Texts that are read (keys) and what is asked of each (queries): step t of text b of the queries sees all steps of
/// text b of the keys, and a number for each such pair stands at `at(b, t)` + i. P pairs in all.
class AttentionPairs {
 public:
  /// @throws ArgumentError  if they have not as many texts.
  AttentionPairs(PackingPtr queries, PackingPtr keys);

  const Packing& queries() const { return *queries_; }
  const Packing& keys() const { return *keys_; }
  Index count() const { return starts_.back(); }
  Index at(Index text, Index step) const {
    return starts_[static_cast<std::size_t>(text)] + step * keys_->length(text);
  }

 private:
  PackingPtr queries_, keys_;
  std::vector<Index> starts_;
};

/// Additive attention (Bahdanau et al. 2015) of query rows q [M, A] over key rows k [N, A] with the values h [N, D]:
///
///     e_ti = v . tanh(q_t + k_i)      a_t = softmax(e_t)      c_t = sum_i a_ti h_i
///
/// Writes a [P] and c [M, D]; zeros where a text has no keys. Each text is one part of the work; no number for each
/// pair and unit is kept.
struct AttentionForward {
  ConstTensorView q, k, h;
  std::span<const real> v;  // [A]
  std::span<real> a;        // [P]
  TensorView c;
};
void additive_attention(const AttentionPairs& pairs, const AttentionForward& pass, Executor& executor);

/// The way back; tanh is computed again. `da` [P] may be null: zeros. Every gradient is written, none added to; `dv` is
/// the sum over the texts in their order. Memory besides: B A reals.
struct AttentionBackward {
  ConstTensorView q, k, h;
  std::span<const real> v, a;
  const real* da = nullptr;
  ConstTensorView dc;
  TensorView dq, dk, dh;
  std::span<real> dv;
};
void additive_attention_backward(const AttentionPairs& pairs, const AttentionBackward& pass, Executor& executor);

/// Coverage loss (See et al. 2017): sum over all pairs of min(a_ti, s_ti), s_ti being what the steps before t gave to
/// i; adds its gradient times `scale` to `da` where that is not null.
double coverage(const AttentionPairs& pairs, std::span<const real> a, real scale, real* da);

}  // namespace recura::kernel
