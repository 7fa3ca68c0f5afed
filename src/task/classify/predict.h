#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/executor.h"
#include "layer/network.h"
#include "task/classify/model.h"
#include "text/encoder.h"

namespace recura {

/// Texts as ids, and how much of them the model can read.
struct EncodedTexts {
  std::vector<std::vector<std::int32_t>> ids;
  std::int64_t tokens = 0;   // read
  std::int64_t unknown = 0;  // of those
  std::int64_t dropped = 0;  // beyond max_length
};

/// Encodes texts, spread over the executor's threads.
EncodedTexts encode(const TextEncoder& encoder, std::span<const std::string> texts, Executor& executor);

/// Probabilities [B, K] of `labels` labels for B texts as ids: a softmax, or of several a sigmoid each. A single
/// output is the second label's probability, or of `several` the only one's.
///
/// Texts of similar length are read together; a text's result does not depend on the others, bit for bit. Memory: that
/// of a few thousand tokens for each thread, or of the longest text.
/// @throws DataError  if a probability is not finite.
std::vector<double> predict(const Network& network, std::span<const std::vector<std::int32_t>> ids, std::size_t labels,
                            Executor& executor, const Decision& decision = {});
/// The same of a model.
std::vector<double> predict(const ClassifierModel& model, std::span<const std::vector<std::int32_t>> ids,
                            Executor& executor);

}  // namespace recura
