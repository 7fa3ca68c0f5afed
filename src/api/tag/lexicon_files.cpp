#include "api/tag/lexicon_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "data/name_list.h"

namespace recura {

LexiconFiles read_lexicon(const std::string& files) {
  LexiconFiles lexicon;
  for (std::size_t at = 0; at < files.size();) {
    const std::size_t end = std::min(files.find(',', at), files.size());
    const std::string one = files.substr(at, end - at);
    at = end + 1;
    const std::size_t equals = one.find('=');
    const std::string type = equals == std::string::npos ? "" : one.substr(0, equals);
    const std::string path = equals == std::string::npos ? one : one.substr(equals + 1);
    NameList list = read_names(path);
    if (list.blank > 0) lexicon.notes.push_back(fmt::format("{}: blank lines: {}", path, list.blank));
    if (list.repeated > 0) {
      lexicon.notes.push_back(fmt::format("{}: names that stand there already: {}, the first in line {}", path,
                                          list.repeated, list.first_repeated));
    }
    if (list.numbered > 0) {
      lexicon.notes.push_back(
          fmt::format("{}: names with a number behind them: {}, the first in line {}; a line is one name, whole", path,
                      list.numbered, list.first_numbered));
    }
    for (std::string& name : list.names) lexicon.entries.push_back({std::move(name), type});
  }
  return lexicon;
}

}  // namespace recura
