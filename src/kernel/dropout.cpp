#include "kernel/dropout.h"

#include <vector>

#include "kernel/level.h"
#include "kernel/parts.h"

namespace recura::kernel {

void dropout(std::span<const real> x, const DropoutMask& mask, Index first, std::span<real> y) {
  level().dropout(x, mask, first, y);
}

void dropout(ConstTensorView x, const DropoutMask& mask, TensorView y, Executor& executor) {
  for_pieces(x.shape.size(), executor, [&](Range piece) {
    const auto begin = static_cast<std::size_t>(piece.begin), count = static_cast<std::size_t>(piece.size());
    dropout(x.values().subspan(begin, count), mask, piece.begin, y.values().subspan(begin, count));
  });
}

void dropout_rows(ConstTensorView x, const DropoutMask& mask, TensorView y, Executor& executor) {
  const Index columns = x.shape.columns();
  std::vector<real> factors(static_cast<std::size_t>(x.shape.rows()), real{1});
  dropout(factors, mask, 0, factors);
  for_pieces(x.shape.rows(), columns, executor, [&](Range rows) {
    for (Index row = rows.begin; row < rows.end; ++row) {
      const real factor = factors[static_cast<std::size_t>(row)];
      for (Index j = 0; j < columns; ++j) y.row(row)[j] = factor * x.row(row)[j];
    }
  });
}

void dropout_columns_of_texts(ConstTensorView x, const Packing& packing, const DropoutMask& mask, TensorView y,
                              Executor& executor) {
  const Index columns = x.shape.columns();
  const auto size = static_cast<std::size_t>(packing.texts() * columns);
  std::vector<real> factors(size, real{1});
  dropout({factors.data(), {packing.texts(), columns}}, mask, {factors.data(), {packing.texts(), columns}}, executor);
  for_pieces(packing.rows(), columns, executor, [&](Range rows) {
    Index step = packing.step_of(rows.begin);
    for (Index row = rows.begin; row < rows.end; ++row) {
      if (row == packing.offset(step + 1)) ++step;
      const Index text = packing.order()[static_cast<std::size_t>(row - packing.offset(step))];
      const real *factor = factors.data() + text * columns, *from = x.row(row);
      real* to = y.row(row);
      for (Index j = 0; j < columns; ++j) to[j] = factor[j] * from[j];
    }
  });
}

}  // namespace recura::kernel
