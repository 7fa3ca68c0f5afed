#pragma once

#include "kernel/simd/code.h"

// Products of matrices in tiles of registers, for the one level whose vector_*.h came before.
namespace recura::kernel::simd {
namespace {

constexpr int kBlockVectors = kBlock / kLanes;
/// Rows of a that stay in the second cache while all of b passes by.
constexpr Index kRowsAtOnce = 96;

/// `kRows` rows by `kBlocks` blocks of columns, whose sums stay in registers over all k.
template <int kRows, int kBlocks, bool kTransposed>
[[gnu::noinline]] void tile(const Product& t) {
  constexpr int kVectors = kBlocks * kBlockVectors;
  Floats sum[kRows][kVectors];
#pragma GCC unroll 16
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 16
    for (int j = 0; j < kVectors; ++j) sum[i][j] = load(t.start + i * t.start_stride + j * kLanes);
  }
  const float* b = t.b;
  for (Index chunk = 0; chunk < t.chunks; ++chunk) {
    const float* a = t.a + chunk * t.a_chunk;
    for (Index k = 0; k < t.depth; ++k, b += t.b_row) {
      Floats right[kVectors];
#pragma GCC unroll 16
      for (int j = 0; j < kVectors; ++j)
        right[j] = load(b + j / kBlockVectors * t.b_block + j % kBlockVectors * kLanes);
#pragma GCC unroll 16
      for (int i = 0; i < kRows; ++i) {
        const Floats left = broadcast(kTransposed ? a[k * t.a_stride + i] : a[i * t.a_stride + k]);
#pragma GCC unroll 16
        for (int j = 0; j < kVectors; ++j) sum[i][j] = fma(left, right[j], sum[i][j]);
      }
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 16
    for (int j = 0; j < kVectors; ++j) store(t.c + i * t.c_stride + j * kLanes, sum[i][j]);
  }
}

/// Calls the tile of that many rows.
template <int kBlocks, int kRows>
void tile_of(Index rows, const Product& t) {
  if (rows == kRows) return t.a_transposed ? tile<kRows, kBlocks, true>(t) : tile<kRows, kBlocks, false>(t);
  if constexpr (kRows > 1) tile_of<kBlocks, kRows - 1>(rows, t);
}

void tile_of(Index rows, Index blocks, const Product& t) {
  if constexpr (widest(1) >= 4) {
    if (blocks == 4) return tile_of<4, tallest(4)>(rows, t);
    if (blocks == 3) return tile_of<3, tallest(3)>(rows, t);
  }
  if constexpr (widest(1) >= 2) {
    if (blocks == 2) return tile_of<2, tallest(2)>(rows, t);
  }
  tile_of<1, tallest(1)>(rows, t);
}

/// The next piece when `left` is cut into the fewest pieces of at most `most`, all of nearly one size.
inline Index next_piece(Index left, Index most) {
  const Index pieces = (left + most - 1) / most;
  return (left + pieces - 1) / pieces;
}

/// A tile whose last block has fewer than 16 columns: by way of a copy, since nothing beyond them may be touched.
void partial_tile(Index rows, Index blocks, Index columns, const Product& t) {
  float whole[12 * 4 * kBlock] = {};
  const Index stride = blocks * kBlock;
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < columns; ++j) whole[i * stride + j] = t.start[i * t.start_stride + j];
  }
  Product inner = t;
  inner.start = inner.c = whole;
  inner.start_stride = inner.c_stride = stride;
  tile_of(rows, blocks, inner);
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < columns; ++j) t.c[i * t.c_stride + j] = whole[i * stride + j];
  }
}

constexpr float kZeros[4 * kBlock] = {};

void product(const Product& p) {
  const Index all_blocks = blocks_of(p.columns);
  for (Index first = 0; first < p.rows; first += kRowsAtOnce) {
    const Index last = first + kRowsAtOnce < p.rows ? first + kRowsAtOnce : p.rows;
    for (Index block = 0; block < all_blocks;) {
      const Index blocks = next_piece(all_blocks - block, widest(last - first));
      const Index columns = p.columns - block * kBlock;
      for (Index row = first; row < last;) {
        const Index rows = next_piece(last - row, tallest(static_cast<int>(blocks)));
        Product t = p;
        t.a += row * (p.a_transposed ? 1 : p.a_stride);
        t.b += block * p.b_block;
        t.c += row * p.c_stride + block * kBlock;
        t.start = p.start ? p.start + row * p.start_stride + block * kBlock : kZeros;
        if (!p.start) t.start_stride = 0;
        if (columns >= blocks * kBlock) {
          tile_of(rows, blocks, t);
        } else {
          partial_tile(rows, blocks, columns, t);
        }
        row += rows;
      }
      block += blocks;
    }
  }
}

}  // namespace
}  // namespace recura::kernel::simd
