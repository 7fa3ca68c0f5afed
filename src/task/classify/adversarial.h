#pragma once

#include <functional>

#include "data/batches.h"
#include "layer/network.h"
#include "tensor/tensor.h"

namespace recura {

/// Makes a single number of the logits of a batch.
using LogitLoss = std::function<Var(Var)>;

/// The step of each text's embeddings x along which its loss grows fastest (Miyato, Dai & Goodfellow 2017), [N, D]:
///
///     r = size ||x|| g / ||g||,   g = d loss / d x
///
/// Norms are those of whole texts, so that `size` is a share of what is perturbed, whatever its scale. Zero where a
/// text has no gradient. Dropout is left out.
Tensor adversarial_step(const Network& network, const PackedIds& batch, const LogitLoss& loss, double size,
                        Executor& executor);

/// The mean over texts of the divergence (Kullback & Leibler 1951) of their answers from those that the network gives
/// now, without dropout: that of their softmax, or the sum of those of each output, yes or no.
LogitLoss divergence_from_now(const Network& network, const PackedIds& batch, bool softmax, Executor& executor);

/// The step of this size along which the answers' divergence grows fastest, [N, D]: it needs no labels. By one step of
/// the power method for the largest eigenvector of the divergence's Hessian, g being its gradient a short way along a
/// random `direction`, [N, D] (virtual adversarial training: Miyato et al. 2016, 2017).
Tensor virtual_step(const Network& network, const PackedIds& batch, const LogitLoss& divergence, double size,
                    Tensor direction, Executor& executor);

}  // namespace recura
