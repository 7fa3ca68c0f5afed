#include "kernel/attention.h"

#include <algorithm>

#include "base/error.h"
#include "kernel/activation.h"
#include "kernel/matmul.h"

namespace recura::kernel {
namespace {

/// The rows of one text of a packed tensor, one after the other.
Tensor rows_of(ConstTensorView x, const Packing& packing, Index text) {
  const Index columns = x.shape.columns();
  Tensor own = Tensor::uninitialised({packing.length(text), columns});
  for (Index step = 0; step < packing.length(text); ++step)
    std::copy_n(x.row(packing.row(text, step)), columns, own.row(step));
  return own;
}

void put_rows(const Tensor& own, const Packing& packing, Index text, TensorView x) {
  for (Index step = 0; step < packing.length(text); ++step)
    std::copy_n(own.row(step), x.shape.columns(), x.row(packing.row(text, step)));
}

// Sums of eight partial ones, whatever the instruction set: the compiler may then compute them side by side.
constexpr Index kLanes = 8;

real dot(const real* __restrict x, const real* __restrict y, Index count) {
  real lanes[kLanes] = {};
  Index i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (Index j = 0; j < kLanes; ++j) lanes[j] += x[i + j] * y[i + j];
  }
  real sum = 0;
  for (const real lane : lanes) sum += lane;
  for (; i < count; ++i) sum += x[i] * y[i];
  return sum;
}

/// t row i = tanh(q + k_i).
void tanh_of_sums(const real* __restrict q, const Tensor& k, Tensor& t) {
  const Index units = k.shape().columns();
  for (Index i = 0; i < k.shape().rows(); ++i) {
    const real* __restrict from = k.row(i);
    real* __restrict to = t.row(i);
    for (Index j = 0; j < units; ++j) to[j] = q[j] + from[j];
  }
  activate(Activation::tanh, t.values(), t.values());
}

void softmax(std::span<real> x) {
  const real most = *std::ranges::max_element(x);
  for (real& value : x) value -= most;
  exp(x, x);
  real sum = 0;
  for (const real value : x) sum += value;
  for (real& value : x) value /= sum;
}

void forward(const AttentionPairs& pairs, const AttentionForward& pass, Index text, Executor& executor) {
  const Packing &queries = pairs.queries(), &keys = pairs.keys();
  const Index steps = queries.length(text), read = keys.length(text), units = pass.k.shape.columns();
  if (steps == 0) return;
  if (read == 0) {
    for (Index t = 0; t < steps; ++t) std::fill_n(pass.c.row(queries.row(text, t)), pass.c.shape.columns(), real{0});
    return;
  }
  const Tensor k = rows_of(pass.k, keys, text), h = rows_of(pass.h, keys, text);
  Tensor sums = Tensor::uninitialised(k.shape());
  for (Index t = 0; t < steps; ++t) {
    const std::span<real> a =
        pass.a.subspan(static_cast<std::size_t>(pairs.at(text, t)), static_cast<std::size_t>(read));
    tanh_of_sums(pass.q.row(queries.row(text, t)), k, sums);
    for (Index i = 0; i < read; ++i) a[static_cast<std::size_t>(i)] = dot(sums.row(i), pass.v.data(), units);
    softmax(a);
  }
  Tensor c = Tensor::uninitialised({steps, pass.h.shape.columns()});
  matmul({pass.a.data() + pairs.at(text, 0), {steps, read}}, h, nullptr, c, executor);
  put_rows(c, queries, text, pass.c);
}

/// What the scores of one query's pairs give back: de [read] becomes the gradient by its scores.
void softmax_backward(const real* a, real* de, Index count) {
  const real mean = dot(a, de, count);
  for (Index i = 0; i < count; ++i) de[i] = a[i] * (de[i] - mean);
}

/// Through v . tanh(q + k_i), where `sums` holds the tanh.
void scores_backward(const Tensor& sums, std::span<const real> v, const real* de, real* __restrict dq, Tensor& dk,
                     real* __restrict dv) {
  const Index units = sums.shape().columns();
  for (Index i = 0; i < sums.shape().rows(); ++i) {
    const real* __restrict y = sums.row(i);
    const real* __restrict weight = v.data();
    real* __restrict dki = dk.row(i);
    const real d = de[i];
    for (Index j = 0; j < units; ++j) {
      const real slope = d * weight[j] * (1 - y[j] * y[j]);
      dv[j] += d * y[j];
      dki[j] += slope;
      dq[j] += slope;
    }
  }
}

void backward(const AttentionPairs& pairs, const AttentionBackward& pass, Index text, real* dv, Executor& executor) {
  const Packing &queries = pairs.queries(), &keys = pairs.keys();
  const Index steps = queries.length(text), read = keys.length(text), units = pass.k.shape.columns();
  std::fill_n(dv, units, real{0});
  for (Index t = 0; t < steps; ++t) std::fill_n(pass.dq.row(queries.row(text, t)), units, real{0});
  if (read == 0) return;
  const Tensor k = rows_of(pass.k, keys, text), h = rows_of(pass.h, keys, text);
  Tensor dk(k.shape()), dh(h.shape());
  if (steps > 0) {
    const ConstTensorView a{pass.a.data() + pairs.at(text, 0), {steps, read}};
    const Tensor dc = rows_of(pass.dc, queries, text);
    Tensor da = Tensor::uninitialised(a.shape), sums = Tensor::uninitialised(k.shape());
    matmul_transposed_right(dc, h, da, executor);
    matmul_transposed_left(a, dc, dh, executor);
    for (Index i = 0; pass.da != nullptr && i < da.size(); ++i) da.data()[i] += pass.da[pairs.at(text, 0) + i];
    for (Index t = 0; t < steps; ++t) {
      const Index row = queries.row(text, t);
      softmax_backward(a.row(t), da.row(t), read);
      tanh_of_sums(pass.q.row(row), k, sums);
      scores_backward(sums, pass.v, da.row(t), pass.dq.row(row), dk, dv);
    }
  }
  put_rows(dk, keys, text, pass.dk);
  put_rows(dh, keys, text, pass.dh);
}

}  // namespace

