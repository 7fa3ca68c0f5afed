#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "grad/sequence_ops.h"
#include "layer/module.h"

namespace recura {

/// How a recurrent layer's weights start; those of an SRU as its authors have it: input weights uniform with variance
/// 1 / D, those of its gates and v_f, v_r (1 with the other half) with half of it, biases zero (Lei et al. 2018).
enum class RecurrentInit {
  keras,    // input weights Glorot uniform, the rows of the recurrent ones of all gates orthonormal, biases zero but 1
            // for the LSTM's forget gate
  pytorch,  // everything uniform in [-1/sqrt(H), 1/sqrt(H)]
};

struct RecurrentOptions {
  /// Cell, extents, activation of the simple RNN, reset form of the GRU, truncation. `reverse` is set for each
  /// direction.
  kernel::RecurrentSpec spec;
  /// Reads each text in both directions: states are [N, 2H].
  bool bidirectional = false;
  RecurrentInit init = RecurrentInit::keras;
  /// Share of the elements of U (of an SRU: of v_f and v_r) that training drops, the same ones at all steps of a batch;
  /// the others are scaled by 1 / (1 - share) (DropConnect, Wan et al. 2013; on U Merity et al. 2018).
  double recurrent_dropout = 0;
};

/// A recurrent layer of one direction or both; the equations stand at `kernel::RecurrentSpec`.
///
/// Weights, by their names in a model file: "w" [D, G H], "u" [H, G H], "b" [G H], and "d" [H] for a GRU with reset
/// after the product; of an SRU "w" [D, G H], "u" [2, H], "b" [2 H]; with both directions each name has "forward." or
/// "backward." in front.
class Recurrent : public Module {
 public:
  /// @throws ArgumentError  if input or hidden is not positive, the activation is none of sigmoid, tanh, relu, or the
  /// dropout is not in [0, 1).
  Recurrent(const RecurrentOptions& options, Rng* rng);

  /// Reads packed rows [N, D]. `initial`: a state for each direction, or none (zero).
  /// The packed weights are kept for the next call, until the weights change or are dropped.
  RecurrentOutput operator()(const Sequence& x, std::span<const RecurrentState> initial = {}) const;

  /// What each of some layers gives that read in one direction, the states of each other: `recurrent_in_turn`.
  static std::vector<RecurrentOutput> in_turn(std::span<const Recurrent* const> layers, const Sequence& x);

  /// The numbers that inferring tapes multiply the weights as, which must have been rounded to them.
  void set_precision(Precision precision) override;
  /// What training tapes multiply, float32 or bf16 (`RecurrentSpec::precision`; int8 is float32 there);
  /// the weights themselves stay float32.
  void set_training_precision(Precision precision) override { training_precision_ = precision; }

  /// Columns of a state: H or 2H.
  Index columns() const { return options_.spec.hidden * (options_.bidirectional ? 2 : 1); }

 private:
  struct Weights {
    kernel::RecurrentSpec spec;
    Parameter *w, *u, *b, *d;
    std::uint64_t version() const;
  };
  struct Packed {
    std::optional<std::uint64_t> version;  // none while weights are dropped
    bool backward = false;
    Precision precision = Precision::float32;
    std::shared_ptr<kernel::RecurrentKernel> kernel;
  };

  void add_direction(const std::string& prefix, bool reverse, Rng* rng);
  Direction direction(Tape& tape, std::size_t index, const RecurrentState& initial) const;
  bool drops(const Tape& tape) const { return tape.training() && options_.recurrent_dropout > 0; }
  /// `u`: its own, or what is left of it in this batch.
  std::shared_ptr<const kernel::RecurrentKernel> packed(std::size_t direction, const Tape& tape, Var u) const;

  RecurrentOptions options_;
  Precision training_precision_ = Precision::float32;
  std::vector<Weights> directions_;
  mutable std::array<std::mutex, 2> packing_;  // for each direction
  mutable std::vector<Packed> packed_;
};

}  // namespace recura
