#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/executor.h"
#include "layer/network.h"
#include "task/classify/answer/decision.h"
#include "text/windows.h"

namespace recura {

/// Why a text got a label.
struct TokenWeights {
  /// What each token adds to the label's log-odds ln p / (1 - p); together `log_odds` - `without`, but for the steps of
  /// the sum.
  std::vector<double> weights;
  double log_odds = 0;
  /// Those of a text of as many tokens that say nothing.
  double without = 0;
  /// Each token's share in the text's row; empty if the network does not attend.
  std::vector<double> attention;
};

/// Integrated gradients (Sundararajan et al. 2017) along the straight line from vectors of zero, which unknown and
/// dropped tokens have, to the text's own:
///
///     weight_n = x_n . mean over s of d log_odds(x s) / d x_n      s = 1/2S, 3/2S, ..., S = 32
///
/// An n-gram's weight is shared by its tokens. `ids` are those of one text. Costs training on S texts.
///
/// A longer text is read in windows where `predict` does; the log-odds are those of the mean of their logits, and a
/// token of two windows gets what it adds in both. Memory: that of training on one window at all points, of more than a
/// thousand tokens at fewer of them at a time.
TokenWeights explain(const Network& network, const Decision& decision, std::span<const std::int32_t> ids,
                     std::size_t label, Executor& executor, TextPieces pieces = {});

}  // namespace recura
