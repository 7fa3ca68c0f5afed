#include <gtest/gtest.h>

#include <memory>

#include "golden/golden_numbers.h"
#include "grad/ops.h"
#include "grad/tape.h"
#include "train/optimiser.h"
#include "train/schedule.h"

namespace recura {
namespace {

#ifdef RECURA_DOUBLE
constexpr double kTolerance = 1e-12;
#else
constexpr double kTolerance = 2e-6;
#endif

/// What PyTorch's optimisers and schedules do; tools/golden_optimisers.py wrote it.
class OptimisersTest : public testing::Test {
 protected:
  void expect_golden(Optimiser& optimiser, const std::string& name) {
    const auto start = golden_["start"].get<std::vector<double>>();
    const std::vector<real> values(start.begin(), start.end());
    Parameter weight("w", Tensor({static_cast<Index>(values.size())}, values));
    Parameter* const parameters[] = {&weight};
    Executor executor(2);
    for (const auto& step : golden_["gradients"]) {
      const auto numbers = step.get<std::vector<double>>();
      const std::vector<real> gradient(numbers.begin(), numbers.end());
      Tape tape(Mode::train);
      optimiser.step(parameters, tape.backward(weighted_sum(tape.parameter(weight), gradient)), golden_["rate"],
                     executor);
    }
    const auto after = golden_["after"][name].get<std::vector<double>>();
    for (std::size_t i = 0; i < after.size(); ++i)
      EXPECT_NEAR(weight.value().data()[i], after[i], kTolerance) << name << " " << i;
  }

  /// The factors of steps of a run of so many steps, or of one step an epoch.
  void expect_rates(const ScheduleOptions& options, const std::string& name, bool is_by_epoch) {
    const auto rates = golden_[name].get<std::vector<double>>();
    const auto steps = static_cast<double>(rates.size());
    for (std::size_t i = 0; i < rates.size(); ++i) {
      const auto at = static_cast<double>(i);
      EXPECT_NEAR(rate_factor(options, at / steps, (at + 1) / steps, is_by_epoch ? static_cast<int>(i) + 1 : 1, 0),
                  rates[i], 1e-12)
          << name << " " << i;
    }
  }

  const nlohmann::json golden_ = golden::read_as<nlohmann::json>("optimisers");
};

TEST_F(OptimisersTest, AdamWIsPyTorchs) {
  AdamW adamw(0.1, {.epsilon = 1e-7});
  expect_golden(adamw, "adamw");
}

TEST_F(OptimisersTest, RmsPropIsPyTorchs) {
  RmsProp rmsprop(0.9, 1e-7);
  expect_golden(rmsprop, "rmsprop");
}

TEST_F(OptimisersTest, SchedulesArePyTorchs) {
  expect_rates({.kind = ScheduleKind::cosine}, "cosine_of_20_steps", false);
  expect_rates({.kind = ScheduleKind::step, .decay = 0.3, .decay_epochs = 3}, "step_of_3_by_0.3", true);
  expect_rates({.warm_up = 0.25}, "linear_warm_up_of_5_in_20", false);
}

}  // namespace
}  // namespace recura
