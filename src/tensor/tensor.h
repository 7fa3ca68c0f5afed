#pragma once

#include <cstdlib>
#include <memory>
#include <span>

#include "tensor/shape.h"

namespace recura {

/// A tensor that somebody else owns: where it starts and its shape. Row-major, no gaps.
struct TensorView {
  real* data = nullptr;
  Shape shape;

  std::span<real> values() const { return {data, static_cast<std::size_t>(shape.size())}; }
  real* row(Index index) const { return data + index * shape.columns(); }
};

/// The same, to read only.
struct ConstTensorView {
  const real* data = nullptr;
  Shape shape;

  ConstTensorView() = default;
  ConstTensorView(const real* start, Shape extents) : data(start), shape(extents) {}
  ConstTensorView(const TensorView& view)
      : data(view.data), shape(view.shape) {}  // NOLINT(google-explicit-constructor)

  std::span<const real> values() const { return {data, static_cast<std::size_t>(shape.size())}; }
  const real* row(Index index) const { return data + index * shape.columns(); }
};

/// A tensor that owns its elements, aligned to 64 bytes. One of more bytes than can be counted is refused with an
/// `ArgumentError`, one of more than there are with `std::bad_alloc`.
class Tensor {
 public:
  Tensor() = default;
  /// All zeros.
  explicit Tensor(Shape shape);
  Tensor(Shape shape, std::span<const real> values);
  /// Elements hold anything: for results that are written in full.
  static Tensor uninitialised(Shape shape);
  /// The shape alone, without elements: for a weight that is still to be read.
  static Tensor of_shape(Shape shape);

  Tensor(const Tensor& other);
  Tensor& operator=(const Tensor& other);
  Tensor(Tensor&&) noexcept = default;
  Tensor& operator=(Tensor&&) noexcept = default;
  ~Tensor() = default;

  const Shape& shape() const { return shape_; }
  Index size() const { return shape_.size(); }
  real* data() { return data_.get(); }
  const real* data() const { return data_.get(); }
  std::span<real> values() { return {data(), static_cast<std::size_t>(size())}; }
  std::span<const real> values() const { return {data(), static_cast<std::size_t>(size())}; }
  real* row(Index index) { return data() + index * shape_.columns(); }
  const real* row(Index index) const { return data() + index * shape_.columns(); }

  operator TensorView() { return {data(), shape_}; }             // NOLINT(google-explicit-constructor)
  operator ConstTensorView() const { return {data(), shape_}; }  // NOLINT(google-explicit-constructor)

 private:
  struct Free {
    void operator()(real* memory) const { std::free(memory); }
  };

  Shape shape_;
  std::unique_ptr<real[], Free> data_;
};

}  // namespace recura
