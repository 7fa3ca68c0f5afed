#include "data/rows/row_source.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/error.h"
#include "data/rows/detect_format.h"
#include "data/rows/json_objects.h"
#include "data/rows/json_rows.h"
#include "data/rows/line_reader.h"
#include "data/rows/table_row.h"
#include "text/bytes.h"
#include "text/gb18030.h"
#include "text/utf8.h"

namespace recura {
namespace {

constexpr std::size_t kLongestField = std::size_t{16} << 20;
constexpr std::size_t kMostLines = 1000;  // that a record goes on in

}  // namespace

struct RowSource::State {
  State(const std::string& where, const ReadOptions& read_options, bool with_labels)
      : path(shown(where)),
        options(read_options),
        text_fields(names_in(options.text_field)),
        labelled(with_labels),
        lines(where),
        objects(lines, path),
        json(path, options, labelled),
        several(labelled && options.kind == LabelKind::several) {
    const auto known = options.format ? options.format : format_by_ending(where);
    if (known) format = *known;
    // People type lines there, and any of them may be the first.
    const bool prose = !known && !labelled && where == "-";
    std::vector<std::string> blanks;
    while ((pending = lines.next(line)) && !prose && is_blank()) blanks.push_back(line);
    if (!known && pending) {
      format = prose ? format_of_prose(line, text_fields) : form_of_first_line();
    }
    if (labelled && pending && format == DataFormat::lines)
      throw DataError("{}: the form \"lines\" has no labels", path);
    if (format == DataFormat::lines || format == DataFormat::jsonl) {
      give_back(std::move(blanks));
    } else if (pending && separator() != 0) {
      read_header();
    }
  }

  char separator() const { return format == DataFormat::csv ? ',' : format == DataFormat::tsv ? '\t' : '\0'; }

  /// No row, where a row is more than a line of text. Tabs alone are cells where tabs separate.
  bool is_blank() const {
    return line.find_first_not_of(format == DataFormat::tsv ? " \r\f\v" : " \t\r\f\v") == std::string::npos;
  }

  /// Of lines the empty ones before the first are rows as well; those of JSON are read by `objects`.
  void give_back(std::vector<std::string> blanks) {
    if (pending) blanks.push_back(std::move(line));
    pending = false;
    lines.give_back(std::move(blanks));
  }

  DataFormat form_of_first_line() const {
    const auto found =
        format_by_line(line, options.needs_text ? text_fields : std::vector{options.label_field}, labelled);
    if (found) return *found;
    if (!labelled) return DataFormat::lines;
    throw DataError(
        "{}: unknown form of data: line {} is no JSON, no header with a column \"{}\" (--text-field names another), "
        "and does not begin with {}; it has another form, which --format names, or is for another --task{}{}",
        path, lines.line_number(), options.text_field, kLabelPrefix, separator_hint(line, ',', wanted_columns()),
        gb18030_hint(line));
  }

  void read_header() {
    if (const auto bad = find_bad_utf8(line)) {
      if (!options.replace_bad_utf8)
        throw DataError("{}: line {}: the header has bytes that are no UTF-8 at column {}{}", path, lines.line_number(),
                        bad->column, gb18030_hint(line));
      line = replace_bad_utf8(line);
    }
    header = TableRow(line, separator());
    if (header.open) header.error = "a quoted field is not closed";
    if (!header.error.empty()) {
      throw DataError("{}: line {}: header: {}{}", path, lines.line_number(), header.error,
                      separator_hint(line, separator(), wanted_columns()));
    }
    pending = false;
    const bool has_text = std::ranges::all_of(text_fields, [&](const auto& field) { return has_column(field); });
    for (std::size_t i = 0; (has_text || options.needs_text) && i < text_fields.size(); ++i)
      text_columns.push_back(column(text_fields[i], "text"));
    label_column = weight_column = header.cells.size();
    if (!labelled) return;
    const std::string list_field = options.label_field + 's';
    has_lists = !has_column(options.label_field) && has_column(list_field);
    label_column = column(has_lists ? list_field : options.label_field, "label");
    if (!options.weight_field.empty()) weight_column = column(options.weight_field, "weight");
  }

  bool has_column(const std::string& wanted) const { return std::ranges::count(header.cells, wanted) > 0; }

