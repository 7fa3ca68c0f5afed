#pragma once

#include <functional>

#include "data/batches.h"
#include "layer/network.h"
#include "train/trainer.h"

namespace recura {

/// How far gradients reach back in some texts; `loss` is the mean of theirs. Of the 200 last steps of each, at most.
GradientFlow gradient_flow(const Network& network, const PackedIds& texts, const std::function<Var(Var logits)>& loss,
                           Executor& executor);

}  // namespace recura
