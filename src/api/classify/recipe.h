#pragma once

#include <recura/options.h>

#include <string>

#include "task/classify/train.h"

namespace recura {

/// What the task floor makes of the public options.
/// @throws ArgumentError, DataError, SystemError  if they contradict each other, or a file that they name is not to be
/// used.
ClassifierRecipe recipe_of(const TrainOptions& options);

/// The options that made a model, as JSON: without those that what it began with decided; null: it began with nothing.
std::string told_options(const TrainOptions& options, const Start* start);

}  // namespace recura
