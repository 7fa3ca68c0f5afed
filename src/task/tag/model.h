#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "task/model_facts.h"
#include "task/tag/answer/calibration.h"
#include "task/tag/features/token_encoder.h"
#include "task/tag/tag_network.h"
#include "task/tag/tag_set.h"

namespace recura {

/// A network that finds spans in texts, with all it needs to read text. Const use is safe for any number of threads.
struct TaggerModel {
  TokenEncoder encoder;
  TagSet tags;
  std::unique_ptr<TagNetwork> network;
  /// Of the texts' classes, L of them.
  std::vector<std::string> labels = {};
  SpanCalibration calibration = {};
  ModelFacts facts = {};
};

/// @throws ArgumentError  if the network does not fit the tags, the labels or the encoder.
void check(const TaggerModel& model);

/// Writes the model file; docs/model-file.md describes it. The old file stays whole until the new one is complete.
/// @throws DataError    if a weight is not finite.
/// @throws SystemError  if writing fails.
void save(const TaggerModel& model, const std::string& path);

/// @throws DataError  if it is of another task, or its parts do not fit each other.
TaggerModel read_tagger(const ModelFile& file);

// What these are made of, for models of other tasks that are taggers inside. The model must live until the file is
// written.

void add_tagger(const TaggerModel& model, std::string_view task, ModelWriter& writer);
/// `texts`: those that the model has besides.
TaggerModel tagger_of(const ModelFile& file, std::string_view task, std::set<std::string> texts = {});

}  // namespace recura
