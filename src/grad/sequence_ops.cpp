#include "grad/sequence_ops.h"

#include <algorithm>

#include "base/error.h"
#include "kernel/embedding.h"
#include "kernel/pool.h"

namespace recura {
namespace {

Var pooled(const Sequence& x) { return x.rows.tape().output({x.packing->texts(), x.rows.shape().columns()}, {x.rows}); }

}  // namespace

Var embed(Var table, std::span<const std::int32_t> ids) {
  const Index rows = table.shape()[0];
  const auto outside = std::ranges::find_if(ids, [rows](std::int32_t id) { return id < 0 || id >= rows; });
  if (outside != ids.end()) throw ArgumentError("embed: an id must be in 0 … {}, got {}", rows - 1, *outside);
  Tape& tape = table.tape();
  const Var y = tape.output({static_cast<Index>(ids.size()), table.shape().columns()}, {table});
  kernel::gather_rows(table.value(), ids, y.value());
  auto* kept = tape.allocate<std::int32_t>(ids.size());
  std::ranges::copy(ids, kept);
  tape.record({y}, [&tape, table, y, kept_ids = std::span<const std::int32_t>(kept, ids.size())](Gradients& gradients) {
    const auto touched = kernel::touched_rows(kept_ids, table.shape()[0]);
    const auto count = static_cast<Index>(touched.rows.size());
    const TensorView dtable = gradients.allocate({count, table.shape().columns()});
    kernel::scatter_rows(gradients.of(y).values, touched, dtable, tape.executor());
    Index* rows_touched = gradients.allocate_rows(touched.rows.size());
    std::ranges::copy(touched.rows, rows_touched);
    gradients.add_rows(table, dtable, {rows_touched, touched.rows.size()});
  });
  return y;
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
