#include "data/name_list.h"

#include <unordered_set>

#include "base/error.h"
#include "data/rows/line_reader.h"
#include "text/gb18030.h"
#include "text/utf8.h"

namespace recura {
namespace {

/// As in word lists of other programs: "word 123", or "word 123 n" with a part of speech.
bool has_number_behind(std::string_view name) {
  const auto take_last = [&](std::string_view characters) {
    const std::size_t begin = name.find_last_not_of(characters) + 1;
    const std::size_t blanks = name.substr(0, begin).find_last_not_of(" \t") + 1;
    const bool found = begin < name.size() && blanks < begin && blanks > 0;
    if (found) name = name.substr(0, blanks);
    return found;
  };
  take_last("abcdefghijklmnopqrstuvwxyz");
  return take_last("0123456789");
}

}  // namespace

NameList read_names(const std::string& path) {
  NameList list;
  std::unordered_set<std::string> known;
  LineReader lines(path);
  for (std::string line; lines.next(line);) {
    if (const auto bad = find_bad_utf8(line))
      throw DataError("{}: line {}: no UTF-8 at column {}{}", path, lines.line_number(), bad->column,
                      gb18030_hint(line));
    const std::size_t first = line.find_first_not_of(" \t");
    if (first == std::string::npos) {
      ++list.blank;
      continue;
    }
    std::string name = line.substr(first, line.find_last_not_of(" \t") + 1 - first);
    if (has_number_behind(name) && ++list.numbered == 1) list.first_numbered = lines.line_number();
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
