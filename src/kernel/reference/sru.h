#pragma once

#include "kernel/recurrent.h"

namespace recura::kernel::reference {

/// The SRU, one text after the other, one step after the other. What it keeps of a row:
///
///     [c f r s q]   q: c_{t-1}; after backward through time the first four hold their gradients, those of c, f and r
///                   by the sums before their functions
std::unique_ptr<RecurrentKernel> make_sru(const RecurrentSpec& spec, const RecurrentWeights& weights);

}  // namespace recura::kernel::reference
