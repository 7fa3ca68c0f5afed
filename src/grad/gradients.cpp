#include "grad/gradients.h"

#include <algorithm>
#include <iterator>

namespace recura {
namespace {

void add_to(std::span<real> sum, std::span<const real> more) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += more[i];
}

}  // namespace

Gradient Gradients::of(const Parameter& parameter) const {
  const auto found = parameters_.find(&parameter);
  return found == parameters_.end() ? Gradient{} : slots_[found->second];
}

TensorView Gradients::allocate(Shape shape) {
  return {arena_.allocate<real>(static_cast<std::size_t>(shape.size())), shape};
}

TensorView Gradients::zeros(Shape shape) {
  const TensorView view = allocate(shape);
  std::ranges::fill(view.values(), real{0});
  return view;
}

void Gradients::add(Var var, TensorView values) {
  Gradient& slot = slots_[var.index()];
  if (!slot) {
    slot = {values, {}, values.shape};
    return;
  }
  make_dense(slot);
  add_to(slot.values.values(), values.values());
}

void Gradients::add_rows(Var var, TensorView values, std::span<const Index> rows) {
  Gradient& slot = slots_[var.index()];
  if (!slot && !rows.empty()) {
    slot = {values, rows, var.shape()};
    return;
  }
  if (!slot) slot = {zeros(var.shape()), {}, var.shape()};
  if (slot.sparse()) return merge(slot, values, rows);
  const auto columns = static_cast<std::size_t>(values.shape.columns());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    add_to({slot.values.row(rows[i]), columns}, {values.row(static_cast<Index>(i)), columns});
  }
}

/// The sum of two gradients of some rows each: one of all rows that either has.
void Gradients::merge(Gradient& slot, TensorView values, std::span<const Index> rows) {
  std::vector<Index> all;
  std::ranges::set_union(slot.rows, rows, std::back_inserter(all));
  Index* kept = allocate_rows(all.size());
  std::ranges::copy(all, kept);
  const Index columns = slot.shape.columns();
  const Gradient sum{zeros({static_cast<Index>(all.size()), columns}), {kept, all.size()}, slot.shape};
  const auto add_part = [&](TensorView part, std::span<const Index> part_rows) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < part_rows.size(); ++i) {
      while (all[at] != part_rows[i]) ++at;
      add_to({sum.values.row(static_cast<Index>(at)), static_cast<std::size_t>(columns)},
             {part.row(static_cast<Index>(i)), static_cast<std::size_t>(columns)});
    }
  };
  add_part(slot.values, slot.rows);
  add_part(values, rows);
  slot = sum;
}

void Gradients::make_dense(Gradient& slot) {
  if (!slot.sparse()) return;
  const TensorView dense = zeros(slot.shape);
  const Index columns = slot.shape.columns();
  for (std::size_t i = 0; i < slot.rows.size(); ++i) {
    std::copy_n(slot.values.row(static_cast<Index>(i)), columns, dense.row(slot.rows[i]));
  }
  slot = {dense, {}, slot.shape};
}

}  // namespace recura
