#pragma once

#include <cstdint>
#include <vector>

#include "task/summarise/write/source.h"
#include "task/summarise/write/write_network.h"

namespace recura {

/// The words before of a batch, of which so large a share, drawn at random, are those that the network itself writes
/// there: scheduled sampling (Bengio et al. 2015), so that it learns to go on after its own words too. They are found
/// for all steps at once, by a pass over the words before of the reference (Mihaylova & Martins 2019) that is not
/// recorded and drops nothing, as the network writes when it is trained: of each step the likeliest word, which may be
/// a copied one; never the end, behind which nothing stands.
///
/// Random numbers are those of `tape`. Costs a pass forward, unless none is drawn.
std::vector<std::int32_t> sampled_before(Tape& tape, const WriteNetwork& network, const WriteBatch& batch,
                                         double share);

}  // namespace recura
