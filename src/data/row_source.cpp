#include "data/row_source.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/error.h"
#include "data/line_reader.h"
#include "text/utf8.h"

namespace recura {
namespace {

constexpr std::size_t kLongestField = std::size_t{16} << 20;
constexpr std::string_view kLabelPrefix = "__label__";

std::string json_string(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (byte < 0x20) {
      result += fmt::format("\\u{:04x}", byte);
    } else {
      result += c;
    }
  }
  return result += '"';
}

/// What one line of CSV or TSV holds so far (RFC 4180); a quoted field may go on in the next line.
struct Record {
  std::vector<std::string> cells;
  bool open = false;  // inside quotes at the end
  std::string error;

  void add_line(std::string_view line, char separator, bool first) {
    if (first) {
      *this = {};
      cells.emplace_back();
    } else {
      cells.back() += '\n';
    }
    for (std::size_t at = 0; at < line.size(); ++at) {
      const char c = line[at];
      if (open && c == '"') {
        const bool doubled = at + 1 < line.size() && line[at + 1] == '"';
        if (doubled) cells.back() += line[++at];
        open = doubled;
        closed_ = !doubled;
      } else if (open || (c != separator && c != '"')) {
        if (!open && closed_) error = "expected a separator after a closing quote";
        cells.back() += c;
      } else if (c == separator) {
        cells.emplace_back();
        closed_ = false;
      } else if (cells.back().empty() && !closed_) {
        open = true;
      } else {
        cells.back() += c;  // a quote inside an unquoted field is itself
      }
    }
  }

 private:
  bool closed_ = false;
};

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& one : names) all += (all.empty() ? "" : ", ") + fmt::format("{:?}", one);
  return all;
}

std::optional<DataFormat> format_by_ending(std::string_view path) {
  if (path.ends_with(".gz")) path.remove_suffix(3);
  for (const auto& [ending, format] : {std::pair{".jsonl", DataFormat::jsonl},
                                       {".ndjson", DataFormat::jsonl},
                                       {".json", DataFormat::jsonl},
                                       {".csv", DataFormat::csv},
                                       {".tsv", DataFormat::tsv}}) {
    if (path.ends_with(ending)) return format;
  }
  return std::nullopt;
}

std::optional<DataFormat> format_by_line(std::string_view line, const std::string& text_field) {
  if (line.starts_with('{')) return DataFormat::jsonl;
  if (line.starts_with(kLabelPrefix)) return DataFormat::fasttext;
  for (const auto& [separator, format] : {std::pair{'\t', DataFormat::tsv}, {',', DataFormat::csv}}) {
    Record header;
    header.add_line(line, separator, true);
    if (header.cells.size() > 1 && std::ranges::count(header.cells, text_field) > 0) return format;
  }
  return std::nullopt;
}

}  // namespace

struct RowSource::State {
  State(const std::string& where, const ReadOptions& read_options, bool with_labels)
      : path(where == "-" ? "standard input" : where), options(read_options), labelled(with_labels), lines(where) {
    pending = skip_to_first_line();
    detect(where);
    if (pending && separator() != 0) read_header();
  }

  char separator() const { return format == DataFormat::csv ? ',' : format == DataFormat::tsv ? '\t' : '\0'; }

  bool skip_to_first_line() {
    while (lines.next(line)) {
      if (line.find_first_not_of(" \t") != std::string::npos || !labelled) return true;
    }
    return false;
  }

  void detect(const std::string& where) {
    auto found = options.format ? options.format : format_by_ending(where);
    if (!found && pending) found = format_by_line(line, options.text_field);
    if (!found && !labelled) found = DataFormat::lines;
    if (!found && pending) {
      throw DataError(
          "{}: unknown form of data: line {} is no JSON object, no header with a column \"{}\", and does not begin "
          "with {}; set the form if it is one",
          path, lines.line_number(), options.text_field, kLabelPrefix);
    }
    format = found.value_or(DataFormat::lines);
    if (labelled && pending && format == DataFormat::lines)
      throw DataError("{}: the form \"lines\" has no labels", path);
  }

  void read_header() {
    header.add_line(line, separator(), true);
    pending = false;
    text_column = column(options.text_field);
    label_column = labelled ? column(options.label_field) : header.cells.size();
  }

  std::size_t column(const std::string& wanted) const {
    const auto found = std::ranges::find(header.cells, wanted);
    if (found == header.cells.end())
      throw DataError("{}: line 1: no column {:?}; there are {}", path, wanted, joined(header.cells));
    return static_cast<std::size_t>(found - header.cells.begin());
  }

  bool next(SourceRow& row) {
    do {
      if (!pending && !lines.next(line)) return false;
      pending = false;
    } while (line.empty() && format != DataFormat::lines);  // blank lines between rows are no rows
    row = {};
    row.line = lines.line_number();
    read(row);
    if (row.error.empty() && labelled && row.label.empty()) row.error = "the label is empty";
    return true;
  }

