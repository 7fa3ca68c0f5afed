#include "layer/recurrent.h"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "base/error.h"
#include "grad/ops.h"
#include "layer/initialise.h"

namespace recura {
namespace {

/// What the weights of one direction start at; d is empty where there is none.
struct Start {
  Tensor w, u, b, d;
};

Shape shape_of_d(const kernel::RecurrentSpec& spec) {
  return {spec.cell == kernel::Cell::gru && spec.reset_after ? spec.hidden : 0};
}

Start keras_start(const kernel::RecurrentSpec& spec, Rng* rng) {
  const kernel::RecurrentShapes shapes = kernel::weight_shapes(spec);
  Start start{glorot_matrix(shapes.w, rng), orthogonal_matrix(spec.hidden, shapes.u.columns(), rng),
              zeros(shapes.b, rng), zeros(shape_of_d(spec), rng)};
  if (rng != nullptr && spec.cell == kernel::Cell::lstm)
    std::fill_n(start.b.data() + spec.hidden, spec.hidden, real{1});
  return start;
}

Start pytorch_start(const kernel::RecurrentSpec& spec, Rng* rng) {
  const kernel::RecurrentShapes shapes = kernel::weight_shapes(spec);
  const double limit = 1 / std::sqrt(static_cast<double>(spec.hidden));
  return {uniform_matrix(shapes.w, limit, rng), uniform_matrix(shapes.u, limit, rng),
          uniform_matrix(shapes.b, limit, rng), uniform_matrix(shape_of_d(spec), limit, rng)};
}

Start sru_start(const kernel::RecurrentSpec& spec, Rng* rng) {
  const kernel::RecurrentShapes shapes = kernel::weight_shapes(spec);
  const auto limit = [](double variance) { return std::sqrt(3 * variance); };
  Start start{uniform_matrix(shapes.w, limit(1 / static_cast<double>(spec.input)), rng),
              uniform_matrix(shapes.u, limit(0.5), rng), zeros(shapes.b, rng), zeros(shape_of_d(spec), rng)};
  for (Index k = 0; rng != nullptr && k < spec.input; ++k) {
    for (Index j = spec.hidden; j < 3 * spec.hidden; ++j) start.w.row(k)[j] *= static_cast<real>(std::sqrt(0.5));
  }
  return start;
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
  if (!(options.recurrent_dropout >= 0 && options.recurrent_dropout < 1))
    throw ArgumentError("recurrent: the dropout must be in [0, 1), got {}", options.recurrent_dropout);
  if (spec.truncate < 0) throw ArgumentError("recurrent: truncate must not be negative, got {}", spec.truncate);
  add_direction(options.bidirectional ? "forward." : "", false, rng);
  if (options.bidirectional) add_direction("backward.", true, rng);
  packed_.resize(directions_.size());
}

void Recurrent::add_direction(const std::string& prefix, bool reverse, Rng* rng) {
  kernel::RecurrentSpec spec = options_.spec;
  spec.reverse = reverse;
  const auto draw = spec.cell == kernel::Cell::sru          ? sru_start
                    : options_.init == RecurrentInit::keras ? keras_start
                                                            : pytorch_start;
  Start start = draw(spec, rng);
  Weights weights{spec, nullptr, nullptr, nullptr, nullptr};
  weights.w = &add_parameter(prefix + "w", std::move(start.w));
  weights.u = &add_parameter(prefix + "u", std::move(start.u));
  weights.b = &add_parameter(prefix + "b", std::move(start.b));
  if (start.d.size() > 0) weights.d = &add_parameter(prefix + "d", std::move(start.d));
  directions_.push_back(weights);
}

void Recurrent::set_precision(Precision precision) {
  Module::set_precision(precision);
  for (Weights& weights : directions_) weights.spec.precision = precision;
  packed_.assign(directions_.size(), {});
}

std::shared_ptr<const kernel::RecurrentKernel> Recurrent::packed(std::size_t direction, const Tape& tape, Var u) const {
  const Weights& weights = directions_[direction];
  const bool backward = tape.recording(), dropped = drops(tape);
  kernel::RecurrentSpec spec = weights.spec;
  if (backward) spec.precision = training_precision_;
  const auto data = [](const Parameter* parameter) {
    return parameter != nullptr ? parameter->value().data() : nullptr;
  };
  const kernel::RecurrentWeights now{data(weights.w), u.value().data, data(weights.b), data(weights.d)};
  const std::scoped_lock lock(packing_[direction]);
  Packed& kept = packed_[direction];
  const bool fits = kept.kernel && kept.backward == backward && kept.precision == spec.precision;
  if (fits && !dropped && kept.version == weights.version()) return kept.kernel;
  if (fits && kept.kernel.use_count() == 1) {
    std::atomic_thread_fence(std::memory_order_acquire);  // after whoever used it last
    kept.kernel->pack(now);
  } else {
    kept = {{}, backward, spec.precision, kernel::RecurrentKernel::make(spec, now, backward)};
  }
  kept.version = dropped ? std::nullopt : std::optional(weights.version());
  return kept.kernel;
}

RecurrentOutput Recurrent::operator()(const Sequence& x, std::span<const RecurrentState> initial) const {
  if (!initial.empty() && initial.size() != directions_.size()) {
    throw ArgumentError("recurrent: needs {} initial states, got {}", directions_.size(), initial.size());
  }
  Tape& tape = x.rows.tape();
  std::vector<Direction> directions;
  for (std::size_t i = 0; i < directions_.size(); ++i)
    directions.push_back(direction(tape, i, initial.empty() ? RecurrentState{} : initial[i]));
  tape.executor().run(static_cast<int>(directions.size()), [&](int part) {
    const auto i = static_cast<std::size_t>(part);
    directions[i].kernel = packed(i, tape, directions[i].u);
  });
  return recurrent(x, std::move(directions));
}

std::vector<RecurrentOutput> Recurrent::in_turn(std::span<const Recurrent* const> layers, const Sequence& x) {
  Tape& tape = x.rows.tape();
  std::vector<Direction> directions;
  for (const Recurrent* const layer : layers) {
    directions.push_back(layer->direction(tape, 0, {}));
    directions.back().kernel = layer->packed(0, tape, directions.back().u);
  }
  return recurrent_in_turn(x, std::move(directions));
}

Direction Recurrent::direction(Tape& tape, std::size_t index, const RecurrentState& initial) const {
  const Weights& weights = directions_[index];
  return {
      .spec = weights.spec,
      .w = tape.parameter(*weights.w),
      .u = drops(tape) ? dropout(tape.parameter(*weights.u), options_.recurrent_dropout) : tape.parameter(*weights.u),
      .b = tape.parameter(*weights.b),
      .d = weights.d != nullptr ? tape.parameter(*weights.d) : Var{},
      .initial = initial,
      .kernel = nullptr};
}

}  // namespace recura
