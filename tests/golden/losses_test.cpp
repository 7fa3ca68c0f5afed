#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "grad/ops.h"

namespace recura {
namespace {

using nlohmann::json;

constexpr double kNear = sizeof(real) == 8 ? 1e-10 : 1e-5;

Var loss_of(const json& one, Var logits) {
  const auto weights = one.at("weights").get<std::vector<real>>();
  if (one.contains("targets"))
    return sigmoid_cross_entropy(logits, one.at("targets").get<std::vector<real>>(), weights);
  return softmax_cross_entropy(logits, one.at("classes").get<std::vector<std::int32_t>>(), weights,
                               one.at("smoothing").get<real>());
}

TEST(LossesTest, WeightsAndSmoothingAreThoseOfPyTorch) {
  const json golden = json::parse(std::ifstream(RECURA_GOLDEN_DIR "/losses.json"));
  ASSERT_EQ(golden.at("cases").size(), 6U);
  for (const json& one : golden.at("cases")) {
    SCOPED_TRACE(one.at("name").get<std::string>());
    const auto shape = one.at("shape").get<std::vector<Index>>();
    Parameter logits("logits", Tensor({shape[0], shape[1]}, one.at("logits").get<std::vector<real>>()));
    Tape tape(Mode::train);
    const Var loss = loss_of(one, tape.parameter(logits));
    EXPECT_NEAR(static_cast<double>(loss.value().data[0]), one.at("loss").get<double>(), kNear);
    const Gradients gradients = tape.backward(loss);
    const auto expected = one.at("gradient").get<std::vector<double>>();
    for (std::size_t i = 0; i < expected.size(); ++i)
      EXPECT_NEAR(static_cast<double>(gradients.of(logits).values.data[i]), expected[i], kNear) << i;
  }
}

}  // namespace
}  // namespace recura
