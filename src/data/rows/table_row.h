#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace recura {

/// The cells of one row of a table.
///
/// Separated by commas (RFC 4180) a cell may stand in quotes; it then may hold commas, doubled quotes and ends of
/// lines, so that a row goes on in the next line. A quote inside an unquoted cell is itself. Separated by tabs a cell
/// is what stands between two tabs, quotes and all. More than a million cells are an error.
struct TableRow {
  std::vector<std::string> cells;
  bool open = false;  // inside quotes: the next line belongs to this row
  std::string error;

  TableRow() = default;
  TableRow(std::string_view line, char separator);
  /// The next line of a row that is open.
  void add_line(std::string_view line);

 private:
  void add_cell();
  void add_quoted(std::string_view line);

  bool closed_ = false;  // the cell's quotes were closed
};

}  // namespace recura
