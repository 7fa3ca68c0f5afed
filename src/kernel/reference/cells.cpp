#include "kernel/reference/cells.h"

#include <algorithm>

#include "kernel/reference/elementwise.h"

namespace recura::kernel::reference {
namespace {

std::vector<real> copy(const real* values, Index count) {
  return values ? std::vector<real>(values, values + count) : std::vector<real>(static_cast<std::size_t>(count));
}

real sigmoid(real x) { return value(Activation::sigmoid, x); }
real tanh(real x) { return value(Activation::tanh, x); }
real sigmoid_slope(real y) { return slope(Activation::sigmoid, y); }
real tanh_slope(real y) { return slope(Activation::tanh, y); }

/// z = x W + b
void project(const CellWeights& cell, const real* x, real* z) {
  std::copy(cell.b.begin(), cell.b.end(), z);
  add_product(x, cell.spec.input, cell.w.data(), cell.width(), cell.width(), z);
}

void rnn_forward(const CellWeights& cell, const StepForward& step) {
  const Index hidden = cell.spec.hidden;
  project(cell, step.x, step.kept);
  add_product(step.h_before, hidden, cell.u.data(), hidden, hidden, step.kept);
  for (Index j = 0; j < hidden; ++j) step.h[j] = value(cell.spec.activation, step.kept[j]);
}

void rnn_backward(const CellWeights& cell, const StepBackward& step) {
  const Index hidden = cell.spec.hidden;
  for (Index j = 0; j < hidden; ++j) step.kept[j] = step.dh[j] * slope(cell.spec.activation, step.h[j]);
  std::fill(step.dh.begin(), step.dh.end(), real(0));
  add_product_transposed(step.kept, hidden, cell.u.data(), hidden, hidden, step.dh.data());
}

void lstm_forward(const CellWeights& cell, const StepForward& step) {
  const Index hidden = cell.spec.hidden;
  project(cell, step.x, step.kept);
  add_product(step.h_before, hidden, cell.u.data(), 4 * hidden, 4 * hidden, step.kept);
  real *i = step.kept, *f = i + hidden, *g = f + hidden, *o = g + hidden, *c = o + hidden;
  for (Index j = 0; j < hidden; ++j) {
    i[j] = sigmoid(i[j]);
    f[j] = sigmoid(f[j]);
    g[j] = tanh(g[j]);
    o[j] = sigmoid(o[j]);
    c[j] = f[j] * step.c_before[j] + i[j] * g[j];
    step.h[j] = o[j] * tanh(c[j]);
  }
}

void lstm_backward(const CellWeights& cell, const StepBackward& step) {
  const Index hidden = cell.spec.hidden;
  real *i = step.kept, *f = i + hidden, *g = f + hidden, *o = g + hidden, *c = o + hidden;
  for (Index j = 0; j < hidden; ++j) {
    const real tanh_c = tanh(c[j]);
    const real dc = step.dc[j] + step.dh[j] * o[j] * tanh_slope(tanh_c);
    step.dc[j] = dc * f[j];
    o[j] = step.dh[j] * tanh_c * sigmoid_slope(o[j]);
    f[j] = dc * step.c_before[j] * sigmoid_slope(f[j]);
    const real di = dc * g[j] * sigmoid_slope(i[j]);
    g[j] = dc * i[j] * tanh_slope(g[j]);
    i[j] = di;
  }
  std::fill(step.dh.begin(), step.dh.end(), real(0));
  add_product_transposed(step.kept, hidden, cell.u.data(), 4 * hidden, 4 * hidden, step.dh.data());
}

void gru_forward(const CellWeights& cell, const StepForward& step) {
  const Index hidden = cell.spec.hidden, width = 3 * hidden;
  const real *u_rz = cell.u.data(), *u_n = u_rz + 2 * hidden;
  project(cell, step.x, step.kept);
  real *r = step.kept, *z = r + hidden, *n = z + hidden, *q = n + hidden;
  add_product(step.h_before, hidden, u_rz, width, 2 * hidden, r);
  for (Index j = 0; j < 2 * hidden; ++j) r[j] = sigmoid(r[j]);
  if (cell.spec.reset_after) {
    std::copy(cell.d.begin(), cell.d.end(), q);
    add_product(step.h_before, hidden, u_n, width, hidden, q);
    for (Index j = 0; j < hidden; ++j) n[j] += r[j] * q[j];
  } else {
    for (Index j = 0; j < hidden; ++j) q[j] = r[j] * step.h_before[j];
    add_product(q, hidden, u_n, width, hidden, n);
  }
  for (Index j = 0; j < hidden; ++j) {
    n[j] = tanh(n[j]);
    step.h[j] = (1 - z[j]) * n[j] + z[j] * step.h_before[j];
  }
}

void gru_backward(const CellWeights& cell, const StepBackward& step) {
  const Index hidden = cell.spec.hidden, width = 3 * hidden;
  const real *u_rz = cell.u.data(), *u_n = u_rz + 2 * hidden;
  real *r = step.kept, *z = r + hidden, *n = z + hidden, *q = n + hidden;
  std::vector<real> dreset(static_cast<std::size_t>(hidden));  // by r * h_{t-1}, with reset before
  for (Index j = 0; j < hidden; ++j) {
    const real dn = step.dh[j] * (1 - z[j]) * tanh_slope(n[j]);
    const real dz = step.dh[j] * (step.h_before[j] - n[j]) * sigmoid_slope(z[j]);
    step.dh[j] *= z[j];
    n[j] = dn;
    z[j] = dz;
  }
  if (!cell.spec.reset_after) add_product_transposed(n, hidden, u_n, width, hidden, dreset.data());
  for (Index j = 0; j < hidden; ++j) {
    if (cell.spec.reset_after) {
      const real dq = n[j] * r[j];
      r[j] = n[j] * q[j] * sigmoid_slope(r[j]);
      q[j] = dq;
    } else {
      step.dh[j] += dreset[j] * r[j];
      r[j] = dreset[j] * step.h_before[j] * sigmoid_slope(r[j]);
    }
  }
  add_product_transposed(r, hidden, u_rz, width, 2 * hidden, step.dh.data());
  if (cell.spec.reset_after) add_product_transposed(q, hidden, u_n, width, hidden, step.dh.data());
}

}  // namespace

CellWeights::CellWeights(const RecurrentSpec& layer, const RecurrentWeights& weights)
    : spec(layer),
      w(copy(weights.w, spec.input * width())),
      u(copy(weights.u, spec.hidden * width())),
      b(copy(weights.b, width())),
      d(copy(weights.d, spec.hidden)) {}

void forward(const CellWeights& cell, const StepForward& step) {
  switch (cell.spec.cell) {
    case Cell::rnn:
      return rnn_forward(cell, step);
    case Cell::lstm:
      return lstm_forward(cell, step);
    case Cell::gru:
      return gru_forward(cell, step);
    case Cell::sru:
      break;  // has a kernel of its own
  }
}

void backward(const CellWeights& cell, const StepBackward& step) {
  switch (cell.spec.cell) {
    case Cell::rnn:
      return rnn_backward(cell, step);
    case Cell::lstm:
      return lstm_backward(cell, step);
    case Cell::gru:
      return gru_backward(cell, step);
    case Cell::sru:
      break;
  }
}

void add_product(const real* a, Index rows, const real* b, Index stride, Index columns, real* y) {
  for (Index k = 0; k < rows; ++k) {
    for (Index j = 0; j < columns; ++j) y[j] += a[k] * b[k * stride + j];
  }
}

void add_product_transposed(const real* a, Index rows, const real* b, Index stride, Index columns, real* y) {
  for (Index i = 0; i < rows; ++i) {
    for (Index k = 0; k < columns; ++k) y[i] += a[k] * b[i * stride + k];
  }
}

}  // namespace recura::kernel::reference
