#include "kernel/copy_loss.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "kernel/log_sum.h"

namespace recura::kernel {
namespace {

constexpr real kLeast = std::numeric_limits<real>::min();

real exp_of(real x) {
  exp_or_zero({&x, 1}, {&x, 1});
  return x;
}

real log_of(real x) {
  log({&x, 1}, {&x, 1});
  return x;
}

/// What a word's places have of the attention: never 0, so that a certain error has a large loss, not an infinite one.
real mass(std::span<const real> a, std::span<const std::int64_t> places) {
  real sum = 0;
  for (const std::int64_t place : places) sum += a[static_cast<std::size_t>(place)];
  return std::max(sum, kLeast);
}

/// p = softmax(z); gives ln of the sum that it was divided by, so that ln p_k = z_k - it.
real softmax_row(std::span<const real> z, std::span<real> p) {
  const real most = *std::ranges::max_element(z);
  for (std::size_t k = 0; k < z.size(); ++k) p[k] = z[k] - most;
  exp(p, p);
  double sum = 0;
  for (const real value : p) sum += value;
  const auto factor = static_cast<real>(1 / sum);
  for (real& value : p) value *= factor;
  return log_of(static_cast<real>(sum)) + most;
}

/// The mean of -ln softmax(z).
double smooth_loss(std::span<const real> z, real log_sum) {
  double sum = 0;
  for (const real logit : z) sum += logit;
  return static_cast<double>(log_sum) - sum / static_cast<double>(z.size());
}

/// What is left of a word's loss when its softmax is known.
struct Word {
  real log_p = kLogZero;  // -infinity if it cannot come about
  CopyShare share;
};

/// `log_softmax`: that of its class, -infinity if it has none; `copied`: ln of what its places have of the attention.
Word word_of(real log_softmax, real copied, real gate) {
  // ln g and ln (1 - g), neither of which overflows.
  const real tail = log_of(1 + exp_of(-std::abs(gate)));
  const real log_gate = std::min(gate, real{0}) - tail, log_copy = std::min(-gate, real{0}) - tail;
  std::array both{log_gate + log_softmax, log_copy + copied};
  Word word{kLogZero, {0, exp_of(log_gate), 0}};
  if (std::max(both[0], both[1]) == kLogZero) return word;
  const real generated = both[0];
  word.log_p = log_sum(both);
  word.share.generated = exp_of(generated - word.log_p);
  word.share.counted = 1;
  return word;
}

}  // namespace

CopyLoss copy_cross_entropy(ConstTensorView z, std::span<const real> u, std::span<const real> a,
                            const CopyTargets& targets, real smoothing, TensorView p, std::span<CopyShare> shares) {
  const auto classes = static_cast<std::size_t>(z.shape.columns());
  CopyLoss result;
  double sum = 0;
  for (std::size_t m = 0; m < targets.classes.size(); ++m) {
    const std::span<const real> logits(z.row(static_cast<Index>(m)), classes);
    const real log_sum = softmax_row(logits, {p.row(static_cast<Index>(m)), classes});
    const std::int32_t wanted = targets.classes[m];
    const auto places = targets.places_of(m);
    const Word word = word_of(wanted < 0 ? kLogZero : logits[static_cast<std::size_t>(wanted)] - log_sum,
                              places.empty() ? kLogZero : log_of(mass(a, places)), u[m]);
    shares[m] = word.share;
    if (word.share.counted == 0) continue;
    ++result.words;
    result.likelihood -= word.log_p;
    sum -= (1 - static_cast<double>(smoothing)) * word.log_p;
    if (smoothing > 0) sum += static_cast<double>(smoothing) * smooth_loss(logits, log_sum);
  }
  result.loss = sum / static_cast<double>(std::max<std::int64_t>(result.words, 1));
  return result;
}

void copy_cross_entropy_backward(const CopyTargets& targets, const CopyLossBackward& pass) {
  const auto classes = static_cast<std::size_t>(pass.p.shape.columns());
  real words = 0;
  for (const CopyShare& share : pass.shares) words += share.counted;
  const real scale = pass.dloss / std::max(words, real{1}), kept = 1 - pass.smoothing;
  std::ranges::fill(pass.da, real{0});
  for (std::size_t m = 0; m < targets.classes.size(); ++m) {
    const CopyShare& share = pass.shares[m];
    const real own = scale * share.counted, generated = own * kept * share.generated,
               smooth = own * pass.smoothing / static_cast<real>(classes);
    const real* p = pass.p.row(static_cast<Index>(m));
    real* dz = pass.dz.row(static_cast<Index>(m));
    const real pull = generated + own * pass.smoothing;
    for (std::size_t k = 0; k < classes; ++k) dz[k] = pull * p[k] - smooth;
    if (targets.classes[m] >= 0) dz[targets.classes[m]] -= generated;
    pass.du[m] = own * kept * (share.gate - share.generated);
    const auto places = targets.places_of(m);
    const real copied = own * kept * (1 - share.generated);
    if (copied == 0) continue;
    const real whole = mass(pass.a, places);
    for (const std::int64_t place : places) pass.da[static_cast<std::size_t>(place)] -= copied / whole;
  }
}

}  // namespace recura::kernel
