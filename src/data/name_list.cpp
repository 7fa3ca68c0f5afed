#include "data/name_list.h"

#include <unordered_set>

#include "base/error.h"
#include "data/rows/line_reader.h"
#include "text/utf8.h"

namespace recura {

NameList read_names(const std::string& path) {
  NameList list;
  std::unordered_set<std::string> known;
  LineReader lines(path);
  for (std::string line; lines.next(line);) {
    if (const auto bad = find_bad_utf8(line))
      throw DataError("{}: line {}: no UTF-8 at column {}", path, lines.line_number(), bad->column);
    const std::size_t first = line.find_first_not_of(" \t");
    if (first == std::string::npos) {
      ++list.blank;
      continue;
    }
    std::string name = line.substr(first, line.find_last_not_of(" \t") + 1 - first);
    if (known.insert(name).second) {
      list.names.push_back(std::move(name));
    } else if (++list.repeated == 1) {
      list.first_repeated = lines.line_number();
    }
  }
  if (list.names.empty()) throw DataError("{}: has no names", path);
  return list;
}

}  // namespace recura
