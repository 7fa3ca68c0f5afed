#pragma once

#include "kernel/simd/columns.h"

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

/// Adds left(i, part) times a part of weights(j), for all parts, to the sums of a tile. The operand of which there is
/// less stays in registers meanwhile.
template <typename Numbers, int kRows, int kVectors, typename Left, typename Weights>
inline void add_outer_product(const Left& left, const Weights& weights, typename Numbers::Sum (&sum)[kRows][kVectors]) {
  constexpr int kParts = Numbers::kParts;
  if constexpr (kRows * kParts < kVectors) {
    Floats lefts[kParts][kRows];
#pragma GCC unroll 16
    for (int i = 0; i < kParts * kRows; ++i) lefts[i / kRows][i % kRows] = left(i % kRows, i / kRows);
#pragma GCC unroll 16
    for (int j = 0; j < kVectors; ++j) {
      const Floats whole = weights(j);
#pragma GCC unroll 16
      for (int i = 0; i < kParts * kRows; ++i) {
        Floats& number = lefts[i / kRows][i % kRows];
        sum[i % kRows][j] = Numbers::add(number, Numbers::right(whole, i / kRows), sum[i % kRows][j]);
      }
    }
  } else {
#pragma GCC unroll 2
    for (int part = 0; part < kParts; ++part) {
      Floats rights[kVectors];
#pragma GCC unroll 16
      for (int j = 0; j < kVectors; ++j) rights[j] = Numbers::right(weights(j), part);
#pragma GCC unroll 16
      for (int i = 0; i < kRows; ++i) {
        const Floats number = left(i, part);
#pragma GCC unroll 16
        for (int j = 0; j < kVectors; ++j) sum[i][j] = Numbers::add(number, rights[j], sum[i][j]);
      }
    }
  }
}

/// `kRows` rows, from `row` on, by `kBlocks` blocks of columns, whose sums stay in registers over all k.
template <typename Numbers, int kRows, int kBlocks, bool kTransposed>
[[gnu::noinline]] void tile(const Product& p, Index row, const Columns& columns) {
  constexpr int kVectors = kBlocks * kBlockVectors;
  Index b_at[kBlocks], c_at[kBlocks];
#pragma GCC unroll 16
  for (int j = 0; j < kBlocks; ++j) {
    b_at[j] = columns.b[j];
    c_at[j] = columns.c[j];
  }
  // The columns of vector j in c.
  const auto at = [&](int j) { return c_at[j / kBlockVectors] + j % kBlockVectors * kLanes; };
  const float* start = p.start ? p.start + row * p.start_stride : nullptr;
  const auto start_of = [&](int i, int j) { return start ? load(start + i * p.start_stride + at(j)) : Floats{}; };
  typename Numbers::Sum sum[kRows][kVectors];
#pragma GCC unroll 16
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 16
    for (int j = 0; j < kVectors; ++j) sum[i][j] = Numbers::begin(p, columns.first + j * kLanes, start_of(i, j));
  }
  const float* b = p.b;
  const float* rows = p.a + row * (kTransposed ? 1 : p.a_stride);
  for (Index chunk = 0; chunk < p.chunks; ++chunk) {
    const float* a = rows + chunk * p.a_chunk;
    for (Index k = 0; k < p.depth;) {
      for (int i = 0; p.a_ahead != 0 && i < kRows; ++i) __builtin_prefetch(a + i * p.a_stride + k + p.a_ahead);
      const Index stop = k + kBlock < p.depth ? k + kBlock : p.depth;
      for (; k < stop; ++k, b += p.b_row) {
        const auto left = [&](int i, int part) {
          const Index at_k = k * Numbers::kParts + part;
          return broadcast(kTransposed ? a[at_k * p.a_stride + i] : a[i * p.a_stride + at_k]);
        };
        const auto weights = [&](int j) { return load(b + b_at[j / kBlockVectors] + j % kBlockVectors * kLanes); };
        add_outer_product<Numbers>(left, weights, sum);
      }
    }
  }
  float* c = p.c + row * p.c_stride;
