#include "train/optimiser.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "kernel/optimise.h"
#include "train/run_state.h"

namespace recura {
namespace {

// A piece of a weight that one thread changes. Every element is on its own, so pieces cannot change a result.
constexpr Index kPiece = Index{1} << 14;

/// Calls work(first, count, g) over all rows of a weight: g is their gradient, or null where it is zero.
template <typename Work>
void over_rows(const Parameter& parameter, const Gradient& gradient, Executor& executor, Work work) {
  const Shape& shape = parameter.value().shape();
  const Index columns = std::max<Index>(shape.columns(), 1), rows = shape.size() / columns;
  const Index per_piece = std::max<Index>(1, kPiece / columns);
  executor.run(static_cast<int>((rows + per_piece - 1) / per_piece), [&](int piece) {
    const Index begin = piece * per_piece, end = std::min(rows, begin + per_piece);
    if (!gradient.sparse()) {
      const real* g = gradient ? gradient.values.data + begin * columns : nullptr;
      work(begin * columns, (end - begin) * columns, g);
      return;
    }
    auto touched = std::ranges::lower_bound(gradient.rows, begin);
    for (Index row = begin; row < end;) {
      const bool here = touched != gradient.rows.end() && *touched == row;
      const Index next = here || touched == gradient.rows.end() ? (here ? row + 1 : end) : std::min(end, *touched);
      const real* g = here ? gradient.values.row(touched - gradient.rows.begin()) : nullptr;
      work(row * columns, (next - row) * columns, g);
      if (here) ++touched;
      row = next;
    }
  });
}

std::span<real> piece_of(Tensor& tensor, Index first, Index count) {
  return tensor.values().subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
}

std::span<const real> piece_of(const real* data, Index count) { return {data, static_cast<std::size_t>(count)}; }

GradientNorms global_norms(const Gradients& gradients, const std::unordered_set<const Parameter*>& moving,
                           Executor& executor) {
  const auto all = gradients.of_parameters();
  std::vector<double> sums(all.size());
  executor.run(static_cast<int>(all.size()), [&](int index) {
    const auto i = static_cast<std::size_t>(index);
    sums[i] = kernel::sum_of_squares(all[i].values.values());
  });
  GradientNorms norms;
  for (std::size_t i = 0; i < all.size(); ++i) {
    norms.all += sums[i];
    if (moving.contains(gradients.parameters()[i])) norms.moving += sums[i];
  }
  return {std::sqrt(norms.all), std::sqrt(norms.moving)};
}

}  // namespace

GradientNorms clip_global_norm(Gradients& gradients, double limit, const std::unordered_set<const Parameter*>& moving,
                               Executor& executor) {
  if (!(limit > 0)) throw ArgumentError("clip_global_norm: the limit must be positive, got {}", limit);
  const GradientNorms norms = global_norms(gradients, moving, executor);
  if (!(norms.moving > limit)) return norms;
  const auto scale = static_cast<real>(limit / norms.moving);
  const auto all = gradients.of_parameters();
  executor.run(static_cast<int>(all.size()), [&](int index) {
    for (real& value : all[static_cast<std::size_t>(index)].values.values()) value *= scale;
  });
  return norms;
}

void clip_value(Gradients& gradients, double limit) {
  if (!(limit > 0)) throw ArgumentError("clip_value: the limit must be positive, got {}", limit);
  const auto bound = static_cast<real>(limit);
  for (const Gradient& gradient : gradients.of_parameters()) {
    for (real& value : gradient.values.values()) value = std::clamp(value, -bound, bound);
  }
}

Tensor& Optimiser::kept(const Parameter& parameter, std::size_t index) {
  std::vector<Tensor>& all = kept_[&parameter];
  while (all.size() < names_.size()) all.emplace_back(parameter.value().shape());
  return all[index];
}

void Optimiser::visit(RunState& state, std::span<Parameter* const> parameters) {
  state.value("optimiser.steps", steps_);
  for (const Parameter* parameter : parameters) {
    for (std::size_t i = 0; i < names_.size(); ++i)
      state.tensor(fmt::format("{}.{}", names_[i], parameter->name()), kept(*parameter, i));
  }
}

Sgd::Sgd(double momentum)
    : Optimiser(momentum != 0 ? std::vector<std::string>{"velocity"} : std::vector<std::string>{}),
      momentum_(momentum) {
  if (!(momentum >= 0 && momentum < 1)) throw ArgumentError("sgd: momentum must be in [0, 1), got {}", momentum);
}

void Sgd::step(std::span<Parameter* const> parameters, const Gradients& gradients, double rate, Executor& executor) {
  static const std::vector<real> zeros(static_cast<std::size_t>(kPiece), real{0});
  for (Parameter* parameter : parameters) {
    const Gradient gradient = gradients.of(*parameter);
    const double share = share_of(*parameter);
    if (share == 0 || (momentum_ == 0 && !gradient)) continue;
    Tensor* velocity = momentum_ != 0 ? &kept(*parameter, 0) : nullptr;
    Tensor& value = parameter->change();
    over_rows(*parameter, gradient, executor, [&](Index first, Index count, const real* g) {
      if (!velocity && g == nullptr) return;
      for (Index done = 0; done < count; done += kPiece) {
        const Index size = std::min(kPiece, count - done);
        kernel::sgd_step(piece_of(value, first + done, size), piece_of(g != nullptr ? g + done : zeros.data(), size),
                         velocity ? piece_of(*velocity, first + done, size) : std::span<real>(),
                         static_cast<real>(rate * share), static_cast<real>(momentum_));
      }
    });
  }
}

Adam::Adam(const AdamOptions& options) : Optimiser({"m", "v"}), options_(options) {
  const auto is_decay = [](double beta) { return beta >= 0 && beta < 1; };
  if (!is_decay(options.beta1) || !is_decay(options.beta2) || !(options.epsilon > 0)) {
    throw ArgumentError("adam: betas must be in [0, 1) and epsilon positive, got {}, {}, {}", options.beta1,
                        options.beta2, options.epsilon);
  }
}

void Adam::step(std::span<Parameter* const> parameters, const Gradients& gradients, double rate, Executor& executor) {
  ++steps_;
  const double root = std::sqrt(1 - std::pow(options_.beta2, static_cast<double>(steps_)));
  const kernel::AdamStep whole{
      static_cast<real>(rate * root / (1 - std::pow(options_.beta1, static_cast<double>(steps_)))),
      static_cast<real>(options_.beta1), static_cast<real>(options_.beta2),
      static_cast<real>(options_.epsilon * (options_.epsilon_hat ? 1 : root))};
  for (Parameter* parameter : parameters) {
    Tensor &first_moment = kept(*parameter, 0), &second_moment = kept(*parameter, 1);
    const Gradient gradient = gradients.of(*parameter);
    if (options_.lazy && !gradient) continue;
    kernel::AdamStep step = whole;  // of a share of 0 too, for the moments: else its first step would be a leap
    step.rate *= static_cast<real>(share_of(*parameter));
    Tensor& value = parameter->change();
    over_rows(*parameter, gradient, executor, [&](Index first, Index count, const real* g) {
      const auto p = piece_of(value, first, count), m = piece_of(first_moment, first, count),
                 v = piece_of(second_moment, first, count);
      if (g != nullptr) {
        kernel::adam_step(p, piece_of(g, count), m, v, step);
      } else if (!options_.lazy) {
        kernel::adam_step_without_gradient(p, m, v, step);
      }
    });
  }
}

AdamW::AdamW(double decay, const AdamOptions& options) : Adam(options), decay_(decay) {
  if (!(decay >= 0 && std::isfinite(decay)))
    throw ArgumentError("adamw: the decay must not be negative, got {}", decay);
}

void AdamW::step(std::span<Parameter* const> parameters, const Gradients& gradients, double rate, Executor& executor) {
  for (Parameter* parameter : parameters) {
    const double share = share_of(*parameter);
    if (share == 0) continue;
    const auto kept = static_cast<real>(1 - rate * share * decay_);
    Tensor& value = parameter->change();
    over_rows(*parameter, {}, executor, [&](Index first, Index count, const real*) {
      for (real& x : piece_of(value, first, count)) x *= kept;
    });
  }
  Adam::step(parameters, gradients, rate, executor);
}

RmsProp::RmsProp(double decay, double epsilon) : Optimiser({"v"}), decay_(decay), epsilon_(epsilon) {
  if (!(decay >= 0 && decay < 1 && epsilon > 0))
    throw ArgumentError("rmsprop: the decay must be in [0, 1) and epsilon positive, got {} and {}", decay, epsilon);
}

/// Adam whose first moment forgets at once, without its corrections.
void RmsProp::step(std::span<Parameter* const> parameters, const Gradients& gradients, double rate,
                   Executor& executor) {
  for (Parameter* parameter : parameters) {
    const double share = share_of(*parameter);
    if (share == 0) continue;
    const kernel::AdamStep step{static_cast<real>(rate * share), 0, static_cast<real>(decay_),
                                static_cast<real>(epsilon_)};
    Tensor &value = parameter->change(), &squares = kept(*parameter, 0);
    over_rows(*parameter, gradients.of(*parameter), executor, [&](Index first, Index count, const real* g) {
      std::vector<real> moment(static_cast<std::size_t>(count));
      const auto p = piece_of(value, first, count), v = piece_of(squares, first, count);
      if (g != nullptr) {
        kernel::adam_step(p, piece_of(g, count), moment, v, step);
      } else {
        kernel::adam_step_without_gradient(p, moment, v, step);
      }
    });
  }
}

}  // namespace recura
