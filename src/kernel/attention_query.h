#pragma once

#include "tensor/real.h"

namespace recura::kernel {

/// One query of additive attention (kernel/attention.h) and the rows that it sees; none of the pointers is null.
struct AttentionQuery {
  Index keys = 0;                  // S, not 0
  Index units = 0;                 // A
  Index width = 0;                 // D
  const real* q = nullptr;         // [A]
  const real* v = nullptr;         // [A]
  const real* const* k = nullptr;  // [S] rows of A
  const real* const* h = nullptr;  // [S] rows of D
};

/// Its gradients.
struct AttentionQueryGradients {
  const real* a = nullptr;    // [S]
  real* da = nullptr;         // [S], used up: what reaches a besides through c
  const real* dc = nullptr;   // [D]
  real* dq = nullptr;         // [A], written
  real* dv = nullptr;         // [A], added to
  real* const* dk = nullptr;  // [S] rows of A, added to
  real* const* dh = nullptr;  // [S] rows of D, added to
};

}  // namespace recura::kernel
