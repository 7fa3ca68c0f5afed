#include <algorithm>
#include <array>

#include "base/error.h"
#include "grad/sequence_ops.h"
#include "kernel/dropout.h"
#include "kernel/embedding.h"

namespace recura {
namespace {

void check_ends(std::span<const std::int32_t> ids, std::span<const std::int32_t> ends) {
  const bool rising = std::ranges::is_sorted(ends) && (ends.empty() || ends.front() >= 0);
  const std::int32_t last = ends.empty() ? 0 : ends.back();
  if (rising && static_cast<std::size_t>(last) == ids.size()) return;
  throw ArgumentError("embed: the ends of bags must rise to {}, the number of ids, got {} as the last of {}",
                      ids.size(), last, ends.size());
}

Index rows_of(const Lookup& lookup) {
  const Index rows = lookup.table.shape()[0];
  const auto outside = std::ranges::find_if(lookup.ids, [&](std::int32_t id) { return id < 0 || id >= rows; });
  if (outside != lookup.ids.end()) throw ArgumentError("embed: an id must be in 0 … {}, got {}", rows - 1, *outside);
  if (!lookup.ends.empty()) check_ends(lookup.ids, lookup.ends);
  const std::size_t vectors = (lookup.ends.empty() ? lookup.ids : lookup.ends).size();
  if (lookup.slots < 1 || vectors % static_cast<std::size_t>(lookup.slots) != 0)
    throw ArgumentError("embed: {} vectors are no rows of {}", vectors, lookup.slots);
  return static_cast<Index>(vectors) / lookup.slots;
}

/// For each vector: what makes a mean of its sum, or 0 if it is dropped.
std::span<const real> factors_of(const Lookup& lookup, std::size_t vectors, Tape& tape) {
  const std::span<real> factors{tape.allocate<real>(vectors), vectors};
  std::ranges::fill(factors, real{1});
  for (std::size_t i = 0; i < lookup.ends.size(); ++i) {
    const std::int32_t size = lookup.ends[i] - (i == 0 ? 0 : lookup.ends[i - 1]);
    factors[i] = real{1} / static_cast<real>(std::max(size, 1));
  }
  if (!tape.training() || lookup.dropout == 0) return factors;
  if (!(lookup.dropout > 0 && lookup.dropout < 1))
    throw ArgumentError("embed: a dropout rate must be in [0, 1), got {}", lookup.dropout);
  kernel::dropout(factors, {tape.next_rng().key(), lookup.dropout}, 0, factors);
  return factors;
}

void go_back(Tape& tape, Var table, const kernel::Lookup& lookup, ConstTensorView dy,
             const kernel::TouchedRows& touched, Gradients& gradients) {
  const TensorView dtable = gradients.allocate({static_cast<Index>(touched.rows.size()), table.shape().columns()});
  kernel::scatter_rows(dy, lookup, touched, dtable, tape.executor());
  Index* rows = gradients.allocate_rows(touched.rows.size());
  std::ranges::copy(touched.rows, rows);
  if (!tape.is_weight(table)) gradients.add(table, gradients.zeros(table.shape()));  // other ops read dense ones
  gradients.add_rows(table, dtable, {rows, touched.rows.size()});
}

}  // namespace

Var embed_columns(std::span<const Lookup> lookups) {
  if (lookups.empty()) throw ArgumentError("embed: needs at least one lookup");
  Tape& tape = lookups.front().table.tape();
  const Index rows = rows_of(lookups.front());
  Index columns = 0;
  Var wanted;
  std::vector<Var> tables;
  std::vector<kernel::Lookup> own;
  for (const Lookup& lookup : lookups) {
    if (rows_of(lookup) != rows)
      throw ArgumentError("embed: all lookups must have {} rows, got {}", rows, rows_of(lookup));
    tables.push_back(lookup.table);
    if (tape.wanted(lookup.table)) wanted = lookup.table;
    own.push_back({lookup.table.value(), tape.keep(lookup.ids), tape.keep(lookup.ends),
                   factors_of(lookup, static_cast<std::size_t>(rows * lookup.slots), tape), lookup.slots, columns});
    columns += lookup.slots * lookup.table.shape().columns();
  }
  const Var y = tape.output({rows, columns}, {wanted});
  kernel::look_up(own, y.value(), tape.executor());
  tape.record({y}, [&tape, y, tables = std::move(tables), own = std::move(own)](Gradients& gradients) {
    std::vector<kernel::TouchedRows> touched(own.size());
    tape.executor().run(static_cast<int>(own.size()), [&](int index) {
      const auto i = static_cast<std::size_t>(index);
      if (tape.wanted(tables[i])) touched[i] = kernel::touched_rows(own[i]);
    });
    for (std::size_t i = 0; i < own.size(); ++i) {
      if (tape.wanted(tables[i])) go_back(tape, tables[i], own[i], gradients.of(y).values, touched[i], gradients);
    }
  });
  return y;
}

Var embed(Var table, std::span<const std::int32_t> ids) {
  return embed_columns(std::array{Lookup{.table = table, .ids = ids}});
}

Var embed_bags(Var table, std::span<const std::int32_t> ids, std::span<const std::int32_t> ends) {
  check_ends(ids, ends);
  return embed_columns(std::array{Lookup{.table = table, .ids = ids, .ends = ends}});
}

Var take_rows(Var x, std::span<const std::int32_t> rows) { return embed(x, rows); }

}  // namespace recura
