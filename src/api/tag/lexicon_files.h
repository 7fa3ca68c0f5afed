#pragma once

#include <string>
#include <vector>

#include "task/tag/features/lexicon.h"

namespace recura {

/// Names of files, each of a type.
struct LexiconFiles {
  std::vector<LexiconEntry> entries;
  /// "places.txt: 3 blank lines": what people should know of them.
  std::vector<std::string> notes;
};

/// `files`: "LOC=places.txt,PER=people.txt"; a file without a type is of words.
/// @throws DataError, SystemError  as `read_names`.
LexiconFiles read_lexicon(const std::string& files);

}  // namespace recura
