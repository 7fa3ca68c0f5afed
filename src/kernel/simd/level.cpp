#include "kernel/simd/level.h"

// The double build computes with the reference kernels alone.
#ifdef RECURA_DOUBLE

namespace recura::kernel::simd {

std::vector<Candidate> levels() { return {}; }

}  // namespace recura::kernel::simd

#else

#if defined(__x86_64__) && defined(__linux__)
#include <asm/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include "kernel/reference/recurrent.h"
#include "kernel/simd/code.h"
#include "kernel/simd/matmul.h"
#include "kernel/simd/recurrent.h"
#include "kernel/simd/sru.h"

namespace recura::kernel::simd {
namespace {

Index count_of(std::span<const real> values) { return static_cast<Index>(values.size()); }

bool is_vectorised(const RecurrentSpec& spec) {
  switch (spec.cell) {
    case Cell::rnn:
    case Cell::lstm:
    case Cell::sru:
      return true;
    case Cell::gru:
      // A reset before the product needs two products a step, one after the other: no panel holds all gates at once.
      return spec.reset_after;
  }
  return false;
}

class SimdLevel : public Level {
 public:
  explicit SimdLevel(const Code& code) : code_(code) {}

  std::string_view name() const override { return code_.name; }
  bool multiplies_narrow() const override { return code_.multiplies_narrow; }

  void activate(Activation activation, std::span<const real> x, std::span<real> y) const override {
    code_.activate(activation, x.data(), y.data(), count_of(x));
  }
  void activate_backward(Activation activation, std::span<const real> y, std::span<const real> dy,
                         std::span<real> dx) const override {
    code_.activate_backward(activation, y.data(), dy.data(), dx.data(), count_of(y));
  }
  void exp(std::span<const real> x, std::span<real> y) const override { code_.exp(x.data(), y.data(), count_of(x)); }
  void log(std::span<const real> x, std::span<real> y) const override { code_.log(x.data(), y.data(), count_of(x)); }

  void softmax(std::span<const real> x, std::span<real> p) const override {
    code_.softmax(x.data(), p.data(), count_of(x));
  }

  void dropout(std::span<const real> x, const DropoutMask& mask, Index first, std::span<real> y) const override {
    code_.dropout(x.data(), y.data(), count_of(x), mask, first);
  }

  void sgd_step(std::span<real> p, std::span<const real> g, std::span<real> v, real rate,
                real momentum) const override {
    code_.sgd_step(p.data(), g.data(), v.data(), count_of(p), rate, momentum);
  }
  void adam_step(std::span<real> p, std::span<const real> g, std::span<real> m, std::span<real> v,
                 const AdamStep& step) const override {
    code_.adam_step(p.data(), g.data(), m.data(), v.data(), count_of(p), step);
  }
  void adam_step_without_gradient(std::span<real> p, std::span<real> m, std::span<real> v,
                                  const AdamStep& step) const override {
    code_.adam_step(p.data(), nullptr, m.data(), v.data(), count_of(p), step);
  }
  void move_average(std::span<real> mean, std::span<const real> x, real share) const override {
    code_.move_average(mean.data(), x.data(), count_of(x), share);
  }
  double sum_of_squares(std::span<const real> x) const override { return code_.sum_of_squares(x.data(), count_of(x)); }

  void skip_gram_step(std::span<const real> x, const SkipGramRows& rows, real rate, std::span<real> dx) const override {
    code_.skip_gram_step(x.data(), count_of(x), rows, rate, dx.data());
  }

  void attend(const AttentionQuery& query, real* a, real* c) const override { code_.attend(query, a, c); }
  void attend_backward(const AttentionQuery& query, const AttentionQueryGradients& gradients) const override {
    code_.attend_backward(query, gradients);
  }

  void matmul(ConstTensorView a, ConstTensorView b, const real* bias, TensorView c, Executor& executor) const override {
    simd::matmul(code_, a, b, bias, c, executor);
  }
  void matmul(ConstTensorView a, const ColumnBlocks& b, const real* bias, TensorView c,
              Executor& executor) const override {
    simd::matmul(code_, a, b, bias, c, executor);
  }
  void matmul_transposed_right(ConstTensorView a, ConstTensorView b, TensorView c, Executor& executor) const override {
    simd::matmul_transposed_right(code_, a, b, c, executor);
  }
  void matmul_transposed_left(ConstTensorView a, ConstTensorView b, TensorView c, Executor& executor) const override {
    simd::matmul_transposed_left(code_, a, b, c, executor);
  }

  std::unique_ptr<RecurrentKernel> make_recurrent(const RecurrentSpec& spec, const RecurrentWeights& weights,
                                                  bool backward) const override {
    if (!is_vectorised(spec)) return reference::make_recurrent(spec, weights);
    if (spec.cell == Cell::sru) return std::make_unique<SimdSru>(code_, spec, weights, backward);
    return std::make_unique<SimdRecurrent>(code_, spec, weights, backward);
  }

 private:
  const Code& code_;
};

#ifdef __x86_64__

bool has_v3() { return __builtin_cpu_supports("x86-64-v3"); }
bool has_v4() { return __builtin_cpu_supports("x86-64-v4"); }

bool has_v4_bf16() { return has_v4() && __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512vnni"); }

/// Linux lets a process use the tile registers once it has asked to; its threads and children may then, too. From then
/// on a stack for signals (`sigaltstack`) must have room for them.
bool may_use_tiles() {
#ifdef __linux__
  constexpr int kTileData = 18;  // XFEATURE_XTILEDATA
  return syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, kTileData) == 0;
#else
  return false;
#endif
}

bool has_v4_amx() {
  return has_v4_bf16() && __builtin_cpu_supports("amx-tile") && __builtin_cpu_supports("amx-bf16") &&
         __builtin_cpu_supports("amx-int8") && may_use_tiles();
}

Code v4_amx() {
  Code code = kV4Bf16;
  code.name = "v4-amx";
  code.product = kAmxProduct;
  code.has_amx_tiles = true;
  return code;
}

#endif

}  // namespace

std::vector<Candidate> levels() {
  std::vector<Candidate> candidates;
  candidates.push_back({std::make_unique<SimdLevel>(kBaseline), true});
#ifdef __x86_64__
  candidates.push_back({std::make_unique<SimdLevel>(kV3), has_v3()});
  candidates.push_back({std::make_unique<SimdLevel>(kV4), has_v4()});
  candidates.push_back({std::make_unique<SimdLevel>(kV4Bf16), has_v4_bf16()});
  static const Code amx = v4_amx();
  candidates.push_back({std::make_unique<SimdLevel>(amx), has_v4_amx()});
#elif defined(__aarch64__)
  candidates.push_back({std::make_unique<SimdLevel>(kNeon), true});
#endif
  return candidates;
}

}  // namespace recura::kernel::simd

#endif  // RECURA_DOUBLE
