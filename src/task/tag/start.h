#pragma once

#include "task/tag/model.h"

namespace recura {

/// Gives the network of a model the weights of a tagger that it goes on with: the vectors of its words and characters,
/// which come first in the model's vocabularies, its layers, and what its tags and labels have, which the model has
/// too. Tags and labels that are new begin as the mean of all old ones, and improbable; nothing is known of what
/// follows on which of them.
/// @throws ArgumentError  if a weight does not fit.
void take_over(const TaggerModel& start, TaggerModel& model);

/// Names that either has, ascending.
std::vector<std::string> united(std::vector<std::string> names, const std::vector<std::string>& others);

}  // namespace recura
