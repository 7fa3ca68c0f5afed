#pragma once

#include "data/tagged/tagged_collector.h"

namespace recura {

/// BRAT's standoff: NAME.ann, with a line "T1<tab>TYPE START END<tab>TEXT" for each span, beside the raw text NAME.txt;
/// of a folder all pairs, by their names. Code points count from the start of NAME.txt, line ends as they stand.
///
/// Each line of the text that has a token is a text of its own; lines that a span connects are one. Other annotations
/// (R, E, A, M, N, *, #) are ignored and counted, so are texts of a folder without annotations; spans in several pieces
/// are bad ones, annotations of a folder without their text a bad row.
/// @throws DataError    if `path` is standard input, or a folder without annotations.
/// @throws SystemError  if a file of a single pair is missing.
void read_brat(const std::string& path, TaggedCollector& into);

}  // namespace recura
