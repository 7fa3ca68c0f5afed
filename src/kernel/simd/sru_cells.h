#pragma once

#include "kernel/simd/code.h"

// The SRU's functions on rows of gates, for the one level whose vector_*.h came before.
namespace recura::kernel::simd {
namespace {

/// A vector of one panel's units, with what lies there in every row.
struct SruUnits {
  SruUnits(const SruRows& rows, Index panel, Index unit)
      : gates(rows.gates + panel * rows.gates_panel + unit),
        v_f(load(rows.v + panel * 2 * kBlock + unit)),
        v_r(load(rows.v + panel * 2 * kBlock + kBlock + unit)),
        column(panel * kBlock + unit),
        state(panel * rows.state_panel + unit),
        lanes(column < rows.units ? rows.units - column : 0) {}

  float* gates;
  Floats v_f, v_r;
  Index column, state;
  Index lanes;  // that are real units
};

/// The highway's term of a row: s, with its factor.
inline Floats highway(const SruRows& rows, const SruUnits& units, Index row) {
  const Floats s = rows.s ? load_some(rows.s + row * rows.s_stride + units.column, units.lanes)
                          : load(units.gates + row * rows.width + 3 * kBlock);
  return broadcast(rows.scale) * s;
}

inline void sru_forward_units(const SruRows& rows, const SruUnits& units) {
  for (Index row = 0; row < rows.rows; ++row) {
    float *gate = units.gates + row * rows.width, *at_c = rows.c + units.state + row * kBlock;
    const Floats before = load(at_c), in = load(gate);
    const Floats f = sigmoid(fma(units.v_f, before, load(gate + kBlock)));
    const Floats r = sigmoid(fma(units.v_r, before, load(gate + 2 * kBlock)));
    const Floats c = fma(f, before - in, in), s = highway(rows, units, row);
    store(gate + kBlock, f);
    store(gate + 2 * kBlock, r);
    store(gate + rows.width - kBlock, before);
    store(at_c, c);
    store_some(rows.h + row * rows.h_stride + units.column, fma(r, c - s, s), units.lanes);
  }
}

inline void sru_backward_units(const SruRows& rows, const SruUnits& units, float* sums) {
  Floats sum_v_f = load(sums), sum_v_r = load(sums + kBlock);
  Floats sum_b_f = load(sums + 2 * kBlock), sum_b_r = load(sums + 3 * kBlock);
  for (Index row = 0; row < rows.rows; ++row) {
    float* gate = units.gates + row * rows.width;
    float *at_dlast = rows.dlast + units.state + row * kBlock, *at_dc = rows.dc + units.state + row * kBlock;
    const Floats in = load(gate), f = load(gate + kBlock), r = load(gate + 2 * kBlock);
    const Floats before = load(gate + rows.width - kBlock), c = fma(f, before - in, in);
    Floats dh = load(at_dlast);
    if (rows.dh) dh = dh + load_some(rows.dh + row * rows.dh_stride + units.column, units.lanes);
    const Floats dc = fma(dh, r, load(at_dc));
    const Floats df = dc * (before - in) * sigmoid_slope(f);
    const Floats dr = dh * (c - highway(rows, units, row)) * sigmoid_slope(r);
    store(gate, fma(-f, dc, dc));
    store(gate + kBlock, df);
    store(gate + 2 * kBlock, dr);
    store(gate + 3 * kBlock, broadcast(rows.scale) * fma(-r, dh, dh));
    store(at_dc, fma(dc, f, fma(df, units.v_f, dr * units.v_r)));
    store(at_dlast, Floats{});
    sum_v_f = fma(df, before, sum_v_f);
    sum_v_r = fma(dr, before, sum_v_r);
    sum_b_f = sum_b_f + df;
    sum_b_r = sum_b_r + dr;
  }
  store(sums, sum_v_f);
  store(sums + kBlock, sum_v_r);
  store(sums + 2 * kBlock, sum_b_f);
  store(sums + 3 * kBlock, sum_b_r);
}

void sru_forward(const SruRows& rows) {
  for (Index panel = 0; panel * kBlock < rows.units; ++panel) {
    for (Index unit = 0; unit < kBlock; unit += kLanes) sru_forward_units(rows, SruUnits(rows, panel, unit));
  }
}

void sru_backward(const SruRows& rows) {
  for (Index panel = 0; panel * kBlock < rows.units; ++panel) {
    for (Index unit = 0; unit < kBlock; unit += kLanes) {
      sru_backward_units(rows, SruUnits(rows, panel, unit), rows.sums + panel * 4 * kBlock + unit);
    }
  }
}

}  // namespace
}  // namespace recura::kernel::simd
