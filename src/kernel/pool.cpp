#include "kernel/pool.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "kernel/log_sum.h"
#include "kernel/parts.h"

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

/// Calls work(columns) for shares of the columns of a tensor, each on a thread.
template <typename Work>
void for_columns(const Shape& shape, Executor& executor, const Work& work) {
  constexpr Index kLeastWork = 1 << 15;
  const int parts = static_cast<int>(std::clamp<Index>(shape.size() / kLeastWork, 1, executor.threads()));
  executor.run(parts, [&](int part) { work(share(shape.columns(), part, parts)); });
}

void fill_columns(TensorView x, Range columns) {
  for (Index row = 0; row < x.shape.rows(); ++row) std::fill_n(x.row(row) + columns.begin, columns.size(), real{0});
}

// Their arguments do not overlap, which lets the compiler make vectors of these loops.

void add(const real* __restrict x, Index count, real* __restrict sum) {
  for (Index j = 0; j < count; ++j) sum[j] += x[j];
}

/// `from` is -1 where nothing was kept yet.
void keep_larger(const real* __restrict x, Index count, std::int32_t row, real* __restrict best,
                 std::int32_t* __restrict from) {
  for (Index j = 0; j < count; ++j) {
    // Written so that a NaN wins and stays: it must reach the loss and be seen there.
    const bool better = (from[j] < 0) | !(x[j] <= best[j]);
    best[j] = better ? x[j] : best[j];
    from[j] = better ? row : from[j];
  }
}

/// Calls work(text) for every text, spread over the threads; `width` elements belong to a row.
template <typename Work>
void for_texts(const Packing& packing, Index width, Executor& executor, const Work& work) {
  const Index texts = packing.texts();
  for_pieces(texts, packing.rows() * width / std::max<Index>(texts, 1), executor, [&](Range range) {
    for (Index text = range.begin; text < range.end; ++text) work(text);
  });
}

void add_scaled(const real* __restrict x, real scale, Index count, real* __restrict sum) {
  for (Index j = 0; j < count; ++j) sum[j] += scale * x[j];
}

real inner(const real* __restrict x, const real* __restrict y, Index count) {
  real sum = 0;
  for (Index j = 0; j < count; ++j) sum += x[j] * y[j];
  return sum;
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

void mean_rows(ConstTensorView x, const Packing& packing, TensorView y, Executor& executor) {
  for_columns(x.shape, executor, [&](Range columns) {
    fill_columns(y, columns);
    for_each_row(packing, [&](Index text, Index row) {
      add(x.row(row) + columns.begin, columns.size(), y.row(text) + columns.begin);
    });
    for (Index text = 0; text < packing.texts(); ++text) {
      const auto length = static_cast<real>(std::max<Index>(packing.length(text), 1));
      for (Index j = columns.begin; j < columns.end; ++j) y.row(text)[j] /= length;
    }
  });
}

void mean_rows_backward(ConstTensorView dy, const Packing& packing, TensorView dx, Executor& executor) {
  for_columns(dx.shape, executor, [&](Range columns) {
    for_each_row(packing, [&](Index text, Index row) {
      const auto length = static_cast<real>(packing.length(text));
      for (Index j = columns.begin; j < columns.end; ++j) dx.row(row)[j] = dy.row(text)[j] / length;
    });
  });
}

void max_rows(ConstTensorView x, const Packing& packing, TensorView y, std::int32_t* source, Executor& executor) {
  const Index width = x.shape.columns();
  std::fill_n(source, y.shape.size(), -1);
  for_columns(x.shape, executor, [&](Range columns) {
    fill_columns(y, columns);
    for_each_row(packing, [&](Index text, Index row) {
      keep_larger(x.row(row) + columns.begin, columns.size(), static_cast<std::int32_t>(row),
                  y.row(text) + columns.begin, source + text * width + columns.begin);
    });
  });
}

void max_rows_backward(ConstTensorView dy, const std::int32_t* source, TensorView dx, Executor& executor) {
  const Index width = dy.shape.columns();
  for_columns(dx.shape, executor, [&](Range columns) {
    fill_columns(dx, columns);
    for (Index text = 0; text < dy.shape.rows(); ++text) {
      for (Index j = columns.begin; j < columns.end; ++j) {
        const std::int32_t row = source[text * width + j];
        if (row >= 0) dx.row(row)[j] += dy.row(text)[j];
      }
    }
  });
}

void attended_rows(ConstTensorView x, ConstTensorView scores, const Packing& packing, TensorView weights, TensorView y,
                   Executor& executor) {
  const Index width = x.shape.columns();
  for_texts(packing, width, executor, [&](Index text) {
    std::vector<real> shares;
    for (Index step = 0; step < packing.length(text); ++step) shares.push_back(scores.data[packing.row(text, step)]);
    std::fill_n(y.row(text), width, real{0});
    if (shares.empty()) return;
    lower(shares);
    exp_or_zero(shares, shares);
    const real sum = std::accumulate(shares.begin(), shares.end(), real{0});
    for (Index step = 0; step < packing.length(text); ++step) {
      const Index row = packing.row(text, step);
      weights.data[row] = shares[static_cast<std::size_t>(step)] / sum;
      add_scaled(x.row(row), weights.data[row], width, y.row(text));
    }
  });
}

void attended_rows_backward(ConstTensorView x, ConstTensorView weights, ConstTensorView dy, const Packing& packing,
                            TensorView dx, TensorView dscores, Executor& executor) {
  const Index width = x.shape.columns();
  for_texts(packing, width, executor, [&](Index text) {
    real mean = 0;
    for (Index step = 0; step < packing.length(text); ++step) {
      const Index row = packing.row(text, step);
      dscores.data[row] = inner(x.row(row), dy.row(text), width);
      mean += weights.data[row] * dscores.data[row];
      for (Index j = 0; j < width; ++j) dx.row(row)[j] = weights.data[row] * dy.row(text)[j];
    }
    for (Index step = 0; step < packing.length(text); ++step) {
      const Index row = packing.row(text, step);
      dscores.data[row] = weights.data[row] * (dscores.data[row] - mean);
    }
  });
}

}  // namespace recura::kernel
