#pragma once

#include <algorithm>
#include <array>

#include "kernel/recurrent.h"
#include "kernel/simd/code.h"

namespace recura::kernel::simd {

/// Columns of a panel's row that meet one operand.
struct Window {
  Index begin = 0;
  Index width = 0;
};

/// How the gates of a cell lie side by side in panels, so that one tile of registers holds all gates of 16 units
/// (`CellRows` draws a row). Units beyond H are padding: their weights are zero.
struct Layout {
  explicit Layout(const RecurrentSpec& spec);

  Cell cell;
  Index hidden;
  Index stride;  // G H, from row to row of canonical weights
  Index units;   // of a panel
  Index width;   // of a panel's row
  Index panels;
  Window x, h;  // columns that meet x_t and h_{t-1}; the SRU has no h

  /// Real units of a panel.
  Index units_of(Index panel) const { return std::min(units, hidden - panel * units); }
  bool is_whole(Index panel) const { return units_of(panel) == units; }
  /// The canonical column of w, u or b that a panel's column holds; -1: padding.
  Index canonical(Index panel, Index column) const;

  /// The canonical columns that a whole panel's blocks in a window begin at.
  std::array<Index, 4> canonical_blocks(Index panel, Window window) const;

  /// Canonical [depth, G H] to [panels][window's blocks / blocks][depth][blocks * 16], the right operand of `Product`;
  /// a null source gives zeros. What `packed` holds, if anything, must come from the same layout: its padding stays.
  void pack(const float* weights, Index depth, Window window, Index blocks, Tensor& packed) const;
  /// Its transpose: [blocks of depth][panels * window.width][16].
  void pack_transposed(const float* weights, Index depth, Window window, Tensor& packed) const;
  /// One panel's [depth, window.width] back into canonical rows.
  void unpack(const float* panel_rows, Index panel, Index depth, Window window, float* weights) const;
};

}  // namespace recura::kernel::simd
