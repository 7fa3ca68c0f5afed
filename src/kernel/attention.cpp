#include "kernel/attention.h"

#include <algorithm>

#include "base/error.h"
#include "kernel/level.h"
#include "kernel/matmul.h"

namespace recura::kernel {
namespace {

/// The rows of one text of a packed tensor.
template <typename Real, typename View>
std::vector<Real*> rows_of(const View& x, const Packing& packing, Index text) {
  std::vector<Real*> rows;
  for (Index step = 0; step < packing.length(text); ++step) rows.push_back(x.row(packing.row(text, step)));
  return rows;
}

/// What one text's queries see; `q` is still to be set.
struct TextKeys {
  template <typename Pass>
  TextKeys(const AttentionPairs& pairs, const Pass& pass, Index text)
      : k(rows_of<const real>(pass.k, pairs.keys(), text)), h(rows_of<const real>(pass.h, pairs.keys(), text)) {
    query = {.keys = std::ssize(k),
             .units = pass.k.shape.columns(),
             .width = pass.h.shape.columns(),
             .v = pass.v.data(),
             .k = k.data(),
             .h = h.data()};
  }

  std::vector<const real*> k, h;
  AttentionQuery query;
};

void forward(const AttentionPairs& pairs, const AttentionForward& pass, Index text) {
  const Packing& queries = pairs.queries();
  TextKeys keys(pairs, pass, text);
  for (Index t = 0; t < queries.length(text); ++t) {
    const Index row = queries.row(text, t);
    keys.query.q = pass.q.row(row);
    if (keys.query.keys > 0) {
      level().attend(keys.query, pass.a.data() + pairs.at(text, t), pass.c.row(row));
    } else {
      std::fill_n(pass.c.row(row), keys.query.width, real{0});
    }
  }
}

void backward(const AttentionPairs& pairs, const AttentionBackward& pass, Index text, real* dv) {
  const Packing& queries = pairs.queries();
  TextKeys keys(pairs, pass, text);
  AttentionQuery& query = keys.query;
  const auto dk = rows_of<real>(pass.dk, pairs.keys(), text), dh = rows_of<real>(pass.dh, pairs.keys(), text);
  std::fill_n(dv, query.units, real{0});
  for (real* const row : dk) std::fill_n(row, query.units, real{0});
  for (real* const row : dh) std::fill_n(row, query.width, real{0});
  std::vector<real> da(keys.k.size());
  for (Index t = 0; t < queries.length(text); ++t) {
    const Index row = queries.row(text, t), pair = pairs.at(text, t);
    std::fill_n(pass.dq.row(row), query.units, real{0});
    if (query.keys == 0) continue;
    query.q = pass.q.row(row);
    if (pass.da != nullptr) {
      std::copy_n(pass.da + pair, query.keys, da.begin());
    } else {
      std::ranges::fill(da, real{0});
    }
    level().attend_backward(query, {.a = pass.a.data() + pair,
                                    .da = da.data(),
                                    .dc = pass.dc.row(row),
                                    .dq = pass.dq.row(row),
                                    .dv = dv,
                                    .dk = dk.data(),
                                    .dh = dh.data()});
  }
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
  executor.run(static_cast<int>(pairs.keys().texts()), [&](int text) { forward(pairs, pass, text); });
}

void additive_attention_backward(const AttentionPairs& pairs, const AttentionBackward& pass, Executor& executor) {
  const Index texts = pairs.keys().texts();
  Tensor dv = Tensor::uninitialised({texts, static_cast<Index>(pass.v.size())});
  executor.run(static_cast<int>(texts), [&](int text) { backward(pairs, pass, text, dv.row(text)); });
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
