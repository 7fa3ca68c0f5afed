#pragma once

#include "kernel/simd/code.h"

// Products of matrices in tiles of registers, for the one level whose vector_*.h came before.
namespace recura::kernel::simd {
namespace {

constexpr int kBlockVectors = kBlock / kLanes;

/// Blocks of the largest tile, over all its rows.
constexpr Index largest_tile() {
  Index most = 0;
  for (int blocks = 1; blocks <= widest(1); ++blocks) {
    if (most < blocks * tallest(blocks)) most = blocks * tallest(blocks);
  }
  return most;
}

/// `kRows` rows by `kBlocks` blocks of columns, whose sums stay in registers over all k.
template <int kRows, int kBlocks, bool kTransposed>
[[gnu::noinline]] void tile(const Product& t, Index first_block) {
  constexpr int kVectors = kBlocks * kBlockVectors;
  Index b_at[kBlocks], c_at[kBlocks];
#pragma GCC unroll 16
  for (int j = 0; j < kBlocks; ++j) {
    b_at[j] = place(first_block + j, t.panel_blocks, t.b_panel);
    c_at[j] = place(first_block + j, t.panel_blocks, t.c_panel);
  }
  // The columns of vector j in c.
  const auto at = [&](int j) { return c_at[j / kBlockVectors] + j % kBlockVectors * kLanes; };
  Floats sum[kRows][kVectors];
#pragma GCC unroll 16
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 16
    for (int j = 0; j < kVectors; ++j) sum[i][j] = t.start ? load(t.start + i * t.start_stride + at(j)) : Floats{};
  }
  const float* b = t.b;
  for (Index chunk = 0; chunk < t.chunks; ++chunk) {
    const float* a = t.a + chunk * t.a_chunk;
    for (Index k = 0; k < t.depth;) {
      for (int i = 0; t.a_ahead != 0 && i < kRows; ++i) __builtin_prefetch(a + i * t.a_stride + k + t.a_ahead);
      const Index stop = k + kBlock < t.depth ? k + kBlock : t.depth;
      for (; k < stop; ++k, b += t.b_row) {
        Floats right[kVectors];
#pragma GCC unroll 16
        for (int j = 0; j < kVectors; ++j) right[j] = load(b + b_at[j / kBlockVectors] + j % kBlockVectors * kLanes);
#pragma GCC unroll 16
        for (int i = 0; i < kRows; ++i) {
          const Floats left = broadcast(kTransposed ? a[k * t.a_stride + i] : a[i * t.a_stride + k]);
#pragma GCC unroll 16
          for (int j = 0; j < kVectors; ++j) sum[i][j] = fma(left, right[j], sum[i][j]);
        }
      }
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 16
    for (int j = 0; j < kVectors; ++j) store(t.c + i * t.c_stride + at(j), sum[i][j]);
  }
}

template <int kBlocks, int kRows>
void tile_with_rows(Index rows, const Product& t, Index first_block) {
  if (rows == kRows) {
    return t.a_transposed ? tile<kRows, kBlocks, true>(t, first_block) : tile<kRows, kBlocks, false>(t, first_block);
  }
  if constexpr (kRows > 1) tile_with_rows<kBlocks, kRows - 1>(rows, t, first_block);
}

/// Calls the tile of that many rows and blocks.
template <int kBlocks = widest(1)>
void tile_of(Index rows, Index blocks, const Product& t, Index first_block) {
  if (blocks == kBlocks) return tile_with_rows<kBlocks, tallest(kBlocks)>(rows, t, first_block);
  if constexpr (kBlocks > 1) tile_of<kBlocks - 1>(rows, blocks, t, first_block);
}

/// The next piece when `left` is cut into the fewest pieces of at most `most`, all of nearly one size.
inline Index next_piece(Index left, Index most) {
  const Index pieces = (left + most - 1) / most;
  return (left + pieces - 1) / pieces;
}

/// A tile whose last block has fewer than 16 columns: by way of a copy, since nothing beyond them may be touched.
void partial_tile(Index rows, Index blocks, const Product& t, Index first_block) {
  float whole[largest_tile() * kBlock] = {};
  const Index stride = blocks * kBlock, columns = t.columns - first_block * kBlock;
  const auto at = [&](Index j) { return place(first_block + j / kBlock, t.panel_blocks, t.c_panel) + j % kBlock; };
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < columns; ++j) whole[i * stride + j] = t.start ? t.start[i * t.start_stride + at(j)] : 0.0f;
  }
  Product inner = t;
  inner.start = inner.c = whole - first_block * kBlock;
  inner.start_stride = inner.c_stride = stride;
  inner.c_panel = t.panel_blocks * kBlock;
  tile_of(rows, blocks, inner, first_block);
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < columns; ++j) t.c[i * t.c_stride + at(j)] = whole[i * stride + j];
  }
}

void product(const Product& p) {
  const Index all_blocks = blocks_of(p.columns);
  for (Index first = 0; first < p.rows; first += kRowsAtOnce) {
    const Index last = first + kRowsAtOnce < p.rows ? first + kRowsAtOnce : p.rows;
    for (Index block = 0; block < all_blocks;) {
      const Index blocks = next_piece(all_blocks - block, widest(last - first));
      for (Index row = first; row < last;) {
        const Index rows = next_piece(last - row, tallest(static_cast<int>(blocks)));
        Product t = p;
        t.a += row * (p.a_transposed ? 1 : p.a_stride);
        t.c += row * p.c_stride;
        t.start = p.start ? p.start + row * p.start_stride : nullptr;
        if (p.columns >= (block + blocks) * kBlock) {
          tile_of(rows, blocks, t, block);
        } else {
          partial_tile(rows, blocks, t, block);
        }
        row += rows;
      }
      block += blocks;
    }
  }
}

}  // namespace
}  // namespace recura::kernel::simd
