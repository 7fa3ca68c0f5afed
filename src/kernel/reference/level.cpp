#include "kernel/reference/level.h"

#include "kernel/reference/attend.h"
#include "kernel/reference/elementwise.h"
#include "kernel/reference/matmul.h"
#include "kernel/reference/recurrent.h"

namespace recura::kernel::reference {
namespace {

class ReferenceLevel : public Level {
 public:
  std::string_view name() const override { return "reference"; }
  bool multiplies_narrow() const override { return false; }

  void activate(Activation activation, std::span<const real> x, std::span<real> y) const override {
    reference::activate(activation, x, y);
  }
  void activate_backward(Activation activation, std::span<const real> y, std::span<const real> dy,
                         std::span<real> dx) const override {
    reference::activate_backward(activation, y, dy, dx);
  }
  void exp(std::span<const real> x, std::span<real> y) const override { reference::exp(x, y); }
  void log(std::span<const real> x, std::span<real> y) const override { reference::log(x, y); }

  void softmax(std::span<const real> x, std::span<real> p) const override { reference::softmax(x, p); }

  void dropout(std::span<const real> x, const DropoutMask& mask, Index first, std::span<real> y) const override {
    reference::dropout(x, mask, first, y);
  }

  void sgd_step(std::span<real> p, std::span<const real> g, std::span<real> v, real rate,
                real momentum) const override {
    reference::sgd_step(p, g, v, rate, momentum);
  }
  void adam_step(std::span<real> p, std::span<const real> g, std::span<real> m, std::span<real> v,
                 const AdamStep& step) const override {
    reference::adam_step(p, g, m, v, step);
  }
  void adam_step_without_gradient(std::span<real> p, std::span<real> m, std::span<real> v,
                                  const AdamStep& step) const override {
    reference::adam_step_without_gradient(p, m, v, step);
  }
  void move_average(std::span<real> mean, std::span<const real> x, real share) const override {
    reference::move_average(mean, x, share);
  }
  double sum_of_squares(std::span<const real> x) const override { return reference::sum_of_squares(x); }

  void skip_gram_step(std::span<const real> x, const SkipGramRows& rows, real rate, std::span<real> dx) const override {
    reference::skip_gram_step(x, rows, rate, dx);
  }

  void attend(const AttentionQuery& query, real* a, real* c) const override { reference::attend(query, a, c); }
  void attend_backward(const AttentionQuery& query, const AttentionQueryGradients& gradients) const override {
    reference::attend_backward(query, gradients);
  }

  void matmul(ConstTensorView a, ConstTensorView b, const real* bias, TensorView c, Executor&) const override {
    reference::matmul(a, b, bias, c);
  }
  void matmul(ConstTensorView a, const ColumnBlocks& b, const real* bias, TensorView c, Executor&) const override {
    reference::matmul(a, b, bias, c);
  }
  void matmul_transposed_right(ConstTensorView a, ConstTensorView b, TensorView c, Executor&) const override {
    reference::matmul_transposed_right(a, b, c);
  }
  void matmul_transposed_left(ConstTensorView a, ConstTensorView b, TensorView c, Executor&) const override {
    reference::matmul_transposed_left(a, b, c);
  }

  std::unique_ptr<RecurrentKernel> make_recurrent(const RecurrentSpec& spec, const RecurrentWeights& weights,
                                                  bool) const override {
    return reference::make_recurrent(spec, weights);
  }
};

}  // namespace

const Level& level() {
  static const ReferenceLevel level;
  return level;
}

}  // namespace recura::kernel::reference