#pragma GCC unroll 16
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 16
    for (int j = 0; j < kVectors; ++j) {
      store(c + i * p.c_stride + at(j), Numbers::end(p, columns.first + j * kLanes, sum[i][j], start_of(i, j)));
    }
  }
}

template <typename Numbers, int kBlocks, int kRows>
void tile_with_rows(Index rows, const Product& p, Index row, const Columns& columns) {
  if (rows == kRows) {
    if constexpr (Numbers::kTransposed) {
      if (p.a_transposed) return tile<Numbers, kRows, kBlocks, true>(p, row, columns);
    }
    return tile<Numbers, kRows, kBlocks, false>(p, row, columns);
  }
  if constexpr (kRows > 1) tile_with_rows<Numbers, kBlocks, kRows - 1>(rows, p, row, columns);
}

/// Calls the tile of that many rows and blocks.
template <typename Numbers, int kBlocks = widest(1)>
void tile_of(Index rows, const Product& p, Index row, const Columns& columns) {
  if (columns.count == kBlocks) return tile_with_rows<Numbers, kBlocks, tallest(kBlocks)>(rows, p, row, columns);
  if constexpr (kBlocks > 1) tile_of<Numbers, kBlocks - 1>(rows, p, row, columns);
}

/// A tile whose last block has fewer than 16 of the `count` columns: by way of a copy, since nothing beyond them may be
/// touched.
template <typename Numbers>
void partial_tile(Index rows, const Product& p, Index row, const Columns& columns, Index count) {
  float whole[largest_tile() * kBlock] = {};
  const Index stride = columns.count * kBlock;
  const auto at = [&](Index j) { return columns.c[j / kBlock] + j % kBlock; };
  const float* start = p.start ? p.start + row * p.start_stride : nullptr;
  float* c = p.c + row * p.c_stride;
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < count; ++j) whole[i * stride + j] = start ? start[i * p.start_stride + at(j)] : 0.0f;
  }
  Product inner = p;
  inner.a += row * (p.a_transposed ? 1 : p.a_stride);
  inner.start = inner.c = whole;
  inner.start_stride = inner.c_stride = stride;
  Columns of_copy = columns;
  for (Index block = 0; block < columns.count; ++block) of_copy.c[block] = block * kBlock;
  tile_of<Numbers>(rows, inner, 0, of_copy);
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < count; ++j) c[i * p.c_stride + at(j)] = whole[i * stride + j];
  }
}

/// The next piece when `left` is cut into the fewest pieces of at most `most`, all of nearly one size.
inline Index next_piece(Index left, Index most) {
  if (left <= most) return left;
  const Index pieces = (left + most - 1) / most;
  return (left + pieces - 1) / pieces;
}

constexpr Index kTileBlocks = widest(kRowsAtOnce);

template <typename Numbers>
void product_of(const Product& p) {
  const Index all_blocks = blocks_of(p.columns);
  for (Index first = 0; first < p.rows; first += kRowsAtOnce) {
    const Index last = first + kRowsAtOnce < p.rows ? first + kRowsAtOnce : p.rows;
    for (Index block = 0; block < all_blocks;) {
      const Columns columns = columns_of(p, block, next_piece(all_blocks - block, widest(last - first)));
      const Index left = p.columns - block * kBlock;
      for (Index row = first; row < last;) {
        const Index rows = next_piece(last - row, tallest(static_cast<int>(columns.count)));
        if (left >= columns.count * kBlock) {
          tile_of<Numbers>(rows, p, row, columns);
        } else {
          partial_tile<Numbers>(rows, p, row, columns, left);
        }
        row += rows;
      }
      block += columns.count;
    }
  }
}

void product(const Product& p) {
  switch (p.precision) {
    case Precision::float32:
      return p.scale ? product_of<Widened>(p) : product_of<Float32>(p);
    case Precision::bf16:
      return product_of<Bf16>(p);
    case Precision::int8:
      return product_of<Int8>(p);
  }
}

}  // namespace
}  // namespace recura::kernel::simd
