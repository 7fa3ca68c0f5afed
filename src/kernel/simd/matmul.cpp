#include "kernel/simd/matmul.h"

#include <algorithm>

#include "kernel/parts.h"
#include "kernel/simd/copy.h"

namespace recura::kernel::simd {
namespace {

/// Below so many rows, packing the whole right operand costs more than it saves.
constexpr Index kTooFewRows = 8;
/// Rows of the summed index that are packed at once.
constexpr Index kDepthAtOnce = 128;

/// b's columns from `block` on, [depth, columns], as blocks of 16 columns; the last is padded with zeros.
void pack_blocks(const float* b, Index stride, Index depth, Index columns, Range blocks, float* packed) {
  for (Index block = blocks.begin; block < blocks.end; ++block) {
    const Index first = block * kBlock, count = std::min(kBlock, columns - first);
    float* to = packed + block * depth * kBlock;
    for (Index k = 0; k < depth; ++k) {
      copy_block(b + k * stride + first, count, to + k * kBlock);
      std::fill(to + k * kBlock + count, to + (k + 1) * kBlock, 0.0f);
    }
  }
}

/// The same for b^T: b [columns, depth].
void pack_blocks_transposed(const float* b, Index stride, Index depth, Index columns, Range blocks, float* packed) {
  for (Index block = blocks.begin; block < blocks.end; ++block) {
    const Index first = block * kBlock, count = std::min(kBlock, columns - first);
    float* to = packed + block * depth * kBlock;
    for (Index k = 0; k < depth; ++k) {
      for (Index j = 0; j < count; ++j) to[k * kBlock + j] = b[(first + j) * stride + k];
      std::fill(to + k * kBlock + count, to + (k + 1) * kBlock, 0.0f);
    }
  }
}

/// Runs a product whose right operand is packed, cut by rows or, if they are few, by blocks of columns.
void run(const Code& code, const Product& whole, Executor& executor) {
  const int parts = parts_for(whole.rows * whole.columns * whole.depth, executor);
  const bool by_rows = whole.rows >= Index{16} * parts;
  executor.run(parts, [&](int part) {
    Product product = whole;
    if (by_rows) {
      const Range rows = share(whole.rows, part, parts);
      product.rows = rows.size();
      product.a += rows.begin * whole.a_stride;
      product.c += rows.begin * whole.c_stride;
      if (product.start) product.start += rows.begin * whole.start_stride;
    } else {
      const Range blocks = share(blocks_of(whole.columns), part, parts);
      product.columns = std::min(whole.columns, blocks.end * kBlock) - blocks.begin * kBlock;
      product.b = whole.b + blocks.begin * whole.b_panel;
      product.c += blocks.begin * kBlock;
      if (product.start) product.start += blocks.begin * kBlock;
    }
    code.product(product);
  });
}

Product base_product(ConstTensorView a, Index columns, TensorView c) {
  Product product{.rows = a.shape.rows(), .columns = columns, .a = a.data, .a_stride = a.shape.columns()};
  product.depth = a.shape.columns();
  product.b_panel = product.depth * kBlock;
  product.c = c.data;
  product.c_stride = columns;
  return product;
}

}  // namespace

void matmul(const Code& code, ConstTensorView a, ConstTensorView b, const float* bias, TensorView c,
            Executor& executor) {
  if (a.shape.rows() == 0) return;  // c may be null, which has no offsets
  const Index depth = a.shape.columns(), columns = b.shape.columns(), blocks = blocks_of(columns);
  Product product = base_product(a, columns, c);
  product.start = bias;
  const bool few_rows = product.rows < kTooFewRows;
  const Index whole = few_rows ? columns / kBlock : 0;  // blocks that are read where they are
  if (whole > 0) {
    Product unpacked = product;
    unpacked.columns = whole * kBlock;
    unpacked.b = b.data;
    unpacked.b_row = columns;
    unpacked.b_panel = kBlock;
    run(code, unpacked, executor);
  }
  if (whole == blocks) return;
  const Tensor packed = [&] {
    Tensor space = Tensor::uninitialised({(blocks - whole) * depth * kBlock});
    const int parts = parts_for(columns * depth, executor);
    executor.run(parts, [&](int part) {
      pack_blocks(b.data + whole * kBlock, columns, depth, columns - whole * kBlock, share(blocks - whole, part, parts),
                  space.data());
    });
    return space;
  }();
  product.columns = columns - whole * kBlock;
  product.b = packed.data();
  product.c += whole * kBlock;
  if (bias) product.start += whole * kBlock;
  run(code, product, executor);
}

void matmul(const Code& code, ConstTensorView a, const ColumnBlocks& b, const float* bias, TensorView c,
            Executor& executor) {
  static_assert(ColumnBlocks::kWidth == kBlock);
  Product product = base_product(a, b.columns, c);
  product.b = b.values.data();
  product.start = bias;
  run(code, product, executor);
}

void matmul_transposed_right(const Code& code, ConstTensorView a, ConstTensorView b, TensorView c, Executor& executor) {
  const Index depth = a.shape.columns(), columns = b.shape.rows(), blocks = blocks_of(columns);
  Tensor packed = Tensor::uninitialised({blocks * depth * kBlock});
  const int parts = parts_for(columns * depth, executor);
  executor.run(parts, [&](int part) {
    pack_blocks_transposed(b.data, depth, depth, columns, share(blocks, part, parts), packed.data());
  });
  Product product = base_product(a, columns, c);
  product.b = packed.data();
  run(code, product, executor);
}

void matmul_transposed_left(const Code& code, ConstTensorView a, ConstTensorView b, TensorView c, Executor& executor) {
  const Index rows = a.shape.columns(), columns = b.shape.columns(), depth = a.shape.rows();
  if (depth == 0) std::fill_n(c.data, rows * columns, 0.0f);
  const int parts = parts_for(rows * columns * depth, executor);
  // Every part packs its columns of the right operand: all of them only where there are few.
  const bool by_columns = columns > rows;
  executor.run(parts, [&](int part) {
    const Range own = by_columns ? Range{0, rows} : share(rows, part, parts);
    const Range blocks = by_columns ? share(blocks_of(columns), part, parts) : Range{0, blocks_of(columns)};
    const Index left = blocks.begin * kBlock, width = std::min(columns, blocks.end * kBlock) - left;
    Tensor packed = Tensor::uninitialised({kDepthAtOnce * padded(width)});
    for (Index first = 0; first < depth; first += kDepthAtOnce) {
      Product product{.rows = own.size(), .columns = width, .a = a.row(first) + own.begin, .a_stride = rows};
      product.a_transposed = true;
      product.depth = std::min(kDepthAtOnce, depth - first);
      pack_blocks(b.row(first) + left, columns, product.depth, width, {0, blocks_of(width)}, packed.data());
      product.b = packed.data();
      product.b_panel = product.depth * kBlock;
      product.c = c.row(own.begin) + left;
      product.c_stride = columns;
      product.start = first == 0 ? nullptr : product.c;
      product.start_stride = columns;
      code.product(product);
    }
  });
}

}  // namespace recura::kernel::simd
