#pragma once

#include "kernel/parts.h"
#include "kernel/simd/layout.h"

namespace recura::kernel::simd {

/// The SRU. No unit's recurrence sees another unit, so a part takes panels of units, with all their rows: one product
/// for each block of steps, then the walk through them element by element; a lone text too keeps all threads busy.
/// Backward, the weights' gradients of a block are added as soon as the walk has made its gates' and left them in the
/// cache: the stage `weights` has nothing left to do.
///
/// Kept for backward, in `saved`: the gates [panels][N][width], as `SruRows` draws them.
class SimdSru : public RecurrentKernel {
 public:
  SimdSru(const Code& code, const RecurrentSpec& spec, const RecurrentWeights& weights, bool backward);

  void pack(const RecurrentWeights& weights) override;
  Index saved_size(const Packing& packing) const override;
  void forward(const RecurrentForward& pass, int part, int parts) const override;
  void backward(const RecurrentBackward& pass, BackwardStage stage, int part, int parts) const override;

 private:
  /// The gates of some panels from one row on.
  struct Gates {
    float* data;
    Index panel;  // from panel to panel
  };

  Tensor pack_pair(const float* pair, Index first, Index blocks) const;
  Index step_at(const Packing& packing, Index place) const;
  Range places_at(const Packing& packing, Index place, bool back) const;
  Range rows_at(const Packing& packing, Range places) const;
  void project(ConstRows x, Range rows, Range panels, const Gates& gates) const;
  SruRows rows_of(const Packing& packing, Range panels, ConstRows x, Index step) const;
  void load_states(const Packing& packing, const float* states, Range panels, float* to) const;
  void store_states(const Packing& packing, const float* from, Range panels, float* states) const;
  void last_h(const RecurrentForward& pass, Range panels) const;

  void through_time(const RecurrentBackward& pass, Range panels) const;
  void cut(const Packing& packing, Index step, Range panels, float* dc) const;
  void unpack_sums(const float* sums, Range panels, const RecurrentWeightGradients& gradients) const;
  void add_weight_gradients(const RecurrentBackward& pass, Range rows, Range panels, float* dw) const;
  void input_gradient(const RecurrentBackward& pass, Range rows) const;
  void add_highway(const RecurrentBackward& pass, Range rows) const;

  Index gates_panel(const Packing& packing) const { return packing.rows() * layout_.width; }
  Index panel_of_w() const { return spec_.input * layout_.x.width; }
  Range units_of(Range panels) const { return {panels.begin * kBlock, std::min(spec_.hidden, panels.end * kBlock)}; }
  /// s is x itself.
  bool is_square() const { return spec_.input == spec_.hidden; }

  const Code& code_;
  RecurrentSpec spec_;
  bool backward_;
  Layout layout_;
  Tensor w_, v_, b_;
  Tensor w_transposed_;
};

}  // namespace recura::kernel::simd
