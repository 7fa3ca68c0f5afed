#include "grad/sequence_ops.h"

#include <algorithm>
#include <string_view>

#include "base/error.h"
#include "kernel/dropout.h"
#include "kernel/embedding.h"
#include "kernel/pool.h"

namespace recura {
namespace {

Var pooled(const Sequence& x) { return x.rows.tape().output({x.packing->texts(), x.rows.shape().columns()}, {x.rows}); }

void check_rows(std::string_view what, std::span<const std::int32_t> rows, Index count) {
  const auto outside = std::ranges::find_if(rows, [count](std::int32_t row) { return row < 0 || row >= count; });
  if (outside != rows.end()) throw ArgumentError("{} must be in 0 … {}, got {}", what, count - 1, *outside);
}

std::span<const std::int32_t> kept(Tape& tape, std::span<const std::int32_t> values) {
  auto* copy = tape.allocate<std::int32_t>(values.size());
  std::ranges::copy(values, copy);
  return {copy, values.size()};
}

/// Adds to the gradient of `table` what dy [N, D] gives to the touched rows.
void add_touched(Gradients& gradients, Var table, ConstTensorView dy, const kernel::TouchedRows& touched,
                 Executor& executor) {
  const TensorView dtable = gradients.allocate({static_cast<Index>(touched.rows.size()), table.shape().columns()});
  kernel::scatter_rows(dy, touched, dtable, executor);
  Index* rows = gradients.allocate_rows(touched.rows.size());
  std::ranges::copy(touched.rows, rows);
  gradients.add_rows(table, dtable, {rows, touched.rows.size()});
}

}  // namespace

Var embed(Var table, std::span<const std::int32_t> ids) {
  check_rows("embed: an id", ids, table.shape()[0]);
  Tape& tape = table.tape();
  const Var y = tape.output({static_cast<Index>(ids.size()), table.shape().columns()}, {table});
  kernel::gather_rows(table.value(), ids, y.value());
  tape.record({y}, [&tape, table, y, own_ids = kept(tape, ids)](Gradients& gradients) {
    const auto touched = kernel::touched_rows(own_ids, table.shape()[0]);
    add_touched(gradients, table, gradients.of(y).values, touched, tape.executor());
  });
  return y;
}

Var embed_bags(Var table, std::span<const std::int32_t> ids, std::span<const std::int32_t> ends) {
  check_rows("embed_bags: an id", ids, table.shape()[0]);
  const bool rising = std::ranges::is_sorted(ends) && (ends.empty() || ends.front() >= 0);
  if (const std::size_t last = ends.empty() ? 0 : static_cast<std::size_t>(ends.back());
      !rising || last != ids.size()) {
    throw ArgumentError("embed_bags: the ends must rise to {}, the number of ids, got {} as the last of {}", ids.size(),
                        ends.empty() ? 0 : ends.back(), ends.size());
  }
  Tape& tape = table.tape();
  const Var y = tape.output({static_cast<Index>(ends.size()), table.shape().columns()}, {table});
  kernel::mean_of_bags(table.value(), ids, ends, y.value(), tape.executor());
  tape.record({y}, [&tape, table, y, own_ids = kept(tape, ids), own_ends = kept(tape, ends)](Gradients& gradients) {
    const TensorView shares = gradients.allocate(y.shape());
    for (Index bag = 0; bag < y.shape()[0]; ++bag) {
      const auto at = static_cast<std::size_t>(bag);
      const std::int32_t size = own_ends[at] - (bag == 0 ? 0 : own_ends[at - 1]);
      const real* dy = gradients.of(y).values.row(bag);
      const real share = real{1} / static_cast<real>(std::max(size, 1));
      for (Index j = 0; j < y.shape()[1]; ++j) shares.row(bag)[j] = share * dy[j];
    }
    const auto touched = kernel::touched_rows_of_bags(own_ids, own_ends, table.shape()[0]);
    add_touched(gradients, table, shares, touched, tape.executor());
  });
  return y;
}

Var take_rows(Var x, std::span<const std::int32_t> rows) {
  check_rows("take_rows: a row", rows, x.shape().rows());
  Tape& tape = x.tape();
  const Index columns = x.shape().columns();
  const Var y = tape.output({static_cast<Index>(rows.size()), columns}, {x});
  kernel::gather_rows(x.value(), rows, y.value());
  tape.record({y}, [x, y, columns, own_rows = kept(tape, rows)](Gradients& gradients) {
    const TensorView dx = gradients.zeros(x.shape());
    for (std::size_t n = 0; n < own_rows.size(); ++n) {
      const real* dy = gradients.of(y).values.row(static_cast<Index>(n));
      for (Index j = 0; j < columns; ++j) dx.row(own_rows[n])[j] += dy[j];
    }
    gradients.add(x, dx);
  });
  return y;
}

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

}  // namespace recura
