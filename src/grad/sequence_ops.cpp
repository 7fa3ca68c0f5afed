#include "grad/sequence_ops.h"

#include <algorithm>

#include "base/error.h"
#include "kernel/dropout.h"
#include "kernel/pool.h"

namespace recura {
namespace {

Var pooled(const Sequence& x) { return x.rows.tape().output({x.packing->texts(), x.rows.shape().columns()}, {x.rows}); }

}  // namespace

Sequence locked_dropout(const Sequence& x, double rate) {
  Tape& tape = x.rows.tape();
  if (!tape.training() || rate == 0) return x;
  if (!(rate > 0 && rate < 1)) throw ArgumentError("locked_dropout: the rate must be in [0, 1), got {}", rate);
  const kernel::DropoutMask mask{tape.next_rng().key(), rate};
  const Var y = tape.output(x.rows.shape(), {x.rows});
  kernel::dropout_columns_of_texts(x.rows.value(), *x.packing, mask, y.value(), tape.executor());
  tape.record({y}, [&tape, x, y, mask](Gradients& gradients) {
    const TensorView dx = gradients.allocate(y.shape());
    kernel::dropout_columns_of_texts(gradients.of(y).values, *x.packing, mask, dx, tape.executor());
    gradients.add(x.rows, dx);
  });
  return {y, x.packing};
}

Var last_over_time(const Sequence& x) {
  const Var y = pooled(x);
  kernel::last_rows(x.rows.value(), *x.packing, y.value());
  y.tape().record({y}, [x, y](Gradients& gradients) {
    const TensorView dx = gradients.allocate(x.rows.shape());
    kernel::last_rows_backward(gradients.of(y).values, *x.packing, dx);
    gradients.add(x.rows, dx);
  });
  return y;
}

Var mean_over_time(const Sequence& x) {
  const Var y = pooled(x);
  kernel::mean_rows(x.rows.value(), *x.packing, y.value(), y.tape().executor());
  y.tape().record({y}, [x, y](Gradients& gradients) {
    const TensorView dx = gradients.allocate(x.rows.shape());
    kernel::mean_rows_backward(gradients.of(y).values, *x.packing, dx, y.tape().executor());
    gradients.add(x.rows, dx);
  });
  return y;
}

Var max_over_time(const Sequence& x) {
  const Var y = pooled(x);
  auto* source = y.tape().allocate<std::int32_t>(static_cast<std::size_t>(y.shape().size()));
  kernel::max_rows(x.rows.value(), *x.packing, y.value(), source, y.tape().executor());
  y.tape().record({y}, [x, y, source](Gradients& gradients) {
    const TensorView dx = gradients.allocate(x.rows.shape());
    kernel::max_rows_backward(gradients.of(y).values, source, dx, y.tape().executor());
    gradients.add(x.rows, dx);
  });
  return y;
}

Var attention_over_time(const Sequence& x, Var scores, ConstTensorView* weights) {
  const Index rows = x.rows.shape().rows();
  if (scores.shape() != Shape{rows, 1})
    throw ArgumentError("attention_over_time: scores must be [{}, 1], got {}", rows, to_string(scores.shape()));
  Tape& tape = x.rows.tape();
  const Var y = tape.output({x.packing->texts(), x.rows.shape().columns()}, {x.rows, scores});
  const TensorView shares{tape.allocate<real>(static_cast<std::size_t>(rows)), {rows, 1}};
  kernel::attended_rows(x.rows.value(), scores.value(), *x.packing, shares, y.value(), tape.executor());
  if (weights != nullptr) *weights = shares;
  tape.record({y}, [&tape, x, scores, y, shares](Gradients& gradients) {
    const TensorView dx = gradients.allocate(x.rows.shape()), dscores = gradients.allocate(scores.shape());
    kernel::attended_rows_backward(x.rows.value(), shares, gradients.of(y).values, *x.packing, dx, dscores,
                                   tape.executor());
    gradients.add(x.rows, dx);
    gradients.add(scores, dscores);
  });
  return y;
}

}  // namespace recura
