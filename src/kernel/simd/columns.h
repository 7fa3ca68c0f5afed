#pragma once

#include "kernel/simd/code.h"

// How the columns of a product are cut, for the one level whose vector_*.h came before.
namespace recura::kernel::simd {
namespace {

/// Where some blocks of columns begin in b and in c.
struct Columns {
  Index count = 0;
  Index b[widest(1)];
  Index c[widest(1)];
  Index first = 0;  // of all, where their scales and offsets are
};

inline Columns columns_of(const Product& p, Index block, Index count) {
  Columns columns;
  columns.count = count;
  columns.first = block * kBlock;
  for (Index j = 0; j < count; ++j) {
    columns.b[j] = place(block + j, p.b_blocks, p.b_panel);
    columns.c[j] = p.c_places ? p.c_places[block + j] : place(block + j, p.c_blocks, p.c_panel);
  }
  return columns;
}

}  // namespace
}  // namespace recura::kernel::simd
