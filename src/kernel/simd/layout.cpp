#include "kernel/simd/layout.h"

namespace recura::kernel::simd {

Layout::Layout(Cell of, Index hidden_units) : cell(of), hidden(hidden_units) {
  units = cell == Cell::rnn ? 2 * kBlock : kBlock;
  width = cell == Cell::rnn ? 2 * kBlock : 4 * kBlock;
  panels = (hidden + units - 1) / units;
  x = {0, cell == Cell::gru ? 3 * kBlock : width};
  h = {width - x.width, x.width};
}

Index Layout::canonical(Index panel, Index column) const {
  constexpr Index kGruGates[] = {2, 0, 1, 2};  // n r z q, of the canonical r z n
  const Index block = column / kBlock;
  const Index gate = cell == Cell::rnn ? 0 : cell == Cell::gru ? kGruGates[block] : block;
  const Index unit = panel * units + (cell == Cell::rnn ? column : column % kBlock);
  return unit < hidden ? gate * hidden + unit : -1;
}

Tensor Layout::pack(const float* weights, Index depth, Window window) const {
  Tensor packed({panels * window.width * depth});
  if (!weights) return packed;
  for (Index panel = 0; panel < panels; ++panel) {
    for (Index column = 0; column < window.width; ++column) {
      const Index from = canonical(panel, window.begin + column);
      if (from < 0) continue;
      float* to = packed.data() + (panel * window.width + column / kBlock * kBlock) * depth + column % kBlock;
      for (Index k = 0; k < depth; ++k) to[k * kBlock] = weights[k * gates(cell) * hidden + from];
    }
  }
  return packed;
}

Tensor Layout::pack_transposed(const float* weights, Index depth, Window window) const {
  const Index columns = panels * window.width;
  Tensor packed({padded(depth) * columns});
  for (Index k = 0; k < depth; ++k) {
    float* to = packed.data() + k / kBlock * columns * kBlock + k % kBlock;
    for (Index column = 0; column < columns; ++column) {
      const Index from = canonical(column / window.width, window.begin + column % window.width);
      if (from >= 0) to[column * kBlock] = weights[k * gates(cell) * hidden + from];
    }
  }
  return packed;
}

void Layout::unpack(const float* panel_rows, Index panel, Index depth, Window window, float* weights) const {
  for (Index column = 0; column < window.width; ++column) {
    const Index to = canonical(panel, window.begin + column);
    if (to < 0) continue;
    for (Index k = 0; k < depth; ++k) weights[k * gates(cell) * hidden + to] = panel_rows[k * window.width + column];
  }
}

}  // namespace recura::kernel::simd
