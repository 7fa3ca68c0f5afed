#include <recura/model.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "data/rows/line_reader.h"
#include "data/rows/read_options.h"
#include "data/rows/table_row.h"
#include "data/tagged/conll_reader.h"
#include "data/tagged/tagged_data.h"

namespace recura {
namespace {

/// A folder of BRAT's pairs.
bool has_annotations(const std::string& folder) {
  std::error_code unknown;
  return std::ranges::any_of(std::filesystem::directory_iterator(folder, unknown),
                             [](const auto& entry) { return entry.path().extension() == ".ann"; });
}

using Json = nlohmann::ordered_json;

/// Spans as lists: doccano's [[0, 3, "LOC"]].
bool has_list_of_lists(const Json& row, const char* field) {
  const auto value = row.find(field);
  return value != row.end() && value->is_array() && !value->empty() && value->front().is_array();
}

/// Segmented text, as a segmenter answers; beside labels, words are anybody's.
bool has_words_alone(const Json& row, const std::string& label_field) {
  const auto words = row.find("words");
  const bool is_labelled = row.contains(label_field) || row.contains(label_field + "s");
  return words != row.end() && words->is_array() && !words->empty() && words->front().is_string() && !is_labelled;
}

std::string task_of_row(const Json& row, const std::string& label_field) {
  const bool has_spans = row.contains("spans") || row.contains("entities") || row.contains("annotations");
  if (has_spans || has_list_of_lists(row, "label") || has_list_of_lists(row, "labels")) return "tag";
  if (row.contains("summary") || (row.contains("sentences") && row.contains("keep"))) return "summarise";
  return has_words_alone(row, label_field) ? "tag" : "classify";
}

/// Of an array that may go on for many lines: by the names that stand in its beginning.
std::string task_of_array(std::string_view beginning, const std::string& label_field) {
  const auto has = [&](const std::string& name) { return beginning.find('"' + name + '"') != std::string_view::npos; };
  if (has("spans") || has("entities") || has("annotations")) return "tag";
  if (has("summary")) return "summarise";
  return has("words") && !has(label_field) && !has(label_field + "s") ? "tag" : "classify";
}

bool has_summary_column(std::string_view line) {
  return std::ranges::any_of(std::array{'\t', ','}, [&](char separator) {
    const TableRow header(line, separator);
    return header.cells.size() > 1 && std::ranges::count(header.cells, "summary") > 0;
  });
}

std::string task_of_line(const std::string& line, const std::string& label_field) {
  const Json row = Json::parse(line, nullptr, false);
  if (row.is_object()) return task_of_row(row, label_field);
  if (has_summary_column(line)) return "summarise";
  return looks_like_conll(line) && !line.starts_with("__label__") ? "tag" : "classify";
}

}  // namespace

std::string detect_task(const std::string& path, const std::string& format, const std::string& label_field) {
  const std::string label = label_field.empty() ? "label" : label_field;
  if (format == "conll" || format == "words" || format == "brat") return "tag";
  if (!format.empty()) data_format_from(format);
  if (path == "-") return "classify";
  const auto by_ending = tagged_format_of(path);
  if (by_ending == TaggedFormat::conll || by_ending == TaggedFormat::words || path.ends_with(".ann")) return "tag";
  if (by_ending == TaggedFormat::brat && has_annotations(path)) return "tag";
  std::error_code unknown;
  if (std::filesystem::is_other(path, unknown)) return "classify";  // what a pipe gave, it would not give again
  LineReader lines(path);
  constexpr std::size_t kBeginning = std::size_t{1} << 16;
  std::string array;
  for (std::string line; lines.next(line) && array.size() < kBeginning;) {
    if (array.empty() && line.find_first_not_of(" \t\r") == std::string::npos) continue;
    if (array.empty() && !line.starts_with('[')) return task_of_line(line, label);
    array += line;
  }
  return task_of_array(array, label);
}

}  // namespace recura
