#pragma once

#include <cmath>
#include <cstdint>
#include <string>

#include "base/error.h"
#include "tensor/precision.h"
#include "train/trainer.h"

namespace recura {

/// What rounding a model's weights did to its score on some rows.
struct Narrowing {
  Precision from = Precision::float32, to = Precision::float32;
  std::int64_t rows = 0;  // 0: none, and no scores
  Objective::DevScore before{0, 0}, after{0, 0};
};

/// Rounds the weights of a network, and scores it before and after by the objective's dev score on its `rows` dev rows.
/// @throws ArgumentError  if the weights are narrower already.
/// @throws DataError      if an answer is not finite.
template <typename Network>
Narrowing narrow(Network& network, Precision precision, const Objective& objective, std::int64_t rows,
                 Executor& executor) {
  Narrowing change{network.precision(), precision, rows};
  if (precision < change.from) {
    throw ArgumentError("the model's weights are {} already: {} would not bring back what they lost", name(change.from),
                        name(precision));
  }
  const auto score = [&] {
    const auto scored = objective.dev_score(executor).value_or(Objective::DevScore{0, 0});
    if (!std::isfinite(scored.loss))
      throw DataError("the network gives a text no finite number: its weights are too large");
    return scored;
  };
  change.before = score();
  network.round_to(precision);
  change.after = score();
  return change;
}

/// As a JSON object, for people; `score`: what the score is called, "accuracy".
std::string to_json(const Narrowing& change, const std::string& score);

}  // namespace recura
