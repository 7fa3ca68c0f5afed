#pragma once

#include <memory>
#include <string>
#include <vector>

#include "layer/network.h"
#include "task/classify/answer/decision.h"
#include "task/model_facts.h"
#include "text/encoder.h"

namespace recura {

/// A network that gives each text one of K labels, or several, with all it needs to read text. Const use is safe for
/// any number of threads.
struct ClassifierModel {
  TextEncoder encoder;
  std::unique_ptr<Network> network;
  /// K of them. Of one label a text, a network with a single output gives the second one's probability by a sigmoid;
  /// else a softmax.
  std::vector<std::string> labels;
  Decision decision = {};
  ModelFacts facts = {};
};

/// @throws ArgumentError  if the network does not give each text as many outputs as the labels need.
void check(const ClassifierModel& model);

/// Writes the model file; docs/model-file.md describes it. The old file stays whole until the new one is complete.
/// @throws DataError    if a weight is not finite.
/// @throws SystemError  if writing fails.
void save(const ClassifierModel& model, const std::string& path);

/// @throws DataError  if it is of another task, or its parts do not fit each other.
ClassifierModel read_classifier(const ModelFile& file);
/// @throws SystemError, DataError  as `ModelFile::open` too.
ClassifierModel load_classifier(const std::string& path);

}  // namespace recura
