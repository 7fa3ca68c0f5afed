#include <algorithm>
#include <array>

#include "base/error.h"
#include "grad/sequence_ops.h"
#include "kernel/parts.h"

namespace recura {
namespace {

using kernel::BackwardStage;

/// What one direction computed, kept for the way back.
struct Pass {
  Direction direction;
  Var last_h, last_c;
  kernel::RecurrentForward forward;
};

const real* data_of(Var var) { return var ? var.value().data : nullptr; }

const real* gradient_data(const Gradients& gradients, Var var) { return var ? gradients.of(var).values.data : nullptr; }

void check_shape(Var value, const Shape& expected, const char* name) {
  if (value && value.shape() != expected) {
    throw ArgumentError("recurrent: {} must be {}, got {}", name, to_string(expected), to_string(value.shape()));
  }
}

void check_shapes(const Sequence& x, const Direction& direction) {
  const kernel::RecurrentSpec& spec = direction.spec;
  const kernel::RecurrentShapes shapes = kernel::weight_shapes(spec);
  const Index texts = x.packing->texts();
  check_shape(x.rows, {x.packing->rows(), spec.input}, "x");
  check_shape(direction.w, shapes.w, "w");
  check_shape(direction.u, shapes.u, "u");
  check_shape(direction.b, shapes.b, "b");
  check_shape(direction.d, {spec.hidden}, "d");
  check_shape(direction.initial.h, {texts, spec.hidden}, "the initial h");
  check_shape(direction.initial.c, {texts, spec.hidden}, "the initial c");
}

Pass prepare(const Sequence& x, Direction direction, Var states, Index column) {
  Tape& tape = x.rows.tape();
  if (!direction.kernel) {
    const kernel::RecurrentWeights weights{data_of(direction.w), data_of(direction.u), data_of(direction.b),
                                           data_of(direction.d)};
    direction.kernel = kernel::RecurrentKernel::make(direction.spec, weights, tape.recording());
  }
  const Index hidden = direction.spec.hidden, texts = x.packing->texts();
  Pass pass{direction, tape.output({texts, hidden}, {states}), {}, {}};
  if (kernel::has_c(direction.spec.cell)) pass.last_c = tape.output({texts, hidden}, {states});
  pass.forward = {.packing = x.packing.get(),
                  .x = {x.rows.value().data, x.rows.shape().columns()},
                  .initial_h = data_of(direction.initial.h),
                  .initial_c = data_of(direction.initial.c),
                  .h = {states.value().data + column, states.shape().columns()},
                  .last_h = pass.last_h.value().data,
                  .last_c = pass.last_c ? pass.last_c.value().data : nullptr,
                  .saved = nullptr};
  if (tape.wanted(states)) {
    pass.forward.saved = tape.allocate<real>(static_cast<std::size_t>(direction.kernel->saved_size(*x.packing)));
  }
  return pass;
}

/// A place for the gradient of `var`, registered at once; the kernel fills it before anybody reads it.
real* claim(Tape& tape, Gradients& gradients, Var var, std::vector<std::pair<Var, TensorView>>& claimed) {
  if (!tape.wanted(var)) return nullptr;
  claimed.emplace_back(var, gradients.allocate(var.shape()));
  return claimed.back().second.data;
}

/// In how many parts to cut a pass of one direction.
int parts_of(const Pass& pass, const Executor& executor) {
  const kernel::RecurrentSpec& spec = pass.direction.spec;
  const Packing& packing = *pass.forward.packing;
  const kernel::RecurrentShapes shapes = kernel::weight_shapes(spec);
  return kernel::parts_for(packing.rows() * (shapes.w.size() + shapes.u.size()), executor);
}

/// The same for a walk through time, whose parts take whole texts, or units that see no other one. Where each direction
/// can have threads of its own its texts stay together: a step's product of more rows is the faster one.
int parts_in_time(const Pass& pass, int directions, const Executor& executor) {
  const int parts = parts_of(pass, executor);
  if (pass.direction.spec.cell == kernel::Cell::sru) return parts;
  const int threads = executor.threads(), most = threads % directions == 0 ? threads / directions : threads;
  return static_cast<int>(std::min<Index>(std::min(parts, most), std::max<Index>(pass.forward.packing->texts(), 1)));
}

void run_stage(Tape& tape, const std::vector<Pass>& passes, const std::vector<kernel::RecurrentBackward>& backward,
               BackwardStage stage) {
  const int directions = static_cast<int>(passes.size());
  const int parts = stage == BackwardStage::through_time ? parts_in_time(passes.front(), directions, tape.executor())
                                                         : parts_of(passes.front(), tape.executor());
  const auto run = [&](int direction, int part) {
    const auto index = static_cast<std::size_t>(direction);
    passes[index].direction.kernel->backward(backward[index], stage, part, parts);
  };
  if (stage == BackwardStage::input) {  // the second direction adds to what the first one wrote
    for (int direction = 0; direction < directions; ++direction) {
      tape.executor().run(parts, [&](int part) { run(direction, part); });
    }
    return;
  }
  tape.executor().run(directions * parts, [&](int index) { run(index % directions, index / directions); });
}

void go_back(Tape& tape, const Sequence& x, Var states, const std::vector<Pass>& passes, Gradients& gradients) {
  std::vector<std::pair<Var, TensorView>> claimed;
  std::vector<kernel::RecurrentBackward> backward;
  real* dx = claim(tape, gradients, x.rows, claimed);
  const real* dh = gradient_data(gradients, states);
  Index column = 0;
  for (const Pass& pass : passes) {
    const Direction& direction = pass.direction;
    const Index width = states.shape().columns();
    backward.push_back(
        {.packing = x.packing.get(),
         .x = pass.forward.x,
         .initial_h = pass.forward.initial_h,
         .initial_c = pass.forward.initial_c,
         .h = {pass.forward.h.data, width},
         .saved = pass.forward.saved,
         .dh = {dh != nullptr ? dh + column : nullptr, width},
         .dlast_h = gradient_data(gradients, pass.last_h),
         .dlast_c = gradient_data(gradients, pass.last_c),
         .dx = {dx, x.rows.shape().columns()},
         .add_to_dx = column > 0,
         .dinitial_h = claim(tape, gradients, direction.initial.h, claimed),
         .dinitial_c = claim(tape, gradients, direction.initial.c, claimed),
         .dweights = {claim(tape, gradients, direction.w, claimed), claim(tape, gradients, direction.u, claimed),
                      claim(tape, gradients, direction.b, claimed), claim(tape, gradients, direction.d, claimed)}});
    column += direction.spec.hidden;
  }
  run_stage(tape, passes, backward, BackwardStage::through_time);
  run_stage(tape, passes, backward, BackwardStage::weights);
  if (dx != nullptr) run_stage(tape, passes, backward, BackwardStage::input);
  for (const auto& [var, values] : claimed) gradients.add(var, values);
}

/// Steps of a piece: few enough that the layers soon all work, enough to pay for waiting for each other.
constexpr Index kPieceSteps = 16;

/// A piece of a lone text, which goes on from the state after the one before.
void read_piece(const Pass& pass, Index piece) {
  const Index first = piece * kPieceSteps;
  const Packing packing(std::array{std::min(kPieceSteps, pass.forward.packing->steps() - first)});
  kernel::RecurrentForward forward = pass.forward;
  forward.packing = &packing;
  forward.x.data = forward.x.row(first);
  forward.h.data = forward.h.row(first);
  if (first > 0) {
    forward.initial_h = forward.last_h;
    forward.initial_c = forward.last_c;
  }
  pass.direction.kernel->forward(forward, 0, 1);
}

}  // namespace

RecurrentOutput recurrent(const Sequence& x, std::vector<Direction> directions) {
  if (directions.empty()) throw ArgumentError("recurrent: needs a direction");
  Tape& tape = x.rows.tape();
  Index width = 0;
  Var reached = x.rows;
  for (const Direction& direction : directions) {
    check_shapes(x, direction);
    width += direction.spec.hidden;
    for (const Var input : {direction.w, direction.u, direction.b, direction.initial.h, direction.initial.c}) {
      if (tape.wanted(input)) reached = input;
    }
  }
  const Var states = tape.output({x.packing->rows(), width}, {reached});
  std::vector<Pass> passes;
  RecurrentOutput output{{states, x.packing}, {}};
  Index column = 0;
  for (Direction& direction : directions) {
    const Index hidden = direction.spec.hidden;
    passes.push_back(prepare(x, std::move(direction), states, column));
    output.last.push_back({passes.back().last_h, passes.back().last_c});
    column += hidden;
  }
  const int count = static_cast<int>(passes.size());
  const int parts = parts_in_time(passes.front(), count, tape.executor());
  tape.executor().run(count * parts, [&](int index) {
    const Pass& pass = passes[static_cast<std::size_t>(index % count)];
    pass.direction.kernel->forward(pass.forward, index / count, parts);
  });
  const auto second = count > 1 ? output.last[1] : RecurrentState{};
  tape.record({states, output.last[0].h, output.last[0].c, second.h, second.c},
              [&tape, x, states, passes](Gradients& gradients) { go_back(tape, x, states, passes, gradients); });
  return output;
}

std::vector<RecurrentOutput> recurrent_in_turn(const Sequence& x, std::vector<Direction> layers) {
  Tape& tape = x.rows.tape();
  if (tape.recording() || x.packing->texts() != 1)
    throw ArgumentError("recurrent: layers run in turn for one text on a tape that infers");
  std::vector<Pass> passes;
  std::vector<RecurrentOutput> outputs;
  Sequence read = x;
  for (Direction& layer : layers) {
    if (layer.spec.reverse) throw ArgumentError("recurrent: layers that run in turn read forward");
    check_shapes(read, layer);
    const Var states = tape.output({x.packing->rows(), layer.spec.hidden}, {});
    passes.push_back(prepare(read, std::move(layer), states, 0));
    read.rows = states;
    outputs.push_back({read, {{passes.back().last_h, passes.back().last_c}}});
  }
  const Index depth = std::ssize(passes),
              pieces = std::max<Index>((x.packing->steps() + kPieceSteps - 1) / kPieceSteps, 1);
  // In each round layer i has piece round - i.
  for (Index round = 0; round < pieces + depth - 1; ++round) {
    const Index first = std::max<Index>(round - pieces + 1, 0), last = std::min(round + 1, depth);
    tape.executor().run(static_cast<int>(last - first), [&](int part) {
      const Index layer = first + part;
      read_piece(passes[static_cast<std::size_t>(layer)], round - layer);
    });
  }
  return outputs;
}

}  // namespace recura
