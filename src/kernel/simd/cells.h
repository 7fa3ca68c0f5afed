#pragma once

#include "kernel/simd/code.h"

// The cells' functions on rows of gates, for the one level whose vector_*.h came before.
namespace recura::kernel::simd {
namespace {

constexpr Index kRnnUnits = 2 * kBlock, kLstmWidth = 4 * kBlock, kGruWidth = 4 * kBlock;

/// Lanes of the vector at `unit` that are real units.
inline Index lanes(const CellRows& rows, Index unit) {
  const Index left = rows.units - unit;
  return left < 0 ? 0 : left;
}

inline Floats h_before(const CellRows& rows, Index row, Index unit) {
  if (!rows.h_before) return Floats{};
  return load_some(rows.h_before + row * rows.h_before_stride + unit, lanes(rows, unit));
}

template <Activation kActivation>
void rnn_forward_with(const CellRows& rows) {
  for (Index row = 0; row < rows.rows; ++row) {
    const float* z = rows.gates + row * kRnnUnits;
    for (Index unit = 0; unit < rows.units; unit += kLanes) {
      store_some(rows.h + row * rows.h_stride + unit, value(kActivation, load(z + unit)), lanes(rows, unit));
    }
  }
}

template <Activation kActivation>
void rnn_backward_with(const CellRows& rows) {
  for (Index row = 0; row < rows.rows; ++row) {
    float* dz = rows.gates + row * kRnnUnits;
    float* dh = rows.dh + row * rows.dh_stride;
    for (Index unit = 0; unit < kRnnUnits; unit += kLanes) {
      const Floats h = load_some(rows.h + row * rows.h_stride + unit, lanes(rows, unit));
      store(dz + unit, load(dh + unit) * slope(kActivation, h));
      store(dh + unit, Floats{});
    }
  }
}

void rnn_forward(const CellRows& rows) {
  switch (rows.activation) {
    case Activation::linear:
      return rnn_forward_with<Activation::linear>(rows);
    case Activation::sigmoid:
      return rnn_forward_with<Activation::sigmoid>(rows);
    case Activation::tanh:
      return rnn_forward_with<Activation::tanh>(rows);
    case Activation::relu:
      return rnn_forward_with<Activation::relu>(rows);
  }
}

void rnn_backward(const CellRows& rows) {
  switch (rows.activation) {
    case Activation::linear:
      return rnn_backward_with<Activation::linear>(rows);
    case Activation::sigmoid:
      return rnn_backward_with<Activation::sigmoid>(rows);
    case Activation::tanh:
      return rnn_backward_with<Activation::tanh>(rows);
    case Activation::relu:
      return rnn_backward_with<Activation::relu>(rows);
  }
}

void lstm_forward(const CellRows& rows) {
  for (Index row = 0; row < rows.rows; ++row) {
    for (Index unit = 0; unit < kBlock; unit += kLanes) {
      float* gate = rows.gates + row * kLstmWidth + unit;
      const Floats i = sigmoid(load(gate)), f = sigmoid(load(gate + kBlock));
      const Floats g = tanh(load(gate + 2 * kBlock)), o = sigmoid(load(gate + 3 * kBlock));
      const Floats c = fma(f, load(rows.c_before + row * kBlock + unit), i * g);
      store(gate, i);
      store(gate + kBlock, f);
      store(gate + 2 * kBlock, g);
      store(gate + 3 * kBlock, o);
      store(rows.c + row * kBlock + unit, c);
      store_some(rows.h + row * rows.h_stride + unit, o * tanh(c), lanes(rows, unit));
    }
  }
}

void lstm_backward(const CellRows& rows) {
  for (Index row = 0; row < rows.rows; ++row) {
    for (Index unit = 0; unit < kBlock; unit += kLanes) {
      float* gate = rows.gates + row * kLstmWidth + unit;
      const Floats i = load(gate), f = load(gate + kBlock), g = load(gate + 2 * kBlock), o = load(gate + 3 * kBlock);
      const Floats tanh_c = tanh(load(rows.c + row * kBlock + unit));
      float *at_dh = rows.dh + row * rows.dh_stride + unit, *at_dc = rows.dc + row * kBlock + unit;
      const Floats dh = load(at_dh);
      const Floats dc = fma(dh * o, tanh_slope(tanh_c), load(at_dc));
      store(gate, dc * g * sigmoid_slope(i));
      store(gate + kBlock, dc * load(rows.c_before + row * kBlock + unit) * sigmoid_slope(f));
      store(gate + 2 * kBlock, dc * i * tanh_slope(g));
      store(gate + 3 * kBlock, dh * tanh_c * sigmoid_slope(o));
      store(at_dc, dc * f);
      store(at_dh, Floats{});
    }
  }
}

void gru_forward(const CellRows& rows) {
  for (Index row = 0; row < rows.rows; ++row) {
    for (Index unit = 0; unit < kBlock; unit += kLanes) {
      float* gate = rows.gates + row * kGruWidth + unit;
      const Floats r = sigmoid(load(gate + kBlock)), z = sigmoid(load(gate + 2 * kBlock));
      const Floats n = tanh(fma(r, load(gate + 3 * kBlock), load(gate)));
      store(gate, n);
      store(gate + kBlock, r);
      store(gate + 2 * kBlock, z);
      // n + z (h_{t-1} - n)
      const Floats h = fma(z, h_before(rows, row, unit) - n, n);
      store_some(rows.h + row * rows.h_stride + unit, h, lanes(rows, unit));
    }
  }
}

void gru_backward(const CellRows& rows) {
  for (Index row = 0; row < rows.rows; ++row) {
    for (Index unit = 0; unit < kBlock; unit += kLanes) {
      float* gate = rows.gates + row * kGruWidth + unit;
      const Floats n = load(gate), r = load(gate + kBlock), z = load(gate + 2 * kBlock), q = load(gate + 3 * kBlock);
      float* at_dh = rows.dh + row * rows.dh_stride + unit;
      const Floats dh = load(at_dh);
      const Floats dn = fma(-z, dh, dh) * tanh_slope(n);
      store(gate, dn);
      store(gate + kBlock, dn * q * sigmoid_slope(r));
      store(gate + 2 * kBlock, dh * (h_before(rows, row, unit) - n) * sigmoid_slope(z));
      store(gate + 3 * kBlock, dn * r);
      store(at_dh, dh * z);
    }
  }
}

}  // namespace
}  // namespace recura::kernel::simd
