#include "tensor/shape.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace recura {
namespace {

TEST(ShapeTest, AShapeWithoutAxesIsASingleNumber) {
  const Shape shape;
  EXPECT_EQ(shape.rank(), 0);
  EXPECT_EQ(shape.size(), 1);
  EXPECT_EQ(shape.rows(), 1);
  EXPECT_EQ(shape.columns(), 1);
  EXPECT_EQ(to_string(shape), "[]");
}

TEST(ShapeTest, ColumnsAreTheLastAxisAndRowsAllOthers) {
  const Shape shape{2, 3, 5};
  EXPECT_EQ(shape.rank(), 3);
  EXPECT_EQ(shape[1], 3);
  EXPECT_EQ(shape.size(), 30);
  EXPECT_EQ(shape.rows(), 6);
  EXPECT_EQ(shape.columns(), 5);
  EXPECT_EQ(Shape{7}.rows(), 1);
  EXPECT_EQ(Shape{7}.columns(), 7);
}

TEST(ShapeTest, AnAxisMayBeEmpty) {
  EXPECT_EQ((Shape{0, 4}.size()), 0);
  EXPECT_EQ((Shape{4, 0}.size()), 0);
  EXPECT_EQ((Shape{4, 0}.rows()), 4);
}

TEST(ShapeTest, EqualMeansEveryAxis) {
  EXPECT_EQ((Shape{2, 3}), (Shape{2, 3}));
  EXPECT_NE((Shape{2, 3}), (Shape{3, 2}));
  EXPECT_NE((Shape{2}), (Shape{2, 1}));
  EXPECT_NE(Shape{0}, Shape{});
}

TEST(ShapeTest, IsShownAsMessagesShowIt) { EXPECT_EQ(to_string(Shape{480, 100}), "[480, 100]"); }

TEST(ShapeTest, RefusesFourAxesAndNegativeExtents) {
  EXPECT_THROW((Shape{1, 2, 3, 4}), ArgumentError);
  EXPECT_THROW((Shape{2, -1}), ArgumentError);
}

}  // namespace
}  // namespace recura
