#pragma once

#include <recura/options.h>

#include <string>
#include <vector>

#include "data/labelled_data.h"

namespace recura {

/// What the data floor makes of the public options.
ReadOptions read_options(const InputOptions& input);

/// "line 7: what was expected", for people.
std::vector<std::string> problems_of(const LabelledData& data);

}  // namespace recura
