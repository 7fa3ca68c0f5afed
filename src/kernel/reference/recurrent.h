#pragma once

#include "kernel/recurrent.h"

namespace recura::kernel::reference {

/// Reads one text after the other, one step after the other. What it keeps of a row:
///
///     rnn   [dz]               after backward through time: the gradient by z, the argument of the gates' functions
///     lstm  [i f g o c]        i f g o are replaced by their dz
///     gru   [r z n q]          q: h_{t-1} U_n + d, or r * h_{t-1} with reset before; r z n are replaced by their dz,
///     and
///                              with reset after q by its gradient
std::unique_ptr<RecurrentKernel> make_recurrent(const RecurrentSpec& spec, const RecurrentWeights& weights);

}  // namespace recura::kernel::reference
