#pragma once

#include <memory>
#include <string>
#include <vector>

#include "layer/network.h"
#include "task/classify/answer/decision.h"
#include "task/text_json.h"
#include "text/subwords.h"
#include "text/vocabulary.h"

namespace recura {

/// What a classifier's training begins with, out of a model that was trained before: a classifier, of which all goes
/// on, or a language model, of which the embedding and the recurrent layers do.
struct Start {
  TextSettings text;
  /// Those that the embedding has rows for. If they are subwords, there will be no others.
  std::vector<std::string> forms;
  std::shared_ptr<const Subwords> subwords;
  /// From the embedding on; of a classifier all but that of the labels.
  std::vector<LayerSpec> layers;
  /// Of a classifier.
  std::vector<std::string> labels;
  Decision decision;
  std::unique_ptr<Module> network;
  std::string digest;

  bool is_classifier() const { return !labels.empty(); }
};

/// @throws SystemError, DataError  if the file cannot be read, or is of another task.
Start read_start(const std::string& path);

/// Gives a network the weights of a start: the vectors of its forms, the layers that both have, and of a classifier the
/// weights of its labels, which `labels` must hold. All others stay as they are.
/// @throws ArgumentError  if they do not fit each other.
void take_over(const Start& start, const std::vector<std::string>& labels, Network& network);

}  // namespace recura