  void read(SourceRow& row) {
    if (format == DataFormat::jsonl) return read_json(row);
    if (separator() != 0) return read_cells(row);
    if (!check_utf8(line, row)) return;
    if (format == DataFormat::fasttext) return read_fasttext(row);
    row.text = line;
  }

  /// Replaces bad bytes, or makes the row a bad one.
  bool check_utf8(std::string& text, SourceRow& row) const {
    const auto bad = find_bad_utf8(text);
    if (!bad) return true;
    if (options.replace_bad_utf8) {
      text = replace_bad_utf8(text);
      return true;
    }
    row.error = fmt::format("bytes that are no UTF-8 at line {}, column {}",
                            row.line + static_cast<std::int64_t>(bad->line) - 1, bad->column);
    return false;
  }

  void read_fasttext(SourceRow& row) const {
    std::string_view rest = line;
    if (!rest.starts_with(kLabelPrefix)) {
      if (labelled) row.error = fmt::format("expected {}NAME at the start", kLabelPrefix);
      row.text = line;
      return;
    }
    rest.remove_prefix(kLabelPrefix.size());
    const std::size_t end = std::min(rest.find_first_of(" \t"), rest.size());
    row.label = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (labelled && rest.starts_with(kLabelPrefix)) row.error = "more than one label; a row may have one";
    if (!labelled) row.fields = "\"label\":" + json_string(row.label);
    row.text = rest;
  }

  void read_cells(SourceRow& row) {
    record.add_line(line, separator(), true);
    while (record.open && record.cells.back().size() < kLongestField && lines.next(line))
      record.add_line(line, separator(), false);
    if (record.open) {
      row.error = "a quoted field is not closed";
    } else if (!record.error.empty()) {
      row.error = record.error;
    } else if (record.cells.size() != header.cells.size()) {
      row.error = fmt::format("expected {} columns, got {}", header.cells.size(), record.cells.size());
    }
    for (std::size_t i = 0; row.error.empty() && i < record.cells.size(); ++i) {
      if (!check_utf8(record.cells[i], row)) return;
      if (i == text_column) {
        row.text = std::move(record.cells[i]);
      } else if (i == label_column) {
        row.label = std::move(record.cells[i]);
      } else {
        add_field(row, json_string(header.cells[i]) + ":" + json_string(record.cells[i]));
      }
    }
  }

  static void add_field(SourceRow& row, const std::string& field) {
    if (!row.fields.empty()) row.fields += ',';
    row.fields += field;
  }

  void read_json(SourceRow& row) {
    line.reserve(line.size() + simdjson::SIMDJSON_PADDING);
    auto parsed = parser.parse(line);
    if (parsed.error() == simdjson::UTF8_ERROR) {
      if (!check_utf8(line, row)) return;
      line.reserve(line.size() + simdjson::SIMDJSON_PADDING);
      parsed = parser.parse(line);
    }
    simdjson::dom::object object;
    if (parsed.error() != simdjson::SUCCESS) {
      row.error = fmt::format("not JSON: {}", simdjson::error_message(parsed.error()));
    } else if (parsed.get(object) != simdjson::SUCCESS) {
      row.error = "expected a JSON object";
    } else {
      read_object(object, row);
    }
  }

  void read_object(simdjson::dom::object object, SourceRow& row) {
    bool has_text = false, has_label = false;
    for (const auto [key, value] : object) {
      if (key == options.text_field && !has_text) {
        std::string_view text;
        has_text = value.get(text) == simdjson::SUCCESS;
        if (!has_text)
          row.error = fmt::format("\"{}\" must be a string, it is {}", options.text_field, simdjson::minify(value));
        row.text = text;
        if (!has_text) return;
      } else if (labelled && key == options.label_field && !has_label) {
        has_label = true;
        read_label(value, row);
      } else if (!labelled) {
        add_field(row, json_string(key) + ":" + simdjson::minify(value));
      }
    }
    if (!row.error.empty()) return;
    if (!has_text) row.error = fmt::format("no field \"{}\"", options.text_field);
    if (has_text && labelled && !has_label) row.error = fmt::format("no field \"{}\"", options.label_field);
  }

  void read_label(simdjson::dom::element value, SourceRow& row) const {
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) {
      row.label = text;
    } else if (value.is_number() || value.is_bool()) {
      row.label = simdjson::minify(value);
    } else {
      row.error = fmt::format("\"{}\" must be a string or a number", options.label_field);
    }
  }

  std::string path;
  ReadOptions options;
  bool labelled;
  LineReader lines;
  std::string line;
  bool pending = false;  // `line` is the next one to be read
  DataFormat format = DataFormat::lines;
  Record header, record;
  std::size_t text_column = 0, label_column = 0;
  simdjson::dom::parser parser;
};

RowSource::RowSource(const std::string& path, const ReadOptions& options, bool labelled)
    : state_(std::make_unique<State>(path, options, labelled)) {}
RowSource::~RowSource() = default;
RowSource::RowSource(RowSource&&) noexcept = default;

bool RowSource::next(SourceRow& row) { return state_->next(row); }
DataFormat RowSource::format() const { return state_->format; }
std::string RowSource::digest() const { return state_->lines.digest(); }

}  // namespace recura
