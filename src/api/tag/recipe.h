#pragma once

#include <recura/tagger_options.h>

#include <memory>
#include <string>
#include <vector>

#include "api/tag/lexicon_files.h"
#include "api/tag/start.h"

namespace recura {

/// Whether texts are cut into characters: as a start has it, the options, or the texts themselves.
/// @throws ArgumentError  if raw text would then be cut otherwise than these are.
bool reads_characters(const TaggerOptions& options, const TaggerStart* start, const std::vector<TaggedText>& texts);

/// What the task floor makes of the public options; `start` may be null.
/// @throws ArgumentError, DataError, SystemError  if they contradict each other, or a file that they name is not to be
/// used.
TaggerRecipe recipe_of(const TaggerOptions& options, bool characters, std::vector<LexiconEntry> lexicon,
                       std::shared_ptr<const TaggerStart> start);

}  // namespace recura
