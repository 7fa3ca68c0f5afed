#pragma once

#include "kernel/level.h"

namespace recura::kernel::reference {

/// The readable twins of all kernels, in plain loops.
const Level& level();

}  // namespace recura::kernel::reference
