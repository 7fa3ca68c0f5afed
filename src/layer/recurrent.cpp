#include "layer/recurrent.h"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "base/error.h"
#include "layer/initialise.h"

namespace recura {
namespace {

Tensor keras_bias(const kernel::RecurrentSpec& spec) {
  Tensor b({kernel::gates(spec.cell) * spec.hidden});
  if (spec.cell == kernel::Cell::lstm) std::fill_n(b.data() + spec.hidden, spec.hidden, real{1});
  return b;
}

}  // namespace

std::uint64_t Recurrent::Weights::version() const {
  return w->version() + u->version() + b->version() + (d != nullptr ? d->version() : 0);
}

Recurrent::Recurrent(const RecurrentOptions& options, Rng* rng) : options_(options) {
  const kernel::RecurrentSpec& spec = options.spec;
  if (spec.input < 1 || spec.hidden < 1) {
    throw ArgumentError("recurrent: input and hidden must be positive, got {} and {}", spec.input, spec.hidden);
  }
  if (spec.cell == kernel::Cell::rnn && spec.activation == kernel::Activation::linear) {
    throw ArgumentError("recurrent: a simple RNN's activation must be sigmoid, tanh or relu, got linear");
  }
  if (spec.truncate < 0) throw ArgumentError("recurrent: truncate must not be negative, got {}", spec.truncate);
  add_direction(options.bidirectional ? "forward." : "", false, rng);
  if (options.bidirectional) add_direction("backward.", true, rng);
  packed_.resize(directions_.size());
}

void Recurrent::add_direction(const std::string& prefix, bool reverse, Rng* rng) {
  kernel::RecurrentSpec spec = options_.spec;
  spec.reverse = reverse;
  const Index hidden = spec.hidden, gates = kernel::gates(spec.cell);
  const bool keras = options_.init == RecurrentInit::keras;
  const double limit = 1 / std::sqrt(static_cast<double>(hidden));
  const Shape bias{gates * hidden};
  Weights weights{spec, nullptr, nullptr, nullptr, nullptr};
  const Shape input{spec.input, gates * hidden}, square{hidden, gates * hidden};
  weights.w = &add_parameter(prefix + "w", keras ? glorot_matrix(input, rng) : uniform_matrix(input, limit, rng));
  weights.u = &add_parameter(
      prefix + "u", keras ? orthogonal_matrix(hidden, gates * hidden, rng) : uniform_matrix(square, limit, rng));
  weights.b = &add_parameter(prefix + "b", keras ? keras_bias(spec) : uniform_matrix(bias, limit, rng));
  if (spec.cell == kernel::Cell::gru && spec.reset_after) {
    weights.d = &add_parameter(prefix + "d", keras ? Tensor({hidden}) : uniform_matrix({hidden}, limit, rng));
  }
  directions_.push_back(weights);
}

void Recurrent::set_precision(Precision precision) {
  for (Weights& weights : directions_) weights.spec.precision = precision;
  packed_.assign(directions_.size(), {});
}

std::shared_ptr<const kernel::RecurrentKernel> Recurrent::packed(std::size_t direction, bool backward) const {
  const Weights& weights = directions_[direction];
  kernel::RecurrentSpec spec = weights.spec;
  if (backward) spec.precision = training_precision_;
  const auto data = [](const Parameter* parameter) {
    return parameter != nullptr ? parameter->value().data() : nullptr;
  };
  const kernel::RecurrentWeights now{data(weights.w), data(weights.u), data(weights.b), data(weights.d)};
  const std::scoped_lock lock(packing_);
  Packed& kept = packed_[direction];
  const bool fits = kept.kernel && kept.backward == backward && kept.precision == spec.precision;
  if (fits && kept.version == weights.version()) return kept.kernel;
  if (fits && kept.kernel.use_count() == 1) {
    std::atomic_thread_fence(std::memory_order_acquire);  // after whoever used it last
    kept.kernel->pack(now);
  } else {
    kept = {0, backward, spec.precision, kernel::RecurrentKernel::make(spec, now, backward)};
  }
  kept.version = weights.version();
  return kept.kernel;
}

RecurrentOutput Recurrent::operator()(const Sequence& x, std::span<const RecurrentState> initial) const {
  if (!initial.empty() && initial.size() != directions_.size()) {
    throw ArgumentError("recurrent: needs {} initial states, got {}", directions_.size(), initial.size());
  }
  Tape& tape = x.rows.tape();
  std::vector<Direction> directions;
  for (std::size_t i = 0; i < directions_.size(); ++i) {
    const Weights& weights = directions_[i];
    directions.push_back({.spec = weights.spec,
                          .w = tape.parameter(*weights.w),
                          .u = tape.parameter(*weights.u),
                          .b = tape.parameter(*weights.b),
                          .d = weights.d != nullptr ? tape.parameter(*weights.d) : Var{},
                          .initial = initial.empty() ? RecurrentState{} : initial[i],
                          .kernel = packed(i, tape.training())});
  }
  return recurrent(x, std::move(directions));
}

}  // namespace recura
