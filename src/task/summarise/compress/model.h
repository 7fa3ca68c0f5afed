#pragma once

#include <string>

#include "task/tag/model.h"

namespace recura {

/// A tagger whose spans are what summaries keep of their texts.
struct CompressModel : TaggerModel {};

/// @throws ArgumentError  if its parts do not fit each other, or it is a tagger of other spans.
void check(const CompressModel& model);

/// Writes the model file; docs/model-file.md describes it. The old file stays whole until the new one is complete.
/// @throws DataError    if a weight is not finite.
/// @throws SystemError  if writing fails.
void save(const CompressModel& model, const std::string& path);

/// @throws DataError  if it is of another task or kind, or its parts do not fit each other.
CompressModel read_compressor(const ModelFile& file);

}  // namespace recura
