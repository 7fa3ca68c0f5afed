#pragma once

#include <memory>
#include <string>
#include <vector>

#include "layer/network.h"
#include "text/encoder.h"

namespace recura {

/// A network that gives each text one of K labels, with all it needs to read text. Const use is safe for any number of
/// threads.
struct ClassifierModel {
  TextEncoder encoder;
  std::unique_ptr<Network> network;
  /// K of them. A network with a single output gives the second one's probability by a sigmoid; else a softmax.
  std::vector<std::string> labels;
  /// JSON objects that stand in the file as they are: the options it was trained with, what training found.
  std::string options = "{}";
  std::string training = "{}";
  /// What rounding the weights did, `{}` if nobody did.
  std::string narrowing = "{}";
  /// The file's checksum if the model comes from one.
  std::string digest = {};
  /// What a reader of the file should know, such as another Unicode version than the one trained with.
  std::vector<std::string> notes = {};
};

/// @throws ArgumentError  if the network does not give each text as many outputs as the labels need.
void check(const ClassifierModel& model);

/// Writes the model file; docs/model-file.md describes it. The old file stays whole until the new one is complete.
/// @throws DataError    if a weight is not finite.
/// @throws SystemError  if writing fails.
void save(const ClassifierModel& model, const std::string& path);

/// @throws SystemError  if the file cannot be read.
/// @throws DataError    if it is damaged, of another version or task, or its parts do not fit each other.
ClassifierModel load_classifier(const std::string& path);

}  // namespace recura
