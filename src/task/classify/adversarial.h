#pragma once

#include <functional>

#include "data/batches.h"
#include "layer/network.h"
#include "tensor/tensor.h"

namespace recura {

/// The step of each text's embeddings x along which its loss grows fastest (Miyato, Dai & Goodfellow 2017), [N, D]:
///
///     r = size ||x|| g / ||g||,   g = d loss / d x
///
/// Norms are those of whole texts, so that `size` is a share of what is perturbed, whatever its scale. Zero where a
/// text has no gradient. `loss` makes a single number of the batch's logits; dropout is left out.
Tensor adversarial_step(const Network& network, const PackedIds& batch, const std::function<Var(Var)>& loss,
                        double size, Executor& executor);

}  // namespace recura
