#pragma once

#include <recura/options.h>

#include <string>
#include <string_view>
#include <vector>

#include "data/labelled_data.h"

namespace recura {

/// What the data floor makes of the public options.
ReadOptions read_options(const InputOptions& input);

/// "line 7: what was expected", for people.
std::vector<std::string> lines_of(const std::vector<RowProblem>& problems);

/// "; left out: 3 bad rows, line 7: what was expected", for an error that they may be the cause of; empty if there are
/// none.
std::string left_out(const LabelledData& data);

/// @throws DataError  if a text is not well-formed UTF-8.
void refuse_bad_utf8(std::string_view text);
/// The same of each; of several it says which one, "text 2 of 3".
void refuse_bad_utf8(const std::vector<std::string>& texts);

/// @throws ArgumentError  if a file to write is named as if it were compressed.
void refuse_compressed(const std::string& out);

}  // namespace recura
