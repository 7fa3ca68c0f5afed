#pragma once

#include <memory>
#include <string>
#include <vector>

#include "layer/network.h"
#include "task/text_json.h"
#include "text/vocabulary.h"

namespace recura {

/// What a classifier's training begins with, out of a model that was trained before: a classifier, of which all goes
/// on, or a language model, of which the embedding and the recurrent layers do.
struct Start {
  TextSettings text;
  /// Those that the embedding has rows for.
  std::vector<std::string> forms;
  /// From the embedding on; of a classifier all but that of the labels.
  std::vector<LayerSpec> layers;
  /// Of a classifier.
  std::vector<std::string> labels;
  bool several = false;
  std::unique_ptr<Module> network;
  std::string digest;

  bool is_classifier() const { return !labels.empty(); }
};

/// @throws SystemError, DataError  if the file cannot be read, or is of another task.
Start read_start(const std::string& path);

/// The forms of a start, at their places, and behind them as many of `forms`, which it lacks, as there is room for.
Vocabulary vocabulary_from(const Start& start, const std::vector<std::string>& forms, std::int64_t max_size);

/// Gives a network the weights of a start: of the forms and labels that both have, and all between them. The others
/// stay as they are. Its labels must hold those of the start.
/// @throws ArgumentError  if they do not fit each other.
void take_over(const Start& start, const std::vector<std::string>& labels, Network& network);

/// How far from the labels a weight stands that came from a start: 1 for the recurrent layer next to them, one more for
/// each below it, and for the embedding; 0 for what is new, or has nothing recurrent beside it.
int depth_of(const Parameter& parameter, const std::vector<LayerSpec>& layers);

}  // namespace recura
