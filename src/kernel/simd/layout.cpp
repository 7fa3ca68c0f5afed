#include "kernel/simd/layout.h"

#include <algorithm>

#include "kernel/simd/copy.h"

namespace recura::kernel::simd {
namespace {

/// Calls copy(column, canonical, count) for each block of a window's columns: real units of one gate lie side by side
/// in both layouts.
template <typename Copy>
void for_each_block(const Layout& layout, Index panel, Window window, const Copy& copy) {
  for (Index column = 0; column < window.width; column += kBlock) {
    const Index first = layout.canonical(panel, window.begin + column);
    if (first >= 0) copy(column, first, std::min(kBlock, layout.hidden - first % layout.hidden));
  }
}

/// Calls work(first row, count) for every 16 rows of weights: their pages are then read from end to end before the
/// next.
template <typename Work>
void for_rows(Index depth, const Work& work) {
  for (Index k = 0; k < depth; k += kBlock) work(k, std::min(kBlock, depth - k));
}

/// A block of up to 16 rows and columns, `stride` apart, to rows of 16. Whole blocks by a loop of fixed bounds, which
/// the compiler makes vectors of.
void transpose(const float* from, Index stride, Index rows, Index columns, float* to) {
  if (rows == kBlock && columns == kBlock) {
    for (Index column = 0; column < kBlock; ++column) {
      for (Index row = 0; row < kBlock; ++row) to[column * kBlock + row] = from[row * stride + column];
    }
    return;
  }
  for (Index column = 0; column < columns; ++column) {
    for (Index row = 0; row < rows; ++row) to[column * kBlock + row] = from[row * stride + column];
  }
}

}  // namespace

Layout::Layout(const RecurrentSpec& spec) : cell(spec.cell), hidden(spec.hidden), stride(gates(spec) * spec.hidden) {
  const Index own = gates(spec) * kBlock;
  units = cell == Cell::rnn ? 2 * kBlock : kBlock;
  width = cell == Cell::rnn ? 2 * kBlock : cell == Cell::sru ? own + kBlock : 4 * kBlock;
  panels = (hidden + units - 1) / units;
  x = {0, cell == Cell::gru || cell == Cell::sru ? own : width};
  h = cell == Cell::sru ? Window{} : Window{width - x.width, x.width};
}

Index Layout::canonical(Index panel, Index column) const {
  constexpr Index kGruGates[] = {2, 0, 1, 2};  // n r z q, of the canonical r z n
  const Index block = column / kBlock;
  const Index gate = cell == Cell::rnn ? 0 : cell == Cell::gru ? kGruGates[block] : block;
  const Index unit = panel * units + (cell == Cell::rnn ? column : column % kBlock);
  return unit < hidden ? gate * hidden + unit : -1;
}

std::array<Index, 4> Layout::canonical_blocks(Index panel, Window window) const {
  std::array<Index, 4> columns{};
  for (Index at = 0; at < window.width; at += kBlock) {
    columns[static_cast<std::size_t>(at / kBlock)] = canonical(panel, window.begin + at);
  }
  return columns;
}

void Layout::pack(const float* weights, Index depth, Window window, Index blocks, Tensor& packed) const {
  if (!packed.data() || !weights) packed = Tensor({panels * window.width * depth});
  for_rows(weights ? depth : 0, [&](Index row, Index rows) {
    for (Index panel = 0; panel < panels; ++panel) {
      float* to = packed.data() + panel * window.width * depth;
      for_each_block(*this, panel, window, [&](Index column, Index first, Index count) {
        float* block = to + place(column / kBlock, blocks, depth * blocks * kBlock);
        for (Index k = row; k < row + rows; ++k) {
          copy_block(weights + k * stride + first, count, block + k * blocks * kBlock);
        }
      });
    }
  });
}

void Layout::pack_transposed(const float* weights, Index depth, Window window, Tensor& packed) const {
  const Index columns = panels * window.width;
  if (!packed.data()) packed = Tensor({padded(depth) * columns});
  for_rows(depth, [&](Index k, Index rows) {
    for (Index panel = 0; panel < panels; ++panel) {
      for_each_block(*this, panel, window, [&](Index column, Index first, Index count) {
        float* to = packed.data() + (k / kBlock * columns + panel * window.width + column) * kBlock;
        transpose(weights + k * stride + first, stride, rows, count, to);
      });
    }
  });
}

void Layout::unpack(const float* panel_rows, Index panel, Index depth, Window window, float* weights) const {
  for_each_block(*this, panel, window, [&](Index column, Index first, Index count) {
    for (Index k = 0; k < depth; ++k) {
      copy_block(panel_rows + k * window.width + column, count, weights + k * stride + first);
    }
  });
}

}  // namespace recura::kernel::simd
