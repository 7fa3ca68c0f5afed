#include "data/rows/detect_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/file.h"
#include "data/rows/json_objects.h"
#include "data/rows/source_row.h"
#include "data/rows/table_row.h"

namespace recura {

std::optional<DataFormat> format_by_ending(std::string_view path) {
  if (has_ending(path, ".gz")) path.remove_suffix(3);
  for (const auto& [ending, format] : {std::pair{".jsonl", DataFormat::jsonl},
                                       {".ndjson", DataFormat::jsonl},
                                       {".json", DataFormat::jsonl},
                                       {".csv", DataFormat::csv},
                                       {".tsv", DataFormat::tsv}}) {
    if (has_ending(path, ending)) return format;
  }
  return std::nullopt;
}

std::optional<DataFormat> format_by_line(std::string_view line, const std::vector<std::string>& text_fields,
                                         bool labelled) {
  if (line.starts_with('{') || begins_objects(line)) return DataFormat::jsonl;
  if (labelled && line.starts_with('[')) return DataFormat::jsonl;  // whose reader says what is wrong with it
  if (line.starts_with(kLabelPrefix)) return DataFormat::fasttext;
  // Its cells would take more memory than the line itself.
  constexpr std::size_t kLongestHeader = std::size_t{1} << 20;
  if (line.size() > kLongestHeader) return std::nullopt;
  for (const auto& [separator, format] : {std::pair{'\t', DataFormat::tsv}, {',', DataFormat::csv}}) {
    const TableRow header(line, separator);
    const auto is_there = [&](const std::string& field) { return std::ranges::count(header.cells, field) > 0; };
    if (header.cells.size() > 1 && std::ranges::all_of(text_fields, is_there)) return format;
  }
  return std::nullopt;
}

DataFormat format_of_prose(std::string_view line, const std::vector<std::string>& text_fields) {
  const std::vector<std::string> usual = names_in(ReadOptions().text_field);
  auto found = format_by_line(line, text_fields, false);
  const bool is_asked_for = found && text_fields != usual;
  if (!found) found = format_by_line(line, usual, false);  // whose reader says which column is missing
  const bool is_table = found == DataFormat::csv || found == DataFormat::tsv;
  const bool is_doubtful = (found == DataFormat::jsonl && !begins_objects(line)) ||
                           (is_table && !is_asked_for && line.find(' ') != std::string_view::npos);
  return found && !is_doubtful ? *found : DataFormat::lines;
}

std::string separator_hint(std::string_view header, char separator, const std::vector<std::string>& wanted) {
  if (header.starts_with("sep=")) return "; the line \"sep=\" is Excel's own, expected the header in its place";
  if (TableRow(header, separator).cells.size() > 1) return "";
  const auto is_wanted = [&](std::string_view cell) {
    return std::ranges::count(wanted, trimmed(cell, " \t\r\"")) > 0;
  };
  for (const std::string_view other : {";", "\t", "，", ","}) {
    if (other[0] == separator) continue;
    bool found = false;
    std::size_t cells = 0;
    for (std::size_t at = 0; at <= header.size(); ++cells) {
      const std::size_t end = std::min(header.find(other, at), header.size());
      found = found || is_wanted(header.substr(at, end - at));
      at = end + other.size();
    }
    if (!found || cells == 1) continue;
    if (other == "\t") return "; cells seem to be parted by tabs: --format tsv reads them";
    if (other == ",") return "; cells seem to be parted by \",\": --format csv reads them";
    return fmt::format("; cells seem to be parted by \"{}\", {} parts them by {}", other,
                       separator == ',' ? "csv" : "tsv", separator == ',' ? "\",\"" : "tabs");
  }
  return "";
}

}  // namespace recura
