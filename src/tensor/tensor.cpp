#include "tensor/tensor.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <new>

#include "base/error.h"

namespace recura {
namespace {

constexpr std::size_t kAlignment = 64;

/// `Shape::size` does not look whether its product fits.
std::size_t bytes_of(const Shape& shape) {
  std::size_t bytes = sizeof(real);
  bool fits = true;
  for (int axis = 0; axis < shape.rank(); ++axis)
    fits = fits && !__builtin_mul_overflow(bytes, static_cast<std::size_t>(shape[axis]), &bytes);
  if (!fits || bytes > std::numeric_limits<std::ptrdiff_t>::max() - kAlignment)
    throw ArgumentError("tensor: shape {} has more elements than can be counted in bytes", to_string(shape));
  return bytes;
}

}  // namespace

Tensor Tensor::uninitialised(Shape shape) {
  const std::size_t bytes = bytes_of(shape);
  Tensor tensor;
  tensor.shape_ = shape;
  if (bytes == 0) return tensor;
  const std::size_t rounded = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  tensor.data_.reset(static_cast<real*>(std::aligned_alloc(kAlignment, rounded)));
  if (!tensor.data_) throw std::bad_alloc();
  return tensor;
}

Tensor Tensor::of_shape(Shape shape) {
  bytes_of(shape);
  Tensor tensor;
  tensor.shape_ = shape;
  return tensor;
}

Tensor::Tensor(Shape shape) : Tensor(uninitialised(shape)) { std::ranges::fill(values(), real{0}); }

Tensor::Tensor(Shape shape, std::span<const real> values) : Tensor(uninitialised(shape)) {
  if (static_cast<Index>(values.size()) != shape.size()) {
    throw ArgumentError("tensor: shape {} needs {} values, got {}", to_string(shape), shape.size(), values.size());
  }
  std::ranges::copy(values, data());
}

Tensor::Tensor(const Tensor& other) : shape_(other.shape_) {
  if (!other.data_) return;  // the shape alone
  *this = uninitialised(other.shape_);
  std::ranges::copy(other.values(), data());
}

Tensor& Tensor::operator=(const Tensor& other) {
  if (this == &other) return *this;
  if (!data_ || !other.data_ || size() != other.size()) return *this = Tensor(other);
  shape_ = other.shape_;
  std::ranges::copy(other.values(), data());
  return *this;
}

}  // namespace recura
