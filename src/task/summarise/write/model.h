#pragma once

#include <memory>
#include <string>

#include "task/model_facts.h"
#include "task/summarise/write/spacing.h"
#include "task/summarise/write/write_network.h"
#include "text/encoder.h"

namespace recura {

/// A network that writes summaries, with all it needs to read and write text. Const use is safe for any number of
/// threads.
struct WriteModel {
  /// Its length is how much of a text is read.
  TextEncoder encoder;
  std::unique_ptr<WriteNetwork> network;
  /// Of a writer of subwords, which know where words begin, it has no forms.
  Spacing spacing;
  /// Words (or subwords with letters) of the longest summary in training: so long is one at most if nobody says how
  /// long.
  std::int64_t longest = 0;
  ModelFacts facts = {};
};

/// @throws ArgumentError  if its parts do not fit each other.
void check(const WriteModel& model);

/// Writes the model file; docs/model-file.md describes it. The old file stays whole until the new one is complete.
/// @throws DataError    if a weight is not finite.
/// @throws SystemError  if writing fails.
void save(const WriteModel& model, const std::string& path);

/// @throws DataError  if it is of another task or kind, or its parts do not fit each other.
WriteModel read_writer(const ModelFile& file);

}  // namespace recura