  std::vector<std::string> wanted_columns() const {
    std::vector<std::string> wanted = text_fields;
    if (labelled) wanted.insert(wanted.end(), {options.label_field, options.label_field + 's'});
    return wanted;
  }

  /// `what` it holds is a word of the option that names it.
  std::size_t column(const std::string& wanted, std::string_view what) const {
    const auto found = std::ranges::find(header.cells, wanted);
    if (found == header.cells.end()) {
      const std::string hint = separator_hint(line, separator(), wanted_columns());
      throw DataError("{}: line {}: no column {:?}; there are {}{}", path, lines.line_number(), wanted,
                      joined(header.cells), hint.empty() ? field_hint(what) : hint);
    }
    if (std::count(found, header.cells.end(), wanted) > 1)
      throw DataError("{}: line {}: the column {:?} stands there twice", path, lines.line_number(), wanted);
    return static_cast<std::size_t>(found - header.cells.begin());
  }

  /// Reads up to the next line or object that is a row, or may begin one; false at the end.
  bool find_row(std::int64_t& number) {
    if (format == DataFormat::jsonl) return objects.next(line, number);
    while (!pending && lines.next(line)) pending = format == DataFormat::lines || !is_blank();
    number = lines.line_number();
    return pending;
  }

  bool at_hand() {
    if (format == DataFormat::jsonl) return objects.at_hand();
    while (!pending && lines.line_at_hand()) {
      if (!lines.next(line)) return true;
      pending = format == DataFormat::lines || !is_blank();
    }
    return pending;
  }

  bool next(SourceRow& row) {
    row = {};
    if (!find_row(row.line)) return false;
    pending = false;
    read(row);
    if (row.error.empty() && labelled) row.error = problem_of_labels(row);
    if (row.error.empty() && labelled && options.kind != LabelKind::one && (row.is_list || row.labels.size() != 1))
      several = true;
    return true;
  }

  std::string problem_of_labels(const SourceRow& row) const {
    if (std::ranges::any_of(row.labels, is_white))
      return row.labels.size() > 1 ? "a label is empty" : "the label is empty";
    if (options.kind != LabelKind::one || row.labels.size() == 1) return "";
    return row.labels.empty() ? "no label; a row must have one" : "more than one label; a row may have one";
  }

  void read(SourceRow& row) {
    if (format == DataFormat::jsonl) return json.read(line, row);
    if (separator() != 0) return read_cells(row);
    if (!mend_utf8(line, options.replace_bad_utf8, row)) return;
    if (format == DataFormat::fasttext) return read_fasttext(row);
    row.text = std::move(line);  // a long text is not to be in memory twice
  }

  void read_fasttext(SourceRow& row) const {
    std::string_view rest = line;
    if (!rest.starts_with(kLabelPrefix)) {
      if (labelled) row.error = fmt::format("expected {}NAME at the start", kLabelPrefix);
      row.text = line;
      return;
    }
    for (std::string_view next = rest; next.starts_with(kLabelPrefix);) {
      next.remove_prefix(kLabelPrefix.size());
      const std::size_t end = std::min(next.find_first_of(" \t"), next.size());
      row.labels.emplace_back(next.substr(0, end));
      rest = next.substr(std::min(end + 1, next.size()));
      next = rest.substr(std::min(rest.find_first_not_of(" \t"), rest.size()));
    }
    row.text = rest;
    if (!labelled) add_labels_as_field(row);
  }

  static void add_labels_as_field(SourceRow& row) {
    if (row.labels.size() == 1) return row.add_field("label", json_string(row.labels.front()));
    std::string list;
    for (const std::string& label : row.labels) {
      list += list.empty() ? '[' : ',';
      list += json_string(label);
    }
    row.add_field("labels", list += ']');
  }

