#pragma once

#include <functional>

#include "data/batches.h"
#include "layer/network.h"
#include "train/trainer.h"

namespace recura {

/// How far gradients reach back in some texts; `loss` is the mean of theirs. Distances beyond 200 are left out.
GradientFlow gradient_flow(const Network& network, const PackedIds& texts, const std::function<Var(Var logits)>& loss,
                           Executor& executor);

}  // namespace recura
