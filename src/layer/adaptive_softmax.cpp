#include "layer/adaptive_softmax.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "base/error.h"
#include "kernel/log_sum.h"

namespace recura {
namespace {

constexpr Index kWider = 4;  // a tail's classes beside those before it, and what its input is divided by

constexpr auto kLinear = kernel::Activation::linear;

/// ln softmax of each row at its class, added to what stands there already. Overwrites the logits.
void add_log_softmax(Var logits, std::span<const std::int32_t> classes, std::span<double> sums) {
  constexpr Index kRowsPerPart = 64;
  const TensorView x = logits.value();
  const Index rows = x.shape.rows();
  const auto columns = static_cast<std::size_t>(x.shape.columns());
  logits.tape().executor().run(static_cast<int>((rows + kRowsPerPart - 1) / kRowsPerPart), [&](int part) {
    const Index begin = part * kRowsPerPart;
    for (Index row = begin; row < std::min(rows, begin + kRowsPerPart); ++row) {
      const auto at = static_cast<std::size_t>(row);
      const auto chosen = static_cast<double>(x.row(row)[classes[at]]);
      sums[at] += chosen - static_cast<double>(kernel::log_sum({x.row(row), columns}));
    }
  });
}

}  // namespace

double AdaptiveSoftmax::weight_count(double input, double classes, double head) {
  double count = 0, begin = std::min(head, classes), narrow = input;
  double tails = 0;
  for (double end = begin; end < classes; begin = end, ++tails) {
    narrow = std::max(1.0, std::floor(narrow / kWider));
    end = tails > 0 ? classes : std::min(classes, kWider * begin);
    count += (input + 1) * narrow + (narrow + 1) * (end - begin);
  }
  return count + (input + 1) * (std::min(head, classes) + tails);
}

AdaptiveSoftmax::AdaptiveSoftmax(Index input, Index classes, Index head, Rng* rng)
    : head_classes_(std::min(head, classes)) {
  if (input < 1 || classes < 1 || head < 1)
    throw ArgumentError("adaptive softmax: input, classes and head must be positive, got {}, {} and {}", input, classes,
                        head);
  std::vector<std::pair<Index, Index>> bounds;
  for (Index begin = head_classes_; begin < classes;) {
    const Index end = !bounds.empty() || begin > classes / kWider ? classes : kWider * begin;
    bounds.emplace_back(begin, end);
    begin = end;
  }
  head_ = std::make_unique<Dense>(input, head_classes_ + std::ssize(bounds), kLinear, rng);
  add_part("head", *head_);
  Index narrow = input;
  for (const auto& [begin, end] : bounds) {
    narrow = std::max<Index>(1, narrow / kWider);
    const std::string name = "tail" + std::to_string(tails_.size());
    tails_.push_back({begin, end, std::make_unique<Dense>(input, narrow, kLinear, rng),
                      std::make_unique<Dense>(narrow, end - begin, kLinear, rng)});
    add_part(name + ".down", *tails_.back().down);
    add_part(name + ".out", *tails_.back().out);
  }
}

AdaptiveSoftmax::Placed AdaptiveSoftmax::place(std::span<const std::int32_t> classes) const {
  Placed placed{{}, {}, 0, std::vector<Members>(tails_.size())};
  const Index end = tails_.empty() ? head_classes_ : tails_.back().end;
  for (std::size_t row = 0; row < classes.size(); ++row) {
    const std::int32_t k = classes[row];
    const bool counts = k != kNoClass;
    placed.weights.push_back(counts ? 1 : 0);
    placed.counted += counts ? 1 : 0;
    if (!counts) {
      placed.heads.push_back(0);
      continue;
    }
    if (k < 0 || k >= end) throw ArgumentError("adaptive softmax: class {} is not in 0 … {}", k, end - 1);
    std::size_t tail = 0;
    while (tail < tails_.size() && k >= tails_[tail].end) ++tail;
    const bool is_head = k < head_classes_;
    placed.heads.push_back(is_head ? k : static_cast<std::int32_t>(head_classes_) + static_cast<std::int32_t>(tail));
    if (is_head) continue;
    placed.tails[tail].rows.push_back(static_cast<std::int32_t>(row));
    placed.tails[tail].classes.push_back(k - static_cast<std::int32_t>(tails_[tail].begin));
  }
  return placed;
}

Var AdaptiveSoftmax::logits(const Tail& tail, Var x, const Members& members) const {
  return (*tail.out)((*tail.down)(take_rows(x, members.rows)));
}

Var AdaptiveSoftmax::loss(Var x, std::span<const std::int32_t> classes) const {
  const Placed placed = place(classes);
  if (placed.counted == 0) throw ArgumentError("adaptive softmax: no row has a class");
  const auto counted = static_cast<real>(placed.counted);
  const std::array all{static_cast<real>(classes.size()) / counted};
  Var loss = weighted_sum(softmax_cross_entropy((*head_)(x), placed.heads, placed.weights), all);
  for (std::size_t t = 0; t < tails_.size(); ++t) {
    const Members& members = placed.tails[t];
    if (members.rows.empty()) continue;
    const Var own = softmax_cross_entropy(logits(tails_[t], x, members), members.classes);
    const std::array share{static_cast<real>(members.rows.size()) / counted};
    loss = add(loss, weighted_sum(own, share));
  }
  return loss;
}

std::vector<double> AdaptiveSoftmax::log_probabilities(Var x, std::span<const std::int32_t> classes) const {
  const Placed placed = place(classes);
  std::vector<double> result(classes.size());
  add_log_softmax((*head_)(x), placed.heads, result);
  for (std::size_t row = 0; row < classes.size(); ++row) result[row] = classes[row] == kNoClass ? 0 : result[row];
  for (std::size_t t = 0; t < tails_.size(); ++t) {
    const Members& members = placed.tails[t];
    if (members.rows.empty()) continue;
    std::vector<double> own(members.rows.size());
    add_log_softmax(logits(tails_[t], x, members), members.classes, own);
    for (std::size_t i = 0; i < own.size(); ++i) result[static_cast<std::size_t>(members.rows[i])] += own[i];
  }
  return result;
}

}  // namespace recura
