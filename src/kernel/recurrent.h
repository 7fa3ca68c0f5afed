#pragma once

#include <memory>

#include "kernel/activation.h"
#include "tensor/packing.h"
#include "tensor/precision.h"
#include "tensor/tensor.h"

namespace recura::kernel {

enum class Cell { rnn, lstm, gru, sru };

/// Whether a cell has a state c besides h.
constexpr bool has_c(Cell cell) { return cell == Cell::lstm || cell == Cell::sru; }

/// What one recurrent layer in one direction computes, x_t [D] to h_t [H]; * is element by element.
///
///     rnn    h_t = f(x_t W + h_{t-1} U + b)                     f: sigmoid, tanh or relu
///
///     lstm   [i f g o] = x_t W + h_{t-1} U + b                  sigmoid on i, f, o; tanh on g
///            c_t = f * c_{t-1} + i * g
///            h_t = o * tanh(c_t)
///
///     gru    [r z] = sigmoid(x_t W_rz + h_{t-1} U_rz + b_rz)
///            n = tanh(x_t W_n + b_n + r * (h_{t-1} U_n + d))    reset after the product (PyTorch; Keras's default)
///            n = tanh(x_t W_n + b_n + (r * h_{t-1}) U_n)        reset before it (Cho et al. 2014)
///            h_t = (1 - z) * n + z * h_{t-1}
///
///     sru    f = sigmoid(x_t W_f + v_f * c_{t-1} + b_f)
///            r = sigmoid(x_t W_r + v_r * c_{t-1} + b_r)
///            c_t = f * c_{t-1} + (1 - f) * (x_t W_c)
///            h_t = r * c_t + (1 - r) * sqrt(3) * s_t            s_t: x_t where D = H, else x_t W_s
///
/// (Hochreiter & Schmidhuber 1997 with the forget gate of Gers et al. 2000; Cho et al. 2014; Lei et al. 2018, whose
/// factor sqrt(1 + 2 e^b) of the highway, b being what b_r starts at, is sqrt(3) as b_r starts at 0.)
///
/// Nothing of the SRU's h returns into it: an initial h is only what a text of length 0 ends with.
struct RecurrentSpec {
  Cell cell = Cell::lstm;
  /// The function of the simple RNN; the other cells have their own.
  Activation activation = Activation::sigmoid;
  /// GRU: the reset gate acts after the recurrent product.
  bool reset_after = true;
  /// Reads each text from its last step to its first.
  bool reverse = false;
  Index input = 0;   // D
  Index hidden = 0;  // H
  /// Backpropagation through time is cut after every `truncate` steps, counted in the direction of reading; 0: never.
  Index truncate = 0;
  /// The numbers that are multiplied; sums are float32. When inferring, weights must have been rounded to them
  /// (`round_to`). Levels that multiply narrow numbers round x_t and h_{t-1} too: to bf16, and with int8 h_{t-1} of all
  /// cells but a linear or ReLU RNN to whole 127ths (of an initial state, what is beyond [-1, 1] to its bounds).
  /// When training, such levels compute bf16 products of bf16 numbers, also backward; all else is float32.
  /// The SRU, and a GRU with the reset before the product, always multiply float32 numbers.
  Precision precision = Precision::float32;
};

/// The factor of the SRU's highway.
constexpr double kHighwayScale = 1.7320508075688772;

/// Gates of a layer, in the order of the weights' columns: 1 (rnn), 4 (lstm: i f g o), 3 (gru: r z n); of an SRU the
/// products by x, 3 (c f r) where D = H, else 4 (c f r s).
constexpr Index gates(const RecurrentSpec& spec) {
  switch (spec.cell) {
    case Cell::rnn:
      return 1;
    case Cell::lstm:
      return 4;
    case Cell::gru:
      return 3;
    case Cell::sru:
      return spec.input == spec.hidden ? 3 : 4;
  }
  return 0;
}

/// Whether all states are in [-1, 1] if the initial ones are.
constexpr bool has_states_in_unit(const RecurrentSpec& spec) {
  if (spec.cell == Cell::rnn) return spec.activation == Activation::sigmoid || spec.activation == Activation::tanh;
  return spec.cell != Cell::sru;
}

/// The weights in their canonical layout, gates side by side: w [D, G H], u [H, G H], b [G H]; d [H] for a GRU with
/// reset after the product, else null. The SRU's u [2, H] holds v_f and v_r, its b [2 H] b_f and b_r. As gradients they
/// are written, not added to; null ones are left out.
template <typename Real>
struct RecurrentWeightsOf {
  Real* w = nullptr;
  Real* u = nullptr;
  Real* b = nullptr;
  Real* d = nullptr;
};
using RecurrentWeights = RecurrentWeightsOf<const real>;
using RecurrentWeightGradients = RecurrentWeightsOf<real>;

/// Their shapes.
struct RecurrentShapes {
  Shape w, u, b;
};
inline RecurrentShapes weight_shapes(const RecurrentSpec& spec) {
  const Index columns = gates(spec) * spec.hidden;
  if (spec.cell == Cell::sru) return {{spec.input, columns}, {2, spec.hidden}, {2 * spec.hidden}};
  return {{spec.input, columns}, {spec.hidden, columns}, {columns}};
}

/// Rows of a matrix that may be wider than them (both directions of a layer write into one [N, 2H]).
template <typename Real>
struct RowsOf {
  Real* data = nullptr;
  Index stride = 0;

