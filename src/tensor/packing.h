#pragma once

#include <memory>
#include <span>
#include <vector>

#include "tensor/real.h"

namespace recura {

/// How a batch of texts of mixed lengths lies in packed rows: time-major, longest text first, no padding.
///
/// A text's *rank* is its place in the order of falling length (ties keep the caller's order), so the texts that are
/// still running at step t are ranks 0 … active(t)-1, and their rows lie side by side from `offset(t)` on:
///
///     lengths {2, 3, 0}  ->  order {1, 0, 2}
///     row      0   1   2   3   4
///     (t,rank) 0,0 0,1 1,0 1,1 2,0
///
/// Immutable, and shared by everything that lives in the same rows. A text of length 0 owns no row.
class Packing {
 public:
  /// @throws ArgumentError  if a length is negative.
  explicit Packing(std::span<const Index> lengths);

  /// B, the number of texts; N, the number of rows; T, the longest length.
  Index texts() const { return static_cast<Index>(lengths_.size()); }
  Index rows() const { return offsets_.back(); }
  Index steps() const { return static_cast<Index>(offsets_.size()) - 1; }

  Index length(Index text) const { return lengths_[static_cast<std::size_t>(text)]; }
  std::span<const Index> lengths() const { return lengths_; }
  /// The text of each rank, and the rank of each text.
  std::span<const Index> order() const { return order_; }
  std::span<const Index> ranks() const { return ranks_; }
  /// First row of step t (`offset(T)` is N), and how many texts run at it.
  Index offset(Index step) const { return offsets_[static_cast<std::size_t>(step)]; }
  Index active(Index step) const { return offset(step + 1) - offset(step); }
  /// The step that a row belongs to.
  Index step_of(Index row) const;
  /// The row of a text's step.
  Index row(Index text, Index step) const { return offset(step) + ranks_[static_cast<std::size_t>(text)]; }

 private:
  std::vector<Index> lengths_, order_, ranks_, offsets_;
};

using PackingPtr = std::shared_ptr<const Packing>;

}  // namespace recura
