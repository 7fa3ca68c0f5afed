#include "tensor/tensor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/error.h"

namespace recura {
namespace {

using Values = std::vector<real>;

Values copy(std::span<const real> values) { return {values.begin(), values.end()}; }

TEST(TensorTest, StartsWithZerosAlignedToALine) {
  for (const Index size : {1, 3, 16, 1000}) {
    const Tensor tensor(Shape{size});
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(tensor.data()) % 64, 0u);
    EXPECT_EQ(std::ranges::count(tensor.values(), real{0}), size);
  }
}

TEST(TensorTest, MoreElementsThanCanBeCountedAreRefused) {
  for (const Shape& shape : {Shape{Index{1} << 61, 8}, Shape{Index{1} << 62}, Shape{Index{1} << 32, Index{1} << 32}}) {
    EXPECT_THROW(Tensor{shape}, ArgumentError) << to_string(shape);
    EXPECT_THROW(Tensor::of_shape(shape), ArgumentError) << to_string(shape);
  }
}

TEST(TensorTest, RowsFollowEachOther) {
  Tensor tensor({2, 3}, Values{1, 2, 3, 4, 5, 6});
  EXPECT_EQ(tensor.row(1)[2], 6);
  tensor.row(0)[1] = 7;
  EXPECT_EQ(copy(tensor.values()), (Values{1, 7, 3, 4, 5, 6}));
  const ConstTensorView view = std::as_const(tensor);
  EXPECT_EQ(view.row(1), tensor.data() + 3);
}

TEST(TensorTest, ACopyHasElementsOfItsOwn) {
  const Tensor tensor({2}, Values{1, 2});
  Tensor copied = tensor;
  copied.row(0)[0] = 9;
  EXPECT_EQ(copy(tensor.values()), (Values{1, 2}));
  copied = tensor;
  EXPECT_NE(copied.data(), tensor.data());
  EXPECT_EQ(copy(copied.values()), (Values{1, 2}));
  const Tensor& itself = copied;
  copied = itself;
  EXPECT_EQ(copy(copied.values()), (Values{1, 2}));
}

TEST(TensorTest, ACopyOfOneWithoutElementsHasNone) {
  const Tensor none, shape = Tensor::of_shape({2, 3});
  Tensor copy = none;
  EXPECT_EQ(copy.data(), nullptr);
  copy = Tensor({2, 3});
  copy = shape;
  EXPECT_EQ(copy.data(), nullptr);
  EXPECT_EQ(copy.shape(), Shape({2, 3}));
}

TEST(TensorTest, AMoveKeepsTheElementsWhereTheyAre) {
  Tensor tensor({2}, Values{1, 2});
  const real* const data = tensor.data();
  const Tensor moved = std::move(tensor);
  EXPECT_EQ(moved.data(), data);
  EXPECT_EQ(moved.shape(), Shape{2});
}

TEST(TensorTest, AViewWritesIntoItsTensor) {
  Tensor tensor({2, 2}, Values{1, 2, 3, 4});
  const TensorView view = tensor;
  view.row(1)[0] = 8;
  EXPECT_EQ(copy(tensor.values()), (Values{1, 2, 8, 4}));
  EXPECT_EQ(copy(ConstTensorView(view).values()), (Values{1, 2, 8, 4}));
}

TEST(TensorTest, AnEmptyTensorHasAShapeAndNoElements) {
  const Tensor tensor(Shape{0, 5});
  EXPECT_EQ(tensor.size(), 0);
  EXPECT_TRUE(tensor.values().empty());
  EXPECT_EQ(Tensor(tensor).shape(), (Shape{0, 5}));
}

TEST(TensorTest, RefusesValuesThatDoNotFillTheShape) {
  EXPECT_THROW(Tensor({2, 3}, Values(5)), ArgumentError);
  EXPECT_THROW(Tensor({2, 3}, Values(7)), ArgumentError);
}

}  // namespace
}  // namespace recura
