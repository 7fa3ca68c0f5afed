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
  Index b = place(block, p.b_blocks, p.b_panel), b_in = block % p.b_blocks;
  Index c = place(block, p.c_blocks, p.c_panel), c_in = block % p.c_blocks;
  // From place to place without a division for each; those of c are not asked for where it has places of its own.
  const auto next = [](Index at, Index& in, Index blocks, Index panel) {
    if (++in < blocks) return at + kBlock;
    in = 0;
    return at + panel - (blocks - 1) * kBlock;
  };
  for (Index j = 0; j < count; ++j) {
    columns.b[j] = b;
    columns.c[j] = p.c_places ? p.c_places[block + j] : c;
    b = next(b, b_in, p.b_blocks, p.b_panel);
    c = next(c, c_in, p.c_blocks, p.c_panel);
  }
  return columns;
}

}  // namespace
}  // namespace recura::kernel::simd
