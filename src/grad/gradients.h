#pragma once

#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "grad/parameter.h"
#include "grad/var.h"

namespace recura {

/// The gradient of a loss by one value. That of an embedding table may hold some rows only; the others are zero.
struct Gradient {
  /// [R, D] for R rows, else the value's own shape.
  TensorView values;
  /// The rows that `values` stands for, ascending; empty if it stands for all.
  std::span<const Index> rows;
  Shape shape;

  explicit operator bool() const { return values.data != nullptr; }
  bool sparse() const { return !rows.empty(); }
};

/// The gradients of one loss: an object of its own, which outlives its tape.
class Gradients {
 public:
  /// The gradient by a value of the tape; an empty one if none reached it.
  Gradient of(Var var) const { return slots_[var.index()]; }
  /// The gradient by a weight; an empty one if the loss does not depend on it.
  Gradient of(const Parameter& parameter) const;
  /// Those of all weights that a gradient reached, in the order in which the tape met them.
  std::span<const Gradient> of_parameters() const { return parameter_gradients_; }
  /// These weights, in the same order.
  std::span<const Parameter* const> parameters() const { return reached_; }

  /// Multiplies those of all weights.
  void scale(real factor);
  /// Adds those of another loss by weights, each multiplied: for a step along the gradients of several batches.
  void add(const Gradients& other, real factor);

  // What ops use on the way back.

  /// Memory for a gradient, holding anything.
  TensorView allocate(Shape shape);
  TensorView zeros(Shape shape);
  Index* allocate_rows(std::size_t count) { return arena_.allocate<Index>(count); }
  /// Adds to the gradient of `var`; takes `values` over if it is the first. They must come from this object's
  /// `allocate`.
  void add(Var var, TensorView values);
  /// Adds a gradient for some rows of `var`, ascending, each at most once.
  void add_rows(Var var, TensorView values, std::span<const Index> rows);

 private:
  friend class Tape;
  explicit Gradients(std::size_t count) : slots_(count) {}
  std::vector<std::pair<std::size_t, const Parameter*>> slots_of_parameters() const;
  void list_parameters();
  void add_scaled(Gradient& slot, const Gradient& more, real factor);
  void make_dense(Gradient& slot);
  void merge(Gradient& slot, TensorView values, std::span<const Index> rows);

  Arena arena_;
  std::vector<Gradient> slots_;
  std::unordered_map<const Parameter*, std::size_t> parameters_;
  std::vector<Gradient> parameter_gradients_;
  std::vector<const Parameter*> reached_;
};

}  // namespace recura
