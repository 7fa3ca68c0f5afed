#pragma once

#include <memory>
#include <string>

#include "api/start.h"
#include "task/tag/train.h"

namespace recura {

// What a tagger begins with, or whatever else is a tagger inside.

/// Whether a model that training begins with decides an option.
bool is_of_start(const Option& option, const TaggerStart& start);

inline const std::string& digest_of(const TaggerStart& start) { return start.digest(); }

/// Gives a recipe what the start decides; it may be null.
void begin_with(std::shared_ptr<const TaggerStart> start, TaggerRecipe& recipe);

}  // namespace recura
