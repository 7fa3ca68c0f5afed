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

void Gradients::scale(real factor) {
  for (const Gradient& gradient : parameter_gradients_) {
    for (real& value : gradient.values.values()) value *= factor;
  }
}

void Gradients::add(const Gradients& other, real factor) {
  for (const auto& [index, parameter] : other.slots_of_parameters()) {
    const auto [found, is_new] = parameters_.try_emplace(parameter, slots_.size());
    if (is_new) slots_.emplace_back();
    if (other.slots_[index]) add_scaled(slots_[found->second], other.slots_[index], factor);
  }
  list_parameters();
}

/// In the order in which a tape met them, which no hash decides.
std::vector<std::pair<std::size_t, const Parameter*>> Gradients::slots_of_parameters() const {
  std::vector<std::pair<std::size_t, const Parameter*>> slots;
  for (const auto& [parameter, index] : parameters_) slots.emplace_back(index, parameter);
  std::ranges::sort(slots);
  return slots;
}

void Gradients::list_parameters() {
  parameter_gradients_.clear();
  reached_.clear();
  for (const auto& [index, parameter] : slots_of_parameters()) {
    if (!slots_[index]) continue;
    parameter_gradients_.push_back(slots_[index]);
    reached_.push_back(parameter);
  }
}

void Gradients::add_scaled(Gradient& slot, const Gradient& more, real factor) {
  if (more.sparse() && (!slot || slot.sparse())) {
    Index* rows = allocate_rows(more.rows.size());
    std::ranges::copy(more.rows, rows);
    const TensorView values = allocate(more.values.shape);
    std::ranges::transform(more.values.values(), values.data, [&](real value) { return factor * value; });
    const std::span<const Index> kept(rows, more.rows.size());
    if (slot) return merge(slot, values, kept);
    slot = {values, kept, more.shape};
    return;
  }
  if (!slot) slot = {zeros(more.shape), {}, more.shape};
  make_dense(slot);
  const Index columns = more.sparse() ? more.shape.columns() : more.shape.size();
  for (Index i = 0; i < (more.sparse() ? std::ssize(more.rows) : 1); ++i) {
    real* sum = slot.values.data + (more.sparse() ? more.rows[static_cast<std::size_t>(i)] : 0) * columns;
    for (Index k = 0; k < columns; ++k) sum[k] += factor * more.values.data[i * columns + k];
  }
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
