#include "grad/gradients.h"

#include <gtest/gtest.h>

#include <vector>

#include "grad/ops.h"
#include "grad/sequence_ops.h"
#include "grad/tape.h"

namespace recura {
namespace {

/// A table of three rows, of which a loss touches some or all, and a weight that only one loss has.
class GradientsTest : public testing::Test {
 protected:
  Gradients of_rows(const std::vector<std::int32_t>& ids) {
    Tape tape(Mode::train);
    const std::vector<real> ones(ids.size() * 2, real{1});
    return tape.backward(weighted_sum(embed(tape.parameter(table_), ids), ones));
  }
  Gradients of_all() {
    Tape tape(Mode::train);
    return tape.backward(weighted_sum(tape.parameter(table_), std::vector<real>{1, 2, 3, 4, 5, 6}));
  }
  Gradients of_other() {
    Tape tape(Mode::train);
    return tape.backward(weighted_sum(tape.parameter(other_), std::vector<real>{7}));
  }
  static std::vector<real> values_of(const Gradient& gradient) {
    return {gradient.values.values().begin(), gradient.values.values().end()};
  }

  Parameter table_{"table", Tensor({3, 2})}, other_{"other", Tensor({1})};
};

TEST_F(GradientsTest, AreAddedUpRowByRow) {
  Gradients sum = of_rows({1});
  sum.scale(2);
  sum.add(of_rows({0, 1, 1}), 3);
  EXPECT_EQ(std::vector<Index>(sum.of(table_).rows.begin(), sum.of(table_).rows.end()), (std::vector<Index>{0, 1}));
  EXPECT_EQ(values_of(sum.of(table_)), (std::vector<real>{3, 3, 8, 8}));
  EXPECT_EQ(sum.of_parameters().size(), 1U);
}

TEST_F(GradientsTest, OfAllRowsAndOfSomeAreAddedUpEitherWay) {
  Gradients sum = of_rows({2});
  sum.add(of_all(), 2);
  EXPECT_FALSE(sum.of(table_).sparse());
  EXPECT_EQ(values_of(sum.of(table_)), (std::vector<real>{2, 4, 6, 8, 11, 13}));
  Gradients other = of_all();
  other.add(of_rows({2}), 2);
  EXPECT_EQ(values_of(other.of(table_)), (std::vector<real>{1, 2, 3, 4, 7, 8}));
  EXPECT_EQ(values_of(other.of_parameters()[0]), values_of(other.of(table_)));
}

TEST_F(GradientsTest, AWeightThatOneLossDoesNotReachIsThere) {
  Gradients sum = of_rows({0});
  sum.add(of_other(), real(0.5));
  EXPECT_EQ(values_of(sum.of(other_)), (std::vector<real>{3.5}));
  EXPECT_EQ(sum.of_parameters().size(), 2U);
}

}  // namespace
}  // namespace recura
