#include "kernel/embedding.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "kernel/parts.h"

namespace recura::kernel {

void gather_rows(ConstTensorView table, std::span<const std::int32_t> ids, TensorView y) {
  const Index columns = table.shape.columns();
  for (std::size_t n = 0; n < ids.size(); ++n) {
    std::copy_n(table.row(ids[n]), columns, y.row(static_cast<Index>(n)));
  }
}

void mean_of_bags(ConstTensorView table, std::span<const std::int32_t> ids, std::span<const std::int32_t> ends,
                  TensorView y, Executor& executor) {
  const Index columns = table.shape.columns();
  for_pieces(static_cast<Index>(ends.size()), columns, executor, [&](Range bags) {
    for (Index bag = bags.begin; bag < bags.end; ++bag) {
      const std::int32_t begin = bag == 0 ? 0 : ends[static_cast<std::size_t>(bag - 1)];
      const std::int32_t end = ends[static_cast<std::size_t>(bag)];
      real* mean = y.row(bag);
      std::fill_n(mean, columns, real{0});
      for (std::int32_t i = begin; i < end; ++i) {
        const real* more = table.row(ids[static_cast<std::size_t>(i)]);
        for (Index j = 0; j < columns; ++j) mean[j] += more[j];
      }
      const real share = real{1} / static_cast<real>(std::max(end - begin, 1));
      for (Index j = 0; j < columns; ++j) mean[j] *= share;
    }
  });
}

TouchedRows touched_rows(std::span<const std::int32_t> ids, Index table_rows) {
  // A bit for each row of the table, and how many touched rows lie before each word of bits.
  std::vector<std::uint64_t> bits(static_cast<std::size_t>(table_rows) / 64 + 1);
  for (const std::int32_t id : ids) bits[static_cast<std::size_t>(id) / 64] |= std::uint64_t{1} << (id % 64);
  std::vector<std::size_t> before(bits.size());
  TouchedRows touched;
  for (std::size_t word = 0; word < bits.size(); ++word) {
    before[word] = touched.rows.size();
    for (std::uint64_t rest = bits[word]; rest != 0; rest &= rest - 1)
      touched.rows.push_back(static_cast<Index>(word) * 64 + std::countr_zero(rest));
  }
  const auto rank = [&](std::int32_t id) {
    const std::size_t word = static_cast<std::size_t>(id) / 64;
    return before[word] + static_cast<std::size_t>(std::popcount(bits[word] & ((std::uint64_t{1} << (id % 64)) - 1)));
  };
  touched.starts.resize(touched.rows.size() + 1);
  for (const std::int32_t id : ids) ++touched.starts[rank(id) + 1];
  std::partial_sum(touched.starts.begin(), touched.starts.end(), touched.starts.begin());
  touched.places.resize(ids.size());
  std::vector<Index> next = touched.starts;
  for (std::size_t n = 0; n < ids.size(); ++n)
    touched.places[static_cast<std::size_t>(next[rank(ids[n])]++)] = static_cast<std::int32_t>(n);
  return touched;
}

TouchedRows touched_rows_of_bags(std::span<const std::int32_t> ids, std::span<const std::int32_t> ends,
                                 Index table_rows) {
  TouchedRows touched = touched_rows(ids, table_rows);
  std::vector<std::int32_t> bag_of(ids.size());
  std::size_t id = 0;
  for (std::size_t bag = 0; bag < ends.size(); ++bag) {
    for (; id < static_cast<std::size_t>(ends[bag]); ++id) bag_of[id] = static_cast<std::int32_t>(bag);
  }
  for (std::int32_t& place : touched.places) place = bag_of[static_cast<std::size_t>(place)];
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
