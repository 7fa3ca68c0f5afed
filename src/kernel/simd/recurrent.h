#pragma once

#include <optional>

#include "kernel/parts.h"
#include "kernel/simd/packed_weights.h"

namespace recura::kernel::simd {

/// So few rows' gates of all panels stay in the first cache: one wide product, then all cells side by side, keep the
/// processor busier than one panel after the other, where each waits for its own sums.
constexpr Index kFewRows = 2;

/// What a forward pass keeps for backward, in `saved`; [panels] first, so that a panel's rows are one stream.
struct Kept {
  Kept(const Layout& layout, Index input, const Packing& packing, float* memory);

  float* gates;    // [panels][N][width]: values; gradients once backward went through time
  float* c;        // [panels][N][16], LSTM
  float* c_start;  // [panels][B][16] by rank, LSTM
  float* h_start;  // [B][H] by rank, if an initial state came
  float* dh;       // [B][panels * units] by rank
  float* dc;       // [panels][B][16] by rank, LSTM
  float* db;       // [panels][width], sums of the gates' gradients: b's, and a GRU's d's
  float* dw;       // [D][x.width] of a last panel with padding
  float* du;       // [H][h.width] of the same
  Index size;      // of all, in floats
};

/// A recurrent layer with its gates interleaved in panels. Loops over time, rows and panels are here; the arithmetic is
/// that of `Code`. Each row's numbers come from products whose sums know no other row, so texts can be cut into any
/// parts.
class SimdRecurrent : public RecurrentKernel {
 public:
  SimdRecurrent(const Code& code, const RecurrentSpec& spec, const RecurrentWeights& weights, bool backward);

  void pack(const RecurrentWeights& weights) override;
  Index saved_size(const Packing& packing) const override;
  void forward(const RecurrentForward& pass, int part, int parts) const override;
  void backward(const RecurrentBackward& pass, BackwardStage stage, int part, int parts) const override;

 private:
  /// Where a block of steps computes: in what is kept, or in a small buffer if nothing is.
  struct Place {
    float* gates;  // of the block's first row
    Index panel_stride;
    float* c;  // null: the running state `c_start` is all there is
    float* c_start;
    const float* h_start;       // null: zeros
    float* narrow_x = nullptr;  // the block's rows as narrow weights meet them; null: they meet floats
    float* narrow_h = nullptr;  // the same of the states of one step
  };

  /// Texts of neighbouring ranks at one step, which all start there or all go on.
  struct StepRows {
    Range ranks;
    Index step = 0;
    bool starts = false;
    float* gates = nullptr;           // of the first panel
    const float* h_before = nullptr;  // null: zeros
    Index h_stride = 0;
    const float* left = nullptr;  // h_before as the weights meet it
    Index left_stride = 0;
  };

  Place start(const RecurrentForward& pass, Range ranks, Tensor& buffer) const;
  Tensor make_narrow_rows(Range ranks, Place& place) const;
  void project(const RecurrentForward& pass, Range ranks, Range steps, const Place& place) const;
  void project_rows(Index panel, Index rows, const float* x, Index stride, float* gates) const;
  void step_forward(const RecurrentForward& pass, Range ranks, Index step, const Place& place, float* gates) const;
  void add_recurrent_product(const StepRows& rows, Range panels, const Place& place) const;
  void run_cell(const RecurrentForward& pass, const StepRows& rows, Index panel, const Place& place) const;
  void finish(const RecurrentForward& pass, Range ranks, const Place& place) const;

  void through_time(const RecurrentBackward& pass, Range ranks) const;
  void gather_state_gradients(const RecurrentBackward& pass, const Kept& kept, Range ranks, Index step,
                              Tensor& narrow) const;
  void step_backward(const RecurrentBackward& pass, const Kept& kept, Range ranks, Index step) const;
  void initial_gradients(const RecurrentBackward& pass, const Kept& kept, Range ranks, Tensor& narrow) const;
  void add_through_product(const Packing& packing, const Kept& kept, Index row, Index rank, Index count, Index ahead,
                           Tensor& narrow) const;
  void set_operands(Product& product, const PackedWeights& weights, const float* gates, Index panel_stride,
                    Window window, Index ahead, Tensor& narrow) const;
  void copy_operands(const RecurrentBackward& pass, const Kept& kept, Range rows, float* x, float* h) const;
  struct Summed;
  Summed summed(const float* rows, Index stride, Index count, float* pairs) const;
  struct Sums;
  Sums sums_in(float* gradient, float* padded, Index panel, Window window) const;
  void add_weight_gradient(const Summed& a, Index columns, const Summed& gates, Index depth, Window window, bool first,
                           const Sums& sums) const;
  void weight_gradients(const RecurrentBackward& pass, Range panels) const;
  void unpack_gradients(const RecurrentWeightGradients& gradients, const Kept& kept, Index panel) const;
  void input_gradient(const RecurrentBackward& pass, Range rows) const;

  Index state_width() const { return layout_.panels * layout_.units; }
  const PackedWeights& u(Index rows) const { return wide_u_ && rows > kFewRows ? *wide_u_ : u_; }
  bool trains_in_bf16() const { return backward_ && spec_.precision == Precision::bf16 && code_.multiplies_narrow; }
  bool has_c() const { return spec_.cell == Cell::lstm; }

  const Code& code_;
  RecurrentSpec spec_;
  bool backward_;
  Layout layout_;
  void (*cell_forward_)(const CellRows& rows);
  void (*cell_backward_)(const CellRows& rows);
  PackedWeights w_, u_;
  std::optional<PackedWeights> wide_u_;  // for more than a few rows; none: `u_`
  Tensor b_, d_;
  PackedWeights w_transposed_, u_transposed_;
};

/// The ranks of one part, so that parts have about the same number of rows.
Range share_of_rows(const Packing& packing, int part, int parts);

/// Those of `ranks` that run at `step`, and those of them whose text was read at an earlier step (t - 1, or t + 1 if
/// `reverse`): they come first.
Range running(const Packing& packing, Range ranks, Index step);
Range continuing(const Packing& packing, Range ranks, Index step, bool reverse);

}  // namespace recura::kernel::simd
