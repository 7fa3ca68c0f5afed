#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "kernel/activation.h"
#include "kernel/attention_query.h"
#include "kernel/dropout.h"
#include "kernel/matmul.h"
#include "kernel/optimise.h"
#include "kernel/recurrent.h"
#include "kernel/skip_gram.h"
#include "tensor/tensor.h"

namespace recura::kernel {

/// Every kernel for one instruction set. The functions of this floor's other headers call those of `level()`; their
/// contracts stand there.
///
/// The names: `reference` (readable plain loops, the twin that the others are tested against), `baseline` (any
/// processor), `v3` (AVX2 and FMA), `v4` (AVX-512), `v4-bf16` (and AVX512_BF16 and AVX512_VNNI: the same float32
/// arithmetic bit for bit, and products of narrow numbers), `v4-amx` (and AMX: the same, products of bf16 numbers
/// summed in another order), `neon` (64-bit ARM). The double build has `reference` alone.
class Level {
 public:
  virtual ~Level();

  virtual std::string_view name() const = 0;
  /// Whether it multiplies bf16 and int8 numbers, rather than widen them.
  virtual bool multiplies_narrow() const = 0;

  virtual void activate(Activation activation, std::span<const real> x, std::span<real> y) const = 0;
  virtual void activate_backward(Activation activation, std::span<const real> y, std::span<const real> dy,
                                 std::span<real> dx) const = 0;
  virtual void exp(std::span<const real> x, std::span<real> y) const = 0;
  virtual void log(std::span<const real> x, std::span<real> y) const = 0;

  /// p = e^x / sum e^x of one row; p may be x.
  virtual void softmax(std::span<const real> x, std::span<real> p) const = 0;

  virtual void dropout(std::span<const real> x, const DropoutMask& mask, Index first, std::span<real> y) const = 0;

  virtual void sgd_step(std::span<real> p, std::span<const real> g, std::span<real> v, real rate,
                        real momentum) const = 0;
  virtual void adam_step(std::span<real> p, std::span<const real> g, std::span<real> m, std::span<real> v,
                         const AdamStep& step) const = 0;
  virtual void adam_step_without_gradient(std::span<real> p, std::span<real> m, std::span<real> v,
                                          const AdamStep& step) const = 0;
  virtual void move_average(std::span<real> mean, std::span<const real> x, real share) const = 0;
  virtual double sum_of_squares(std::span<const real> x) const = 0;

  virtual void skip_gram_step(std::span<const real> x, const SkipGramRows& rows, real rate,
                              std::span<real> dx) const = 0;

  /// Writes a [S] and c [D] of one query.
  virtual void attend(const AttentionQuery& query, real* a, real* c) const = 0;
  virtual void attend_backward(const AttentionQuery& query, const AttentionQueryGradients& gradients) const = 0;

  virtual void matmul(ConstTensorView a, ConstTensorView b, const real* bias, TensorView c,
                      Executor& executor) const = 0;
  virtual void matmul(ConstTensorView a, const ColumnBlocks& b, const real* bias, TensorView c,
                      Executor& executor) const = 0;
  virtual void matmul_transposed_right(ConstTensorView a, ConstTensorView b, TensorView c,
                                       Executor& executor) const = 0;
  virtual void matmul_transposed_left(ConstTensorView a, ConstTensorView b, TensorView c, Executor& executor) const = 0;

  virtual std::unique_ptr<RecurrentKernel> make_recurrent(const RecurrentSpec& spec, const RecurrentWeights& weights,
                                                          bool backward) const = 0;
};

/// The level in use: the highest that this processor has, or the one that the environment variable RECURA_ISA names, if
/// it is set and not empty.
/// Chosen at the first call, for the life of the process.
/// @throws ArgumentError  if RECURA_ISA names an unknown level, or one that this processor lacks.
const Level& level();

/// The level of a name; @throws ArgumentError as above.
const Level& level(std::string_view name);

/// All levels that this processor has, `reference` first, then the slowest to the fastest.
std::span<const Level* const> available_levels();

/// The names of the levels that this build holds but this processor lacks.
std::span<const std::string_view> missing_levels();

}  // namespace recura::kernel
