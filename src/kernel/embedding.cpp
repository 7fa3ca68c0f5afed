#include "kernel/embedding.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "kernel/parts.h"

namespace recura::kernel {

namespace {

/// One row's columns of a lookup.
void look_up(const Lookup& lookup, Index row, real* y) {
  const Index columns = lookup.table.shape.columns();
  for (Index slot = row * lookup.slots; slot < (row + 1) * lookup.slots; ++slot, y += columns) {
    const auto at = static_cast<std::size_t>(slot);
    const real factor = lookup.factors[at];
    if (lookup.ends.empty()) {
      const real* x = lookup.table.row(lookup.ids[at]);
      for (Index j = 0; j < columns; ++j) y[j] = factor * x[j];
      continue;
    }
    std::fill_n(y, columns, real{0});
    for (std::int32_t i = at == 0 ? 0 : lookup.ends[at - 1]; i < lookup.ends[at]; ++i) {
      const real* x = lookup.table.row(lookup.ids[static_cast<std::size_t>(i)]);
      for (Index j = 0; j < columns; ++j) y[j] += x[j];
    }
    for (Index j = 0; j < columns; ++j) y[j] *= factor;
  }
}

/// The bag of each id.
std::vector<std::int32_t> bags_of(const Lookup& lookup) {
  std::vector<std::int32_t> bags;
  bags.reserve(lookup.ids.size());
  for (std::size_t bag = 0; bag < lookup.ends.size(); ++bag)
    bags.resize(static_cast<std::size_t>(lookup.ends[bag]), static_cast<std::int32_t>(bag));
  return bags;
}

}  // namespace

void look_up(std::span<const Lookup> lookups, TensorView y, Executor& executor) {
  for_pieces(y.shape.rows(), y.shape.columns(), executor, [&](Range rows) {
    for (const Lookup& lookup : lookups) {
      for (Index row = rows.begin; row < rows.end; ++row) look_up(lookup, row, y.row(row) + lookup.column);
    }
  });
}

TouchedRows touched_rows(const Lookup& lookup) {
  const std::span<const std::int32_t> ids = lookup.ids;
  // A bit for each row of the table, and how many touched rows lie before each word of bits.
  std::vector<std::uint64_t> bits(static_cast<std::size_t>(lookup.table.shape.rows()) / 64 + 1);
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
  if (lookup.ends.empty()) return touched;
  const std::vector<std::int32_t> bags = bags_of(lookup);
  for (std::int32_t& place : touched.places) place = bags[static_cast<std::size_t>(place)];
  return touched;
}

void scatter_rows(ConstTensorView dy, const Lookup& lookup, const TouchedRows& touched, TensorView dtable,
                  Executor& executor) {
  const auto rows = static_cast<Index>(touched.rows.size());
  const Index columns = dtable.shape.columns();
  const int parts = executor.threads();
  executor.run(parts, [&](int part) {
    for (Index r = rows * part / parts; r < rows * (part + 1) / parts; ++r) {
      real* sum = dtable.row(r);
      std::fill_n(sum, columns, real{0});
      for (Index p = touched.starts[static_cast<std::size_t>(r)]; p < touched.starts[static_cast<std::size_t>(r) + 1];
           ++p) {
        const Index slot = touched.places[static_cast<std::size_t>(p)];
        const real* more = dy.row(slot / lookup.slots) + lookup.column + slot % lookup.slots * columns;
        const real factor = lookup.factors[static_cast<std::size_t>(slot)];
        for (Index j = 0; j < columns; ++j) sum[j] += factor * more[j];
      }
    }
  });
}

}  // namespace recura::kernel
