#include <immintrin.h>

#include "kernel/simd/code.h"
#include "kernel/simd/vector_v4.h"

#include "kernel/simd/functions.h"

#include "kernel/simd/columns.h"

// Products of narrow numbers in the tile registers of AMX: 16 rows of 64 bytes each. A row of a left tile holds 16
// groups along k of one row, one of a right tile a group of 16 columns, one of a tile of sums 16 of them.
namespace recura::kernel::simd {
namespace {

constexpr Index kTileRows = 16, kTileGroups = 16;
constexpr int kTileBlocks = 4;

/// Up to so many rows vectors are faster: for int8 numbers those of v4-bf16, since such sums are exact, for bf16
/// numbers `few_rows`, which sums as tiles do.
constexpr Index kFewInt8Rows = 4, kFewBf16Rows = 2;

/// Of MXCSR: FTZ and DAZ.
constexpr unsigned kFlushToZero = 0x8040;

/// The shapes of the registers, as LDTILECFG takes them: 0 to 3 are sums, 4 is left, 5 right, and 6 and 7 are so for
/// the rest along k.
struct alignas(64) Shapes {
  unsigned char palette = 1;
  unsigned char first_row = 0;
  unsigned char reserved[14] = {};
  unsigned short bytes[16] = {};  // of a row
  unsigned char rows[16] = {};
};

/// Keeps the compiler from moving stores across: it does not know that the instructions for tiles read memory.
void between_stores_and_tiles(const void* memory) { asm volatile("" : : "r"(memory) : "memory"); }

/// Calls work for the columns of each tile.
template <typename Work>
void for_columns(const Product& p, const Work& work) {
  const Index blocks = blocks_of(p.columns);
  for (Index block = 0; block < blocks; block += kTileBlocks)
    work(columns_of(p, block, blocks - block < kTileBlocks ? blocks - block : kTileBlocks));
}

void configure(Index rows, Index depth) {
  Shapes shapes;
  const auto set = [&](int at, Index of_rows, Index groups) {
    shapes.rows[at] = static_cast<unsigned char>(of_rows);
    shapes.bytes[at] = static_cast<unsigned short>(4 * groups);
  };
  for (int at = 0; at < kTileBlocks; ++at) set(at, rows, kBlock);
  set(4, rows, kTileGroups);
  set(5, kTileGroups, kBlock);
  if (const Index rest = depth % kTileGroups; rest > 0) {
    set(6, rows, rest);
    set(7, rest, kBlock);
  }
  between_stores_and_tiles(&shapes);
  _tile_loadconfig(&shapes);
}

/// The numbers of pairs of bf16.
void split(Floats pairs, Floats& one, Floats& other) {
  one = from_bits(bits(pairs) << 16);
  other = from_bits(bits(pairs) & ~0xFFFF);
}

/// Rows become columns: in each step squares of `half` rows and lanes that lie across from each other change places.
void transpose(Floats (&rows)[kTileRows]) {
#pragma GCC unroll 4
  for (int half = 8; half > 0; half /= 2) {
    Ints low, high;
    for (int lane = 0; lane < 16; ++lane) {
      low[lane] = lane & half ? 16 + lane - half : lane;
      high[lane] = lane & half ? 16 + lane : lane + half;
    }
#pragma GCC unroll 16
    for (int row = 0; row < 16; ++row) {
      if (row & half) continue;
      const Floats a = rows[row], b = rows[row + half];
      rows[row] = _mm512_permutex2var_ps(a, reinterpret_cast<__m512i>(low), b);
      rows[row + half] = _mm512_permutex2var_ps(a, reinterpret_cast<__m512i>(high), b);
    }
  }
}

/// A left tile as it lies in memory, or a copy in `turned` if it is transposed there.
const float* left_tile(const Product& p, Index row, Index k, float* turned) {
  if (!p.a_transposed) return p.a + row * p.a_stride + k;
  Floats rows[kTileRows];
  const Index count = p.depth - k < kTileGroups ? p.depth - k : kTileGroups;
  for (Index i = 0; i < kTileRows; ++i) rows[i] = i < count ? load(p.a + (k + i) * p.a_stride + row) : Floats{};
  transpose(rows);
  for (Index i = 0; i < kTileRows; ++i) store(turned + i * kTileGroups, rows[i]);
  between_stores_and_tiles(turned);
  return turned;
}

// Numbers of registers are part of an instruction's name, which no template can choose.
#define RECURA_ADD_PRODUCT(sum, left, right)                \
  if constexpr (sum < kBlocks) {                            \
    _tile_loadd(right, b + columns.b[sum], stride);         \
    if constexpr (kInt8) _tile_dpbusd(sum, left, right);    \
    if constexpr (!kInt8) _tile_dpbf16ps(sum, left, right); \
  }
#define RECURA_ADD_PRODUCTS(left, right) \
  RECURA_ADD_PRODUCT(0, left, right)     \
  RECURA_ADD_PRODUCT(1, left, right)     \
  RECURA_ADD_PRODUCT(2, left, right)     \
  RECURA_ADD_PRODUCT(3, left, right)

/// Adds the left tile times those of all blocks of columns to their sums; the rest along k has registers of its own.
template <bool kInt8, bool kRest, int kBlocks>
void add_products(const float* b, const Columns& columns, Index stride) {
  if constexpr (kRest) {
    RECURA_ADD_PRODUCTS(6, 7)
  } else {
    RECURA_ADD_PRODUCTS(4, 5)
  }
}

#undef RECURA_ADD_PRODUCTS
#undef RECURA_ADD_PRODUCT

/// c = start + scale (offset + sums), for one block of columns.
template <bool kInt8>
void finish_block(const Product& p, Index row, Index rows, Index column, Index at, const float* sums) {
  const Index left = p.columns - column;
  const auto there = static_cast<__mmask16>(left < kBlock ? (1 << left) - 1 : 0xFFFF);
  const Floats scale = load(p.scale + column), offset = kInt8 ? load(p.offset + column) : Floats{};
  for (Index i = 0; i < rows; ++i) {
    Floats sum = load(sums + i * kBlock);
    if constexpr (kInt8)
      sum = __builtin_convertvector(reinterpret_cast<Ints>(sum) + reinterpret_cast<Ints>(offset), Floats);
    const float* from = p.start ? p.start + (row + i) * p.start_stride + at : nullptr;
    const Floats start = from ? _mm512_maskz_loadu_ps(there, from) : Floats{};
    _mm512_mask_storeu_ps(p.c + (row + i) * p.c_stride + at, there, fma(sum, scale, start));
  }
}

template <bool kInt8, int kBlocks>
void tile(const Product& p, Index row, Index rows, const Columns& columns) {
  alignas(64) float turned[kTileRows * kTileGroups], sums[kTileBlocks][kTileRows * kBlock];
  const Index a_stride = 4 * (p.a_transposed ? kTileGroups : p.a_stride), b_stride = 4 * p.b_row;
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  Index k = 0;
  for (; k + kTileGroups <= p.depth; k += kTileGroups) {
    _tile_loadd(4, left_tile(p, row, k, turned), a_stride);
    between_stores_and_tiles(turned);  // which the next one is stored in
    add_products<kInt8, false, kBlocks>(p.b + k * p.b_row, columns, b_stride);
  }
  if (k < p.depth) {
    _tile_loadd(6, left_tile(p, row, k, turned), a_stride);
    add_products<kInt8, true, kBlocks>(p.b + k * p.b_row, columns, b_stride);
  }
  _tile_stored(0, sums[0], 4 * kBlock);
  if constexpr (kBlocks > 1) _tile_stored(1, sums[1], 4 * kBlock);
  if constexpr (kBlocks > 2) _tile_stored(2, sums[2], 4 * kBlock);
  if constexpr (kBlocks > 3) _tile_stored(3, sums[3], 4 * kBlock);
  for (int j = 0; j < kBlocks; ++j)
    finish_block<kInt8>(p, row, rows, columns.first + j * kBlock, columns.c[j], sums[j]);
}

template <bool kInt8, int kBlocks = kTileBlocks>
void tile_of(const Product& p, Index row, Index rows, const Columns& columns) {
  if (columns.count == kBlocks) return tile<kInt8, kBlocks>(p, row, rows, columns);
  if constexpr (kBlocks > 1) tile_of<kInt8, kBlocks - 1>(p, row, rows, columns);
}

/// Rows from `row` to `last`, in tiles of one height.
template <bool kInt8>
void band(const Product& p, Index row, Index last, Index height) {
  if (row == last) return;
  configure(height, p.depth);
  for_columns(p, [&](const Columns& columns) {
    for (Index at = row; at < last; at += height) tile_of<kInt8>(p, at, height, columns);
  });
}

template <bool kInt8>
void in_tiles(const Product& p) {
  between_stores_and_tiles(&p);
  const Index whole = p.rows / kTileRows * kTileRows;
  band<kInt8>(p, 0, whole, kTileRows);
  band<kInt8>(p, whole, p.rows, p.rows - whole);
  _tile_release();
}

/// A tile's sums of bf16 numbers by vectors, bit for bit: those of the first numbers of 16 groups, those of the second
/// ones, and then both together; numbers below the normal ones are zeros.
template <int kRows, int kBlocks>
[[gnu::noinline]] void few_rows(const Product& p, const Columns& columns, float (*sums)[kTileRows * kBlock]) {
  Floats sum[kBlocks][kRows] = {};
  for (Index first = 0; first < p.depth; first += kTileGroups) {
    const Index last = first + kTileGroups < p.depth ? first + kTileGroups : p.depth;
    Floats one[kBlocks][kRows] = {}, other[kBlocks][kRows] = {};
    for (Index k = first; k < last; ++k) {
      Floats left_one[kRows], left_other[kRows];
#pragma GCC unroll 4
      for (int i = 0; i < kRows; ++i) split(broadcast(p.a[i * p.a_stride + k]), left_one[i], left_other[i]);
#pragma GCC unroll 4
      for (int j = 0; j < kBlocks; ++j) {
        Floats right_one, right_other;
        split(load(p.b + k * p.b_row + columns.b[j]), right_one, right_other);
#pragma GCC unroll 4
        for (int i = 0; i < kRows; ++i) {
          one[j][i] = fma(left_one[i], right_one, one[j][i]);
          other[j][i] = fma(left_other[i], right_other, other[j][i]);
        }
      }
    }
    for (int j = 0; j < kBlocks; ++j) {
      for (int i = 0; i < kRows; ++i) sum[j][i] += one[j][i] + other[j][i];
    }
  }
  for (int j = 0; j < kBlocks; ++j) {
    for (int i = 0; i < kRows; ++i) store(sums[j] + i * kBlock, sum[j][i]);
  }
}

template <int kRows, int kBlocks = kTileBlocks>
void few_rows_of(const Product& p, const Columns& columns, float (*sums)[kTileRows * kBlock]) {
  if (columns.count == kBlocks) return few_rows<kRows, kBlocks>(p, columns, sums);
  if constexpr (kBlocks > 1) few_rows_of<kRows, kBlocks - 1>(p, columns, sums);
}

void by_vectors(const Product& p) {
  const unsigned state = _mm_getcsr();
  const bool flushes = (state & kFlushToZero) == kFlushToZero;  // as it is within a `FloatingState`
  alignas(64) float sums[kTileBlocks][kTileRows * kBlock];
  for_columns(p, [&](const Columns& columns) {
    if (!flushes) _mm_setcsr(state | kFlushToZero);
    p.rows == 1 ? few_rows_of<1>(p, columns, sums) : few_rows_of<2>(p, columns, sums);
    if (!flushes) _mm_setcsr(state);
    for (Index j = 0; j < columns.count; ++j)
      finish_block<false>(p, 0, p.rows, columns.first + j * kBlock, columns.c[j], sums[j]);
  });
}

void product(const Product& p) {
  switch (p.precision) {
    case Precision::float32:
      return kV4Bf16.product(p);
    case Precision::bf16:
      return p.rows <= kFewBf16Rows && !p.a_transposed ? by_vectors(p) : in_tiles<false>(p);
    case Precision::int8:
      return p.rows <= kFewInt8Rows ? kV4Bf16.product(p) : in_tiles<true>(p);
  }
}

}  // namespace

extern void (*const kAmxProduct)(const Product& product) = product;

}  // namespace recura::kernel::simd
