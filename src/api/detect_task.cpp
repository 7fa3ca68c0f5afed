#include <recura/model.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "data/conll_reader.h"
#include "data/line_reader.h"
#include "data/tagged_data.h"

namespace recura {
namespace {

/// A folder of BRAT's pairs.
bool has_annotations(const std::string& folder) {
  std::error_code unknown;
  return std::ranges::any_of(std::filesystem::directory_iterator(folder, unknown),
                             [](const auto& entry) { return entry.path().extension() == ".ann"; });
}

}  // namespace

std::string detect_task(const std::string& path) {
  if (path == "-") return "classify";
  const auto format = tagged_format_of(path);
  if (format == TaggedFormat::conll || format == TaggedFormat::words || path.ends_with(".ann")) return "tag";
  if (format == TaggedFormat::brat) return has_annotations(path) ? "tag" : "classify";
  LineReader lines(path);
  for (std::string line; lines.next(line);) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const auto row = nlohmann::json::parse(line, nullptr, false);
    if (!row.is_object()) return looks_like_conll(line) && !line.starts_with("__label__") ? "tag" : "classify";
    if (row.contains("spans") || row.contains("entities")) return "tag";
    return row.contains("summary") ? "summarise" : "classify";
  }
  return "classify";
}

}  // namespace recura
