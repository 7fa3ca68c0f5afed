#pragma once

#include <recura/tagger_options.h>

#include <memory>
#include <string>
#include <vector>

#include "api/tag/lexicon_files.h"
#include "api/tag/start.h"

namespace recura {

/// What decides the options that are left to the training texts.
struct TextKind {
  bool characters = false;  // tokens are single ones: as a start has it, the options, or the texts themselves
  bool segmented = false;   // spans are the words that the texts are cut into
};

/// `start` may be null.
/// @throws ArgumentError  if raw text would then be cut otherwise than these are.
TextKind kind_of(const TaggerOptions& options, const TaggerStart* start, const TaggedData& data);

/// What the task floor makes of the public options; `start` may be null.
/// @throws ArgumentError, DataError, SystemError  if they contradict each other, or a file that they name is not to be
/// used.
TaggerRecipe recipe_of(const TaggerOptions& options, const TextKind& kind, std::vector<LexiconEntry> lexicon,
                       std::shared_ptr<const TaggerStart> start);

}  // namespace recura