AttentionPairs::AttentionPairs(PackingPtr queries, PackingPtr keys)
    : queries_(std::move(queries)), keys_(std::move(keys)), starts_{0} {
  if (queries_->texts() != keys_->texts())
    throw ArgumentError("attention: {} texts of queries need as many of keys, got {}", queries_->texts(),
                        keys_->texts());
  for (Index text = 0; text < keys_->texts(); ++text)
    starts_.push_back(starts_.back() + queries_->length(text) * keys_->length(text));
}

void additive_attention(const AttentionPairs& pairs, const AttentionForward& pass, Executor& executor) {
  executor.run(static_cast<int>(pairs.keys().texts()), [&](int text) { forward(pairs, pass, text, executor); });
}

void additive_attention_backward(const AttentionPairs& pairs, const AttentionBackward& pass, Executor& executor) {
  const Index texts = pairs.keys().texts();
  Tensor dv = Tensor::uninitialised({texts, static_cast<Index>(pass.v.size())});
  executor.run(static_cast<int>(texts), [&](int text) { backward(pairs, pass, text, dv.row(text), executor); });
  sum_rows(dv, pass.dv);
}

double coverage(const AttentionPairs& pairs, std::span<const real> a, real scale, real* da) {
  double sum = 0;
  std::vector<real> before, later;
  for (Index text = 0; text < pairs.keys().texts(); ++text) {
    const Index read = pairs.keys().length(text), steps = pairs.queries().length(text);
    before.assign(static_cast<std::size_t>(read), 0);
    for (Index t = 0; t < steps; ++t) {
      const real* own = a.data() + pairs.at(text, t);
      for (Index i = 0; i < read; ++i) {
        real& covered = before[static_cast<std::size_t>(i)];
        sum += std::min(own[i], covered);
        covered += own[i];
      }
    }
    // Back through time: a_ti stands in the sum itself, or, where it is the larger, what came before it does.
    later.assign(static_cast<std::size_t>(read), 0);
    for (Index t = steps - 1; da != nullptr && t >= 0; --t) {
      const real* own = a.data() + pairs.at(text, t);
      for (Index i = 0; i < read; ++i) {
        const auto at = static_cast<std::size_t>(i);
        before[at] -= own[i];
        const bool is_own = own[i] <= before[at];
        da[pairs.at(text, t) + i] += scale * (later[at] + (is_own ? real{1} : real{0}));
        later[at] += is_own ? real{0} : real{1};
      }
    }
  }
  return sum;
}

}  // namespace recura::kernel
