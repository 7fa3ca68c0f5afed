#pragma once

#include <recura/options.h>

#include "api/start.h"
#include "task/classify/train.h"

namespace recura {

/// What the task floor makes of the public options.
/// @throws ArgumentError, DataError, SystemError  if they contradict each other, or a file that they name is not to be
/// used.
ClassifierRecipe recipe_of(const TrainOptions& options);

/// Whether a model that training begins with decides an option. A language model has no layers behind its recurrent
/// ones, and reads whole texts; subwords are what they are.
bool is_of_start(const Option& option, const Start& start);

}  // namespace recura
