#include <gtest/gtest.h>

#include <memory>

#include "grad/gradient_check.h"
#include "train/optimiser.h"

namespace recura {
namespace {

class OptimiserShareTest : public testing::TestWithParam<int> {
 protected:
  static std::unique_ptr<Optimiser> make() {
    switch (GetParam()) {
      case 0:
        return std::make_unique<Sgd>(0.5);
      case 1:
        return std::make_unique<Adam>();
      case 2:
        return std::make_unique<AdamW>(0.1, AdamOptions());
      default:
        return std::make_unique<RmsProp>();
    }
  }

  /// A weight that starts at 1, after as many steps along the same gradient.
  double after(int steps, double share) {
    Parameter weight("w", Tensor({1}, std::vector<real>{1}));
    const std::vector<Parameter*> all{&weight};
    const auto optimiser = make();
    optimiser->set_share(weight, share);
    for (int i = 0; i < steps; ++i) step(*optimiser, all);
    return static_cast<double>(weight.value().data()[0]);
  }

  static void step(Optimiser& optimiser, const std::vector<Parameter*>& all) {
    Executor executor(1);
    Tape tape(Mode::train);
    const std::vector<real> slope{3};
    const Gradients gradients = tape.backward(weighted_sum(tape.parameter(*all.front()), slope));
    optimiser.step(all, gradients, 0.01, executor);
  }
};

TEST_P(OptimiserShareTest, AWeightMovesByThatShare) {
  const double whole = 1 - after(1, 1);
  EXPECT_GT(whole, 0);
  EXPECT_NEAR(1 - after(1, 0.25), whole / 4, 1e-4 * whole + 1e-6);
  EXPECT_EQ(after(3, 0), 1);
}

TEST_P(OptimiserShareTest, AWeightThatWaitedMakesNoLeap) {
  Parameter weight("w", Tensor({1}, std::vector<real>{1}));
  const std::vector<Parameter*> all{&weight};
  const auto optimiser = make();
  optimiser->set_share(weight, 0);
  for (int i = 0; i < 50; ++i) step(*optimiser, all);
  optimiser->set_share(weight, 1);
  step(*optimiser, all);
  const double moved = 1 - static_cast<double>(weight.value().data()[0]);
  EXPECT_GT(moved, 0);
  EXPECT_LT(moved, 4 * (1 - after(1, 1)) + 1e-6);
}

INSTANTIATE_TEST_SUITE_P(Each, OptimiserShareTest, testing::Range(0, 4));

}  // namespace
}  // namespace recura
