#include "task/encode.h"

#include <algorithm>

namespace recura {
namespace {

constexpr int kTextsPerPart = 64;

}  // namespace

EncodedTexts encode(const TextEncoder& encoder, std::span<const std::string> texts, Executor& executor) {
  EncodedTexts result;
  result.ids.resize(texts.size());
  const int parts = static_cast<int>((texts.size() + kTextsPerPart - 1) / kTextsPerPart);
  std::vector<EncodedTexts> counts(static_cast<std::size_t>(parts));
  executor.run(parts, [&](int part) {
    EncodedTexts& count = counts[static_cast<std::size_t>(part)];
    const std::size_t begin = static_cast<std::size_t>(part) * kTextsPerPart;
    for (std::size_t row = begin; row < std::min(texts.size(), begin + kTextsPerPart); ++row) {
      EncodedText text = encoder.encode(texts[row]);
      text.ids.shrink_to_fit();
      count.tokens += static_cast<std::int64_t>(text.ids.size());
      count.unknown += text.unknown;
      count.dropped += text.dropped;
      result.ids[row] = std::move(text.ids);
    }
  });
  for (const EncodedTexts& count : counts) {
    result.tokens += count.tokens;
    result.unknown += count.unknown;
    result.dropped += count.dropped;
  }
  return result;
}

}  // namespace recura
