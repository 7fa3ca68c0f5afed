#pragma once

#include <cstdint>

#include "base/executor.h"
#include "layer/network.h"
#include "task/classify/objective.h"

namespace recura {

/// What rounding a classifier's weights did to its score on some rows.
struct Narrowing {
  Precision from = Precision::float32, to = Precision::float32;
  std::int64_t rows = 0;  // 0: none, and no scores
  double accuracy_before = 0, accuracy = 0;
  double log_loss_before = 0, log_loss = 0;
};

/// Rounds the weights of a network, and scores it before and after on `dev` rows, which may be none.
/// @throws ArgumentError  if the weights are narrower already.
Narrowing narrow(Network& network, Precision precision, const LabelledIds& dev, std::size_t labels, Executor& executor);

/// As a JSON object, for people.
std::string to_json(const Narrowing& change);

}  // namespace recura
