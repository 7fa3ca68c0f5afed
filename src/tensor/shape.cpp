#include "tensor/shape.h"

#include "base/error.h"

namespace recura {

Shape::Shape(std::initializer_list<Index> extents) {
  if (extents.size() > static_cast<std::size_t>(kMaxRank)) {
    throw ArgumentError("shape: at most {} axes, got {}", kMaxRank, extents.size());
  }
  for (const Index extent : extents) {
    if (extent < 0) throw ArgumentError("shape: an extent must not be negative, got {}", extent);
    extents_[static_cast<std::size_t>(rank_++)] = extent;
  }
}

Index Shape::size() const { return rows() * columns(); }

Index Shape::rows() const {
  Index product = 1;
  for (int axis = 0; axis + 1 < rank_; ++axis) product *= (*this)[axis];
  return product;
}

std::string to_string(const Shape& shape) {
  std::string text = "[";
  for (int axis = 0; axis < shape.rank(); ++axis) text += fmt::format("{}{}", axis == 0 ? "" : ", ", shape[axis]);
  return text + "]";
}

}  // namespace recura