  Real* row(Index index) const { return data + index * stride; }
  explicit operator bool() const { return data != nullptr; }
};
using Rows = RowsOf<real>;
using ConstRows = RowsOf<const real>;

/// One forward pass. Rows are packed; states are [B, H] in the order of the texts. Null initial states are zero.
struct RecurrentForward {
  const Packing* packing = nullptr;
  ConstRows x;                      // [N, D]
  const real* initial_h = nullptr;  // [B, H]
  const real* initial_c = nullptr;  // [B, H], LSTM and SRU
  Rows h;                           // [N, H], written
  real* last_h = nullptr;           // [B, H], written: the initial state for a text of length 0
  real* last_c = nullptr;           // [B, H], LSTM and SRU, written
  real* saved = nullptr;            // saved_size() reals kept for backward; null when inferring
};

/// One backward pass over what `forward` saved. Null gradients coming in are zero, null ones going out are left out.
struct RecurrentBackward {
  const Packing* packing = nullptr;
  ConstRows x;
  const real* initial_h = nullptr;
  const real* initial_c = nullptr;
  ConstRows h;
  real* saved = nullptr;          // used up
  ConstRows dh;                   // [N, H]
  const real* dlast_h = nullptr;  // [B, H]
  const real* dlast_c = nullptr;  // [B, H], LSTM and SRU
  Rows dx;                        // [N, D]
  bool add_to_dx = false;         // added to instead of written: the second direction
  real* dinitial_h = nullptr;     // [B, H]
  real* dinitial_c = nullptr;     // [B, H], LSTM and SRU
  RecurrentWeightGradients dweights;
};

/// The stages of a backward pass, each after the one before it has ended in all parts.
enum class BackwardStage { through_time, weights, input };

/// A recurrent layer's kernel: its weights in the layout that one instruction-set level computes with.
///
/// A pass is cut into parts that may run on any threads at once: `part` of `parts`, the same `parts` throughout a call.
/// Every output element belongs to one part and is one sum in a fixed order, so neither the number of parts nor a
/// text's neighbours can change a bit. Thread-safe, but for `pack`.
class RecurrentKernel {
 public:
  /// Packs the weights for the level in use; the caller's may go afterwards. `backward` packs for `backward` too.
  static std::unique_ptr<RecurrentKernel> make(const RecurrentSpec& spec, const RecurrentWeights& weights,
                                               bool backward);
  virtual ~RecurrentKernel();

  /// Takes other weights for the same layer, in the memory of the old ones; not while a pass runs.
  virtual void pack(const RecurrentWeights& weights) = 0;

  virtual Index saved_size(const Packing& packing) const = 0;
  virtual void forward(const RecurrentForward& pass, int part, int parts) const = 0;
  virtual void backward(const RecurrentBackward& pass, BackwardStage stage, int part, int parts) const = 0;
};

}  // namespace recura::kernel