  void read_cells(SourceRow& row) {
    TableRow record = read_record();
    if (!record.error.empty()) {
      row.error = record.error;
    } else if (record.cells.size() != header.cells.size()) {
      row.error = fmt::format("expected {} columns, got {}", header.cells.size(), record.cells.size());
    }
    std::vector<std::string> texts(text_columns.size());
    for (std::size_t i = 0; row.error.empty() && i < record.cells.size(); ++i) {
      if (!mend_utf8(record.cells[i], options.replace_bad_utf8, row)) return;
      if (const auto text = std::ranges::find(text_columns, i); text != text_columns.end()) {
        texts[static_cast<std::size_t>(text - text_columns.begin())] = std::move(record.cells[i]);
      } else if (i == label_column) {
        read_label_cell(std::move(record.cells[i]), row);
      } else if (i == weight_column) {
        read_weight_cell(record.cells[i], row);
      } else {
        row.add_field(header.cells[i], json_string(record.cells[i]));
      }
    }
    row.text = text_of(texts);
  }

  /// A list of labels is separated by "|", with blanks around them or not; of an empty cell it is empty. Behind a
  /// backslash a "|" or backslash belongs to a label.
  void read_label_cell(std::string cell, SourceRow& row) const {
    row.is_list = has_lists || options.kind == LabelKind::several;
    if (!row.is_list) {
      row.labels.push_back(std::move(cell));
      return;
    }
    std::string label;
    for (std::size_t at = 0; at <= cell.size(); ++at) {
      const char next = at + 1 < cell.size() ? cell[at + 1] : '\0';
      if (at == cell.size() || cell[at] == '|') {
        row.labels.emplace_back(trimmed(label));
        label.clear();
      } else {
        label += cell[at] == '\\' && (next == '|' || next == '\\') ? cell[++at] : cell[at];
      }
    }
    if (row.labels.size() == 1 && row.labels.front().empty()) row.labels.clear();
  }

  void read_weight_cell(const std::string& cell, SourceRow& row) const {
    const char* const end = cell.data() + cell.size();
    const auto read = std::from_chars(cell.data(), end, row.weight);
    row.error = read.ec == std::errc() && read.ptr == end
                    ? problem_of_weight(options.weight_field, row.weight)
                    : fmt::format("\"{}\" must be a number >= 0, it is {:?}", options.weight_field, cut_short(cell));
  }

  /// A record and, while quotes are open, the lines that it goes on in. One quote too many would take all that follows:
  /// if its quotes do not come out even, the lines behind the first are given back and are rows of their own.
  ///
  /// A line in which the record before stayed open leads the next record where it led that one: each is read twice at
  /// most, however many of them open quotes.
  TableRow read_record() {
    TableRow record(line, separator());
    if (record.open && lines.line_number() < open_until) record.error = open_error;
    std::vector<std::string> more;
    std::size_t size = line.size();
    while (record.open && record.error.empty()) {
      if (more.size() == kMostLines || size > kLongestField) {
        record.error = fmt::format("a quoted field is not closed within {} lines", more.size() + 1);
      } else if (!lines.next(line)) {
        record.error = "a quoted field is not closed";
      } else {
        record.add_line(line);
        size += line.size();
        more.push_back(line);
      }
    }
    if (more.empty() || record.error.empty()) return record;
    open_until = lines.line_number();
    open_error = record.error;
    lines.give_back(std::move(more));
    return record;
  }

  std::string path;
  ReadOptions options;
  std::vector<std::string> text_fields;
  bool labelled;
  LineReader lines;
  JsonObjects objects;
  JsonRows json;
  std::string line;
  bool pending = false;  // `line` is the next one to be read
  DataFormat format = DataFormat::lines;
  TableRow header;
  // The last line that a record with uneven quotes went on in, and what was wrong with it.
  std::int64_t open_until = 0;
  std::string open_error;
  std::vector<std::size_t> text_columns;
  std::size_t label_column = 0, weight_column = 0;
  bool has_lists = false;  // the label column holds lists
  bool several = false;
};

RowSource::RowSource(const std::string& path, const ReadOptions& options, bool labelled)
    : state_(std::make_unique<State>(path, options, labelled)) {}
RowSource::~RowSource() = default;
RowSource::RowSource(RowSource&&) noexcept = default;

bool RowSource::next(SourceRow& row) { return state_->next(row); }
bool RowSource::at_hand() { return state_->at_hand(); }
bool RowSource::several() const { return state_->several; }
DataFormat RowSource::format() const { return state_->format; }
std::string RowSource::digest() const { return state_->lines.digest(); }

}  // namespace recura
