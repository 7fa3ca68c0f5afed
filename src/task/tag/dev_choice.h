#pragma once

#include <vector>

#include "task/tag/objective.h"

namespace recura {

/// Of the spans that the model finds in the dev texts.
SpanCalibration calibrate(const TaggerModel& model, const std::vector<TaggedText>& dev, Executor& executor);

struct Balance {
  double shift = 0, f1 = 0;
};

/// Tries shifts of the outside tag's score, down and up, as long as they help on dev, and keeps the best.
Balance balance(TagNetwork& network, const TagObjective& objective, Executor& executor);

}  // namespace recura
