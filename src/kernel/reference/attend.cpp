#include "kernel/reference/attend.h"

#include <algorithm>
#include <cmath>

namespace recura::kernel::reference {

void attend(const AttentionQuery& query, real* a, real* c) {
  for (Index i = 0; i < query.keys; ++i) {
    a[i] = 0;
    for (Index j = 0; j < query.units; ++j) a[i] += query.v[j] * std::tanh(query.q[j] + query.k[i][j]);
  }
  const real most = *std::max_element(a, a + query.keys);
  real sum = 0;
  for (Index i = 0; i < query.keys; ++i) sum += a[i] = std::exp(a[i] - most);
  std::fill_n(c, query.width, real{0});
  for (Index i = 0; i < query.keys; ++i) {
    a[i] /= sum;
    for (Index j = 0; j < query.width; ++j) c[j] += a[i] * query.h[i][j];
  }
}

void attend_backward(const AttentionQuery& query, const AttentionQueryGradients& gradients) {
  const auto& [a, da, dc, dq, dv, dk, dh] = gradients;
  real mean = 0;
  for (Index i = 0; i < query.keys; ++i) {
    for (Index j = 0; j < query.width; ++j) {
      da[i] += dc[j] * query.h[i][j];
      dh[i][j] += a[i] * dc[j];
    }
    mean += a[i] * da[i];
  }
  std::fill_n(dq, query.units, real{0});
  for (Index i = 0; i < query.keys; ++i) {
    const real by_score = a[i] * (da[i] - mean);
    for (Index j = 0; j < query.units; ++j) {
      const real y = std::tanh(query.q[j] + query.k[i][j]), by_sum = by_score * query.v[j] * (1 - y * y);
      dv[j] += by_score * y;
      dk[i][j] += by_sum;
      dq[j] += by_sum;
    }
  }
}

}  // namespace recura::kernel::reference
