#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace recura {

/// A file of names, one a line.
struct NameList {
  std::vector<std::string> names;  // none twice
  /// Lines; those with a number behind the name, which is a part of it, look like those of a list of frequencies.
  std::int64_t blank = 0, repeated = 0, numbered = 0;
  /// The line of the first repeated name, and of the first with a number; 0 if there is none.
  std::int64_t first_repeated = 0, first_numbered = 0;
};

/// @throws SystemError  if the file cannot be read.
/// @throws DataError    if a line is no UTF-8, or there is no name.
NameList read_names(const std::string& path);

}  // namespace recura
