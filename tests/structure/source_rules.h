#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

// The rules that a source tree keeps. Each function gives its violations, one message each: "src/a/b.h:3: what is
// wrong".
namespace recura {

using Path = std::filesystem::path;
using Violations = std::vector<std::string>;

/// The floors and what each may include besides itself, read from src/floors.txt; in `order` from the ground up.
struct Floors {
  std::vector<std::string> order;
  std::map<std::string, std::set<std::string>> allowed;

  explicit Floors(const Path& root) {
    std::ifstream file(root / "src/floors.txt");
    for (std::string line; std::getline(file, line);) {
      if (line.empty() || line[0] == '#') continue;
      const std::string name = line.substr(0, line.find(':'));
      std::istringstream names(line.substr(name.size() + 1));
      order.push_back(name);
      for (std::string floor; names >> floor;) allowed[name].insert(floor);
    }
  }

  bool has(const std::string& name) const { return std::ranges::count(order, name) > 0; }
};

/// One #include line. `file` is relative to the tree's root.
struct Include {
  Path file;
  int line;
  std::string target;
  bool quoted;

  /// The folder that the target names: "grad" of "grad/tape.h"; "" if it names none.
  std::string folder() const { return target.find('/') == std::string::npos ? "" : target.substr(0, target.find('/')); }
  std::string where() const { return fmt::format("{}:{}: includes {}", file.generic_string(), line, target); }
};

inline bool is_header(const Path& file) { return file.extension() == ".h"; }

/// The sources below a folder of the tree, sorted, relative to the root. None if there is no such folder.
inline std::vector<Path> sources(const Path& root, const Path& folder) {
  std::vector<Path> files;
  if (!std::filesystem::is_directory(root / folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
    if (is_header(entry.path()) || entry.path().extension() == ".cpp")
      files.push_back(entry.path().lexically_relative(root));
  }
  std::ranges::sort(files);
  return files;
}

inline std::vector<std::string> lines(const Path& file) {
  std::ifstream stream(file);
  std::vector<std::string> result;
  for (std::string line; std::getline(stream, line);) result.push_back(line);
  return result;
}

inline std::vector<Include> includes(const Path& root, const Path& folder) {
  static const std::regex directive(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"].*)");
  std::vector<Include> result;
  for (const Path& file : sources(root, folder)) {
    int number = 0;
    for (const std::string& line : lines(root / file)) {
      ++number;
      std::smatch match;
      if (std::regex_match(line, match, directive)) result.push_back({file, number, match[2], match[1] == "\""});
    }
  }
  return result;
}

/// Every floor is a folder, every folder a floor; what a floor may include stands above it in the table, with all that
/// this one may include.
inline Violations floor_table_violations(const Path& root) {
  const Floors floors(root);
  Violations found;
  for (const auto& entry : std::filesystem::directory_iterator(root / "src")) {
    const std::string name = entry.path().filename().string();
    if (entry.is_directory() && !floors.has(name)) found.push_back(fmt::format("src/{}: not in src/floors.txt", name));
  }
  std::set<std::string> above;
  for (const std::string& floor : floors.order) {
    if (!std::filesystem::is_directory(root / "src" / floor))
      found.push_back(fmt::format("src/floors.txt: no folder src/{}", floor));
    const auto allowed = floors.allowed.find(floor);
    for (const std::string& below : allowed == floors.allowed.end() ? std::set<std::string>{} : allowed->second) {
      if (!above.contains(below))
        found.push_back(
            fmt::format("src/floors.txt: {} stands on {}, which is not above it in the table", floor, below));
      const auto further = floors.allowed.find(below);
      if (further == floors.allowed.end() || std::ranges::includes(allowed->second, further->second)) continue;
      found.push_back(fmt::format("src/floors.txt: {} lacks something that {} stands on", floor, below));
    }
    above.insert(floor);
  }
  return found;
}

/// A file of src/ includes only its own floor's headers and those of the floors it stands on. <recura/…> belongs to
/// api, unless it lies on the lowest floor.
inline Violations floor_violations(const Path& root) {
  const Floors floors(root);
  Violations found;
  for (const Include& include : includes(root, "src")) {
    const std::string own = std::next(include.file.begin())->string();
    const bool is_public = include.folder() == "recura";
    const std::string target = !is_public                                                    ? include.folder()
                               : std::filesystem::exists(root / "src/base" / include.target) ? "base"
                                                                                             : "api";
    if (!floors.has(target)) {
      if (include.quoted) found.push_back(include.where() + ", which is not \"floor/file.h\"");
      continue;
    }
    const auto allowed = floors.allowed.find(own);
    if (target == own || (allowed != floors.allowed.end() && allowed->second.contains(target))) continue;
    found.push_back(fmt::format("{}, but {} may not include {}", include.where(), own, target));
  }
  return found;
}

/// A public header needs nothing but other public headers and the standard library.
inline Violations public_header_violations(const Path& root) {
  Violations found;
  std::vector<Include> all = includes(root, "src/api/recura");
  std::ranges::copy(includes(root, "src/base/recura"), std::back_inserter(all));
  for (const Include& include : all) {
    const bool standard = !include.quoted && include.target.find_first_of("/.") == std::string::npos;
    const bool is_public = !include.quoted && include.folder() == "recura";
    if (!standard && !is_public)
      found.push_back(include.where() + ", but a public header has only <recura/…> and the standard library");
  }
  return found;
}

/// A folder that uses the library as anybody does: <recura/…>, its own headers, other libraries.
inline Violations client_violations(const Path& root, const Path& folder) {
  const Floors floors(root);
  Violations found;
  for (const Include& include : includes(root, folder)) {
    const bool own = std::filesystem::exists(root / include.file.parent_path() / include.target) ||
                     std::filesystem::exists(root / folder / include.target) || include.folder() == folder;
    if (floors.has(include.folder()) || (include.quoted && !own)) {
      found.push_back(fmt::format("{}, but {}/ uses only <recura/…>, its own headers and other libraries",
                                  include.where(), folder.string()));
    }
  }
  return found;
}

inline Violations size_violations(const Path& root) {
  constexpr std::size_t kMaxHeader = 300, kMaxSource = 500;
  Violations found;
  for (const Path& file : sources(root, "src")) {
    const std::size_t count = lines(root / file).size(), limit = is_header(file) ? kMaxHeader : kMaxSource;
    if (count > limit) found.push_back(fmt::format("{}:{}: longer than {} lines", file.generic_string(), count, limit));
  }
  return found;
}

inline Violations pragma_violations(const Path& root, const Path& folder) {
  Violations found;
  for (const Path& file : sources(root, folder)) {
    if (!is_header(file) || std::ranges::count(lines(root / file), "#pragma once") == 1) continue;
    found.push_back(fmt::format("{}:1: lacks #pragma once", file.generic_string()));
  }
  return found;
}

}  // namespace recura
