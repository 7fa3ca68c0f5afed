#include "tensor/packing.h"

#include <algorithm>
#include <numeric>

#include "base/error.h"

namespace recura {

Packing::Packing(std::span<const Index> lengths)
    : lengths_(lengths.begin(), lengths.end()), order_(lengths.size()), ranks_(lengths.size()), offsets_{0} {
  for (const Index length : lengths_) {
    if (length < 0) throw ArgumentError("packing: a length must not be negative, got {}", length);
  }
  std::iota(order_.begin(), order_.end(), Index{0});
  std::ranges::stable_sort(order_, std::ranges::greater{}, [this](Index text) { return length(text); });
  for (std::size_t rank = 0; rank < order_.size(); ++rank) {
    ranks_[static_cast<std::size_t>(order_[rank])] = static_cast<Index>(rank);
  }
  Index running = texts();
  const Index longest = order_.empty() ? 0 : length(order_.front());
  for (Index step = 0; step < longest; ++step) {
    while (running > 0 && length(order_[static_cast<std::size_t>(running - 1)]) <= step) --running;
    offsets_.push_back(offsets_.back() + running);
  }
}

Index Packing::step_of(Index row) const { return std::ranges::upper_bound(offsets_, row) - offsets_.begin() - 1; }

}  // namespace recura
