#include "kernel/pool.h"

#include <algorithm>

namespace recura::kernel {
namespace {

/// Calls visit(text, row) for every packed row, step by step.
template <typename Visit>
void for_each_row(const Packing& packing, Visit visit) {
  for (Index step = 0; step < packing.steps(); ++step) {
    for (Index rank = 0; rank < packing.active(step); ++rank) {
      visit(packing.order()[static_cast<std::size_t>(rank)], packing.offset(step) + rank);
    }
  }
}

}  // namespace

void last_rows(ConstTensorView x, const Packing& packing, TensorView y) {
  std::ranges::fill(y.values(), real{0});
  for (Index text = 0; text < packing.texts(); ++text) {
    const Index length = packing.length(text);
    if (length > 0) std::copy_n(x.row(packing.row(text, length - 1)), x.shape.columns(), y.row(text));
  }
}

void last_rows_backward(ConstTensorView dy, const Packing& packing, TensorView dx) {
  std::ranges::fill(dx.values(), real{0});
  for (Index text = 0; text < packing.texts(); ++text) {
    const Index length = packing.length(text);
    if (length > 0) std::copy_n(dy.row(text), dy.shape.columns(), dx.row(packing.row(text, length - 1)));
  }
}

void mean_rows(ConstTensorView x, const Packing& packing, TensorView y) {
  const Index columns = x.shape.columns();
  std::ranges::fill(y.values(), real{0});
  for_each_row(packing, [&](Index text, Index row) {
    for (Index j = 0; j < columns; ++j) y.row(text)[j] += x.row(row)[j];
  });
  for (Index text = 0; text < packing.texts(); ++text) {
    const auto length = static_cast<real>(std::max<Index>(packing.length(text), 1));
    for (Index j = 0; j < columns; ++j) y.row(text)[j] /= length;
  }
}

void mean_rows_backward(ConstTensorView dy, const Packing& packing, TensorView dx) {
  const Index columns = dy.shape.columns();
  for_each_row(packing, [&](Index text, Index row) {
    const auto length = static_cast<real>(packing.length(text));
    for (Index j = 0; j < columns; ++j) dx.row(row)[j] = dy.row(text)[j] / length;
  });
}

void max_rows(ConstTensorView x, const Packing& packing, TensorView y, std::int32_t* source) {
  const Index columns = x.shape.columns();
  std::ranges::fill(y.values(), real{0});
  std::fill_n(source, y.shape.size(), -1);
  for_each_row(packing, [&](Index text, Index row) {
    real* best = y.row(text);
    std::int32_t* from = source + text * columns;
    for (Index j = 0; j < columns; ++j) {
      const real value = x.row(row)[j];
      // Written so that a NaN wins and stays: it must reach the loss and be seen there.
      const bool better = from[j] < 0 || !(value <= best[j]);
      best[j] = better ? value : best[j];
      from[j] = better ? static_cast<std::int32_t>(row) : from[j];
    }
  });
}

void max_rows_backward(ConstTensorView dy, const std::int32_t* source, TensorView dx) {
  const Index columns = dy.shape.columns();
  std::ranges::fill(dx.values(), real{0});
  for (Index i = 0; i < dy.shape.size(); ++i) {
    if (source[i] >= 0) dx.row(source[i])[i % columns] += dy.data[i];
  }
}

}  // namespace recura::kernel
