#pragma once

#include <cstdint>
#include <span>

#include "grad/tape.h"
#include "kernel/crf.h"

namespace recura {

/// A CRF's weights on a tape: transitions [K, K], begin [K], end [K]; see `kernel::CrfWeights`.
struct CrfVars {
  Var transitions, begin, end;
};

/// Mean over the texts of -ln p(tags | emissions), a single number; a text of length 0 gives 0. Emissions [N, K]; tags
/// [N] in the rows' order. Where a tag is not known, all legal sequences of those that it may be are summed over: the
/// marginal likelihood of texts that are annotated in part (Tsuboi et al. 2008, Greenberg et al. 2018).
///
///     d emission = (p(y_t = tag) - p(y_t = tag | what is known)) / B, and so for transitions, begins and ends
///
/// Its gradient is computed on the way forward, since both need the same sums: keeps N K + K K reals.
/// @throws ArgumentError  if a shape, a tag or a set does not fit, if the tags of a text are illegal, or if a text has
///                        no legal sequence with a finite score.
Var crf_loss(const Sequence& emissions, const CrfVars& weights, const kernel::TagGraph& graph,
             const kernel::KnownTags& tags);

/// @throws ArgumentError  that names the first text whose ln Z is -infinity: one without a legal sequence.
void check_partition(std::span<const double> log_partition, const Packing& packing);

}  // namespace recura
