#include "api/start.h"

#include <algorithm>

namespace recura {

bool is_of_start(const Option& option, const LanguageModelParts& start) {
  constexpr const char* kDecided[] = {"unit",      "subwords", "normalization", "lower-case",    "dictionary",
                                      "segmenter", "cell",     "embedding",     "activation",    "hidden",
                                      "layers",    "init",     "bidirectional", "decoder-hidden"};
  constexpr const char* kOfWords[] = {"min-count", "max-vocabulary", "max-outputs"};
  const Unit unit = start.encoder.tokenizer().rule().unit;
  if (unit == Unit::subword && std::ranges::count(kOfWords, option.name) > 0) return true;
  return std::ranges::count(kDecided, option.name) > 0;
}

}  // namespace recura
