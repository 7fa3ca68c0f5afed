#pragma once

#include <recura/tagger_options.h>

#include <memory>
#include <string>
#include <vector>

#include "api/tag/lexicon_files.h"
#include "task/tag/train.h"

namespace recura {

/// What training begins with; null if there is nothing.
/// @throws ArgumentError, DataError, SystemError  if there is no such model, or other options do nothing beside it.
std::shared_ptr<const TaggerStart> start_of(TaggerOptions options);

/// Whether texts are cut into characters: as a start has it, the options, or the texts themselves.
/// @throws ArgumentError  if raw text would then be cut otherwise than these are.
bool reads_characters(const TaggerOptions& options, const TaggerStart* start, const std::vector<TaggedText>& texts);

/// What the task floor makes of the public options; `start` may be null.
/// @throws ArgumentError, DataError, SystemError  if they contradict each other, or a file that they name is not to be
/// used.
TaggerRecipe recipe_of(const TaggerOptions& options, bool characters, std::vector<LexiconEntry> lexicon,
                       std::shared_ptr<const TaggerStart> start);

/// The options that made a model, as JSON: without those that a start decided; it may be null.
std::string told_options(const TaggerOptions& options, const TaggerStart* start);

}  // namespace recura
