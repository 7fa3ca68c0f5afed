#pragma once

#include <array>
#include <initializer_list>
#include <string>

#include "tensor/real.h"

namespace recura {

/// The extents of a tensor: up to three axes, row-major. `{}` is a single number.
class Shape {
 public:
  static constexpr int kMaxRank = 3;

  Shape() = default;
  /// @throws ArgumentError  if there are more than three axes or one is negative.
  Shape(std::initializer_list<Index> extents);

  int rank() const { return rank_; }
  Index operator[](int axis) const { return extents_[static_cast<std::size_t>(axis)]; }
  /// Number of elements: the product of the extents.
  Index size() const;
  /// Rows and columns when seen as a matrix: the last axis, and all others together.
  Index columns() const { return rank_ == 0 ? 1 : (*this)[rank_ - 1]; }
  Index rows() const;

  bool operator==(const Shape&) const = default;

 private:
  std::array<Index, kMaxRank> extents_{};
  int rank_ = 0;
};

/// "[480, 100]", as error messages show it.
std::string to_string(const Shape& shape);

}  // namespace recura
