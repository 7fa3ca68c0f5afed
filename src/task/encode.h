#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/executor.h"
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

}  // namespace recura
