#include "kernel/embedding.h"

#include <algorithm>

namespace recura::kernel {

void gather_rows(ConstTensorView table, std::span<const std::int32_t> ids, TensorView y) {
  const Index columns = table.shape.columns();
  for (std::size_t n = 0; n < ids.size(); ++n) {
    std::copy_n(table.row(ids[n]), columns, y.row(static_cast<Index>(n)));
  }
}

TouchedRows touched_rows(std::span<const std::int32_t> ids, Index table_rows) {
  std::vector<Index> counts(static_cast<std::size_t>(table_rows), 0);
  for (const std::int32_t id : ids) ++counts[static_cast<std::size_t>(id)];
  TouchedRows touched;
  touched.starts.push_back(0);
  for (std::size_t row = 0; row < counts.size(); ++row) {
    if (counts[row] == 0) continue;
    touched.rows.push_back(static_cast<Index>(row));
    touched.starts.push_back(touched.starts.back() + counts[row]);
    counts[row] = touched.starts[touched.starts.size() - 2];  // from now on: where the next place goes
  }
  touched.places.resize(ids.size());
  for (std::size_t n = 0; n < ids.size(); ++n) {
    touched.places[static_cast<std::size_t>(counts[static_cast<std::size_t>(ids[n])]++)] = static_cast<std::int32_t>(n);
  }
  return touched;
}

void scatter_rows(ConstTensorView dy, const TouchedRows& touched, TensorView dtable, Executor& executor) {
  const auto rows = static_cast<Index>(touched.rows.size());
  const Index columns = dy.shape.columns();
  const int parts = executor.threads();
  executor.run(parts, [&](int part) {
    for (Index r = rows * part / parts; r < rows * (part + 1) / parts; ++r) {
      real* sum = dtable.row(r);
      std::fill_n(sum, columns, real{0});
      for (Index p = touched.starts[static_cast<std::size_t>(r)]; p < touched.starts[static_cast<std::size_t>(r) + 1];
           ++p) {
        const real* more = dy.row(touched.places[static_cast<std::size_t>(p)]);
        for (Index j = 0; j < columns; ++j) sum[j] += more[j];
      }
    }
  });
}

}  // namespace recura::kernel
