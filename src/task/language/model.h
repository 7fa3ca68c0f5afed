#pragma once

#include <memory>
#include <string>

#include "task/language/language_network.h"
#include "task/model_facts.h"
#include "text/encoder.h"

namespace recura {

/// A network that guesses the words of a text, with all it needs to read text. Const use is safe for any number of
/// threads.
struct LanguageModelParts {
  /// Reads texts whole.
  TextEncoder encoder;
  std::unique_ptr<LanguageNetwork> network;
  /// A text is read in pieces of so many tokens, each without memory of the one before it.
  std::int64_t piece = 0;
  ModelFacts facts = {};
};

inline constexpr const char* kLanguageTask = "language-model";
inline constexpr std::int64_t kLongestPiece = 1'000'000;

/// Writes the model file; docs/model-file.md describes it. The old file stays whole until the new one is complete.
/// @throws DataError    if a weight is not finite.
/// @throws SystemError  if writing fails.
void save(const LanguageModelParts& model, const std::string& path);

/// @throws DataError  if it is of another task, or its parts do not fit each other.
LanguageModelParts read_language_model(const ModelFile& file);

}  // namespace recura
