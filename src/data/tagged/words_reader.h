#pragma once

#include "data/tagged/tagged_collector.h"

namespace recura {

/// Segmented text: a text a line, its words apart by blanks, tabs or ideographic spaces. The tokens are the grapheme
/// clusters of the text as it is without segmentation, the spans its words, without a type.
void read_words(LineReader& lines, TaggedCollector& into);

}  // namespace recura
