#pragma once

#include <vector>

#include "kernel/recurrent.h"

namespace recura::kernel::reference {

/// A copy of a layer's weights, and what its cell computes for one step of one text.
struct CellWeights {
  CellWeights(const RecurrentSpec& spec, const RecurrentWeights& weights);

  RecurrentSpec spec;
  std::vector<real> w, u, b, d;

  Index width() const { return gates(spec) * spec.hidden; }
  /// Reals kept of a row.
  Index saved() const { return spec.hidden * (spec.cell == Cell::lstm ? 5 : spec.cell == Cell::gru ? 4 : 1); }
};

struct StepForward {
  const real* x;
  const real* h_before;  // never null
  const real* c_before;  // LSTM
  real* kept;            // [saved()], written
  real* h;               // written
};
void forward(const CellWeights& cell, const StepForward& step);

struct StepBackward {
  const real* h_before;
  const real* c_before;
  const real* h;
  real* kept;
  std::vector<real>& dh;  // by this step's state; becomes that by the one before
  std::vector<real>& dc;
};
void backward(const CellWeights& cell, const StepBackward& step);

/// y += a b: a [rows], b [rows, columns] with rows `stride` apart, y [columns].
void add_product(const real* a, Index rows, const real* b, Index stride, Index columns, real* y);
/// y += a b^T: a [columns], y [rows].
void add_product_transposed(const real* a, Index rows, const real* b, Index stride, Index columns, real* y);

}  // namespace recura::kernel::reference
