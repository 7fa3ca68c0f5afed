#pragma once

#include "grad/parameter.h"

namespace recura {

/// Gives a network's weight the first `rows` rows of one of the model that its training begins with.
/// @throws ArgumentError  as `refuse_weight`, if they do not fit.
void take_first_rows(const Parameter& from, Index rows, Parameter& to);

/// @throws ArgumentError  that names a weight, and both shapes.
[[noreturn]] void refuse_weight(const Parameter& from, const Parameter& to);

}  // namespace recura
