#include "grad/tape.h"

#include <algorithm>

#include "base/error.h"

namespace recura {
namespace {

Executor& caller_alone() {
  static Executor executor(1);
  return executor;
}

}  // namespace

TensorView Var::value() const { return tape_->value(index_); }
const Shape& Var::shape() const { return tape_->entries_[index_].value.shape; }

Tape::Tape(Mode mode, Rng rng, Executor* executor)
    : mode_(mode), rng_(rng), executor_(executor != nullptr ? executor : &caller_alone()) {}

Var Tape::add(TensorView value, bool wanted) {
  entries_.push_back({value, wanted});
  return {this, entries_.size() - 1};
}

Var Tape::parameter(const Parameter& parameter) {
  const auto [found, is_new] = parameters_.try_emplace(&parameter, entries_.size());
  if (!is_new) return {this, found->second};
  // Ops only read their inputs; the handle is of one type for all values.
  auto* data = const_cast<real*>(parameter.value().data());
  return add({data, parameter.value().shape()}, training());
}

Var Tape::constant(ConstTensorView value, bool watched) {
  real* copy = allocate<real>(static_cast<std::size_t>(value.shape.size()));
  std::ranges::copy(value.values(), copy);
  return add({copy, value.shape}, recording() && watched);
}

Var Tape::output(Shape shape, std::initializer_list<Var> inputs) {
  const bool reached = std::ranges::any_of(inputs, [this](Var input) { return wanted(input); });
  return add({allocate<real>(static_cast<std::size_t>(shape.size())), shape}, reached);
}

bool Tape::wanted(Var var) const { return var && entries_[var.index()].wanted; }

bool Tape::is_weight(Var var) const {
  return std::ranges::any_of(parameters_, [&](const auto& parameter) { return parameter.second == var.index(); });
}

void Tape::record(std::initializer_list<Var> outputs, Backward backward) {
  if (!recording() || std::ranges::none_of(outputs, [this](Var output) { return wanted(output); })) return;
  Node node;
  for (const Var output : outputs) {
    if (output) node.outputs.push_back(output.index());
  }
  node.backward = std::move(backward);
  nodes_.push_back(std::move(node));
}

Gradients Tape::backward(Var loss) {
  if (!recording()) throw ArgumentError("tape: backward needs a tape that records");
  if (!loss || &loss.tape() != this || loss.shape().size() != 1) {
    throw ArgumentError("tape: the loss must be a single number of this tape, got {}",
                        loss ? to_string(loss.shape()) : "nothing");
  }
  Gradients gradients(entries_.size());
  const TensorView one = gradients.allocate(loss.shape());
  one.data[0] = 1;
  gradients.add(loss, one);
  for (auto node = nodes_.rbegin(); node != nodes_.rend(); ++node) {
    const auto reached = [&](std::size_t output) { return static_cast<bool>(gradients.slots_[output]); };
    if (std::ranges::any_of(node->outputs, reached)) node->backward(gradients);
  }
  gradients.parameters_ = parameters_;
  gradients.list_parameters();
  return gradients;
}

}  // namespace recura
