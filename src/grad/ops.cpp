#include "grad/ops.h"

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "kernel/dropout.h"

namespace recura {

Var linear(Var x, Var w, Var b) {
  const Shape& ws = w.shape();
  if (ws.rank() != 2 || x.shape().columns() != ws[0] || (b && b.shape() != Shape{ws[1]})) {
    throw ArgumentError("linear: x {} does not fit w {} and b {}", to_string(x.shape()), to_string(ws),
                        b ? to_string(b.shape()) : "none");
  }
  Tape& tape = x.tape();
  const Var y = tape.output({x.shape().rows(), ws[1]}, {x, w, b});
  kernel::matmul(x.value(), w.value(), b ? b.value().data : nullptr, y.value(), tape.executor());
  tape.record({y}, [&tape, x, w, b, y](Gradients& gradients) {
    const TensorView dy = gradients.of(y).values;
    if (tape.wanted(x)) {
      const TensorView dx = gradients.allocate(x.shape());
      kernel::matmul_transposed_right(dy, w.value(), dx, tape.executor());
      gradients.add(x, dx);
    }
    if (tape.wanted(w)) {
      const TensorView dw = gradients.allocate(w.shape());
      kernel::matmul_transposed_left(x.value(), dy, dw, tape.executor());
      gradients.add(w, dw);
    }
    if (tape.wanted(b)) {
      const TensorView db = gradients.allocate(b.shape());
      kernel::sum_rows(dy, db.values());
      gradients.add(b, db);
    }
  });
  return y;
}

Var linear(Var x, const kernel::ColumnBlocks& w, Var b) {
  Tape& tape = x.tape();
  const Index columns = w.columns;
  if (x.shape().columns() != w.depth || (b && b.shape() != Shape{columns})) {
    throw ArgumentError("linear: x {} does not fit w [{}, {}] and b {}", to_string(x.shape()), w.depth, columns,
                        b ? to_string(b.shape()) : "none");
  }
  if (tape.recording()) throw ArgumentError("linear: weights laid out for inference have no gradient");
  const Var y = tape.output({x.shape().rows(), columns}, {x, b});
  kernel::matmul(x.value(), w, b ? b.value().data : nullptr, y.value(), tape.executor());
  return y;
}

Var activate(kernel::Activation activation, Var x) {
  if (activation == kernel::Activation::linear) return x;
  Tape& tape = x.tape();
  const Var y = tape.output(x.shape(), {x});
  kernel::activate(activation, x.value().values(), y.value().values());
  tape.record({y}, [activation, x, y](Gradients& gradients) {
    const TensorView dx = gradients.allocate(x.shape());
    kernel::activate_backward(activation, y.value().values(), gradients.of(y).values.values(), dx.values());
    gradients.add(x, dx);
  });
  return y;
}

Var dropout(Var x, double rate, DropoutUnit unit) {
  using Drop = void(ConstTensorView, const kernel::DropoutMask&, TensorView, Executor&);
  Tape& tape = x.tape();
  if (!tape.training() || rate == 0) return x;
  if (!(rate > 0 && rate < 1)) throw ArgumentError("dropout: the rate must be in [0, 1), got {}", rate);
  if (unit == DropoutUnit::column) throw ArgumentError("dropout: columns are of texts, not of rows alone");
  const kernel::DropoutMask mask{tape.next_rng().key(), rate};
  const auto drop = unit == DropoutUnit::row ? kernel::dropout_rows : static_cast<Drop*>(kernel::dropout);
  const Var y = tape.output(x.shape(), {x});
  drop(x.value(), mask, y.value(), tape.executor());
  tape.record({y}, [&tape, x, y, mask, drop](Gradients& gradients) {
    const TensorView dx = gradients.allocate(x.shape());
    drop(gradients.of(y).values, mask, dx, tape.executor());
    gradients.add(x, dx);
  });
  return y;
}

Var concat_columns(std::span<const Var> parts) {
  if (parts.empty()) throw ArgumentError("concat_columns: needs at least one part");
  if (parts.size() == 1) return parts.front();
  const Index rows = parts.front().shape().rows();
  Index columns = 0;
  for (const Var part : parts) {
    if (part.shape().rows() != rows) {
      throw ArgumentError("concat_columns: all parts must have {} rows, got {}", rows, to_string(part.shape()));
    }
    columns += part.shape().columns();
  }
  Tape& tape = parts.front().tape();
  Var wanted = parts.front();
  for (const Var part : parts) wanted = tape.wanted(part) ? part : wanted;
  const Var y = tape.output({rows, columns}, {wanted});
  Index start = 0;
  for (const Var part : parts) {
    for (Index row = 0; row < rows; ++row) {
      std::copy_n(part.value().row(row), part.shape().columns(), y.value().row(row) + start);
    }
    start += part.shape().columns();
  }
  tape.record({y}, [&tape, y, kept = std::vector<Var>(parts.begin(), parts.end())](Gradients& gradients) {
    const TensorView dy = gradients.of(y).values;
    Index from = 0;
    for (const Var part : kept) {
      const Index width = part.shape().columns();
      if (tape.wanted(part)) {
        const TensorView dx = gradients.allocate(part.shape());
        for (Index row = 0; row < dy.shape.rows(); ++row) std::copy_n(dy.row(row) + from, width, dx.row(row));
        gradients.add(part, dx);
      }
      from += width;
    }
  });
  return y;
}

Var take_columns(Var x, Index begin, Index count) {
  const Index rows = x.shape().rows(), columns = x.shape().columns();
  if (begin < 0 || count < 1 || begin > columns - count)
    throw ArgumentError("take_columns: {} from {} on are not in {}", count, begin, to_string(x.shape()));
  if (count == columns) return x;
  Tape& tape = x.tape();
  const Var y = tape.output({rows, count}, {x});
  for (Index row = 0; row < rows; ++row) std::copy_n(x.value().row(row) + begin, count, y.value().row(row));
  tape.record({y}, [x, y, begin, count](Gradients& gradients) {
    const TensorView dy = gradients.of(y).values, dx = gradients.zeros(x.shape());
    for (Index row = 0; row < dy.shape.rows(); ++row) std::copy_n(dy.row(row), count, dx.row(row) + begin);
    gradients.add(x, dx);
  });
  return y;
}

Var add(Var x, Var y) {
  if (x.shape() != y.shape())
    throw ArgumentError("add: shapes differ, {} and {}", to_string(x.shape()), to_string(y.shape()));
  Tape& tape = x.tape();
  const Var z = tape.output(x.shape(), {x, y});
  for (Index i = 0; i < x.shape().size(); ++i) z.value().data[i] = x.value().data[i] + y.value().data[i];
  tape.record({z}, [&tape, x, y, z](Gradients& gradients) {
    for (const Var input : {x, y}) {
      if (!tape.wanted(input)) continue;
      const TensorView dx = gradients.allocate(z.shape());  // a copy for each: `add` takes it over
      std::ranges::copy(gradients.of(z).values.values(), dx.data);
      gradients.add(input, dx);
    }
  });
  return z;
}

Var weighted_sum(Var x, std::span<const real> weights) {
  if (static_cast<Index>(weights.size()) != x.shape().size()) {
    throw ArgumentError("weighted_sum: {} needs {} weights, got {}", to_string(x.shape()), x.shape().size(),
                        weights.size());
  }
  Tape& tape = x.tape();
  const Var y = tape.output({}, {x});
  double sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += static_cast<double>(x.value().data[i]) * weights[i];
  y.value().data[0] = static_cast<real>(sum);
  tape.record({y}, [x, y, kept = std::vector<real>(weights.begin(), weights.end())](Gradients& gradients) {
    const TensorView dx = gradients.allocate(x.shape());
    for (std::size_t i = 0; i < kept.size(); ++i) dx.data[i] = gradients.of(y).values.data[0] * kept[i];
    gradients.add(x, dx);
  });
  return y;
}

}  // namespace recura
