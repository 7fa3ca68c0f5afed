#include "data/rows/table_row.h"

namespace recura {
namespace {

constexpr std::size_t kMostCells = std::size_t{1} << 20;  // each takes far more memory than the separator that makes it

}  // namespace

TableRow::TableRow(std::string_view line, char separator) {
  if (separator == ',') {
    cells.emplace_back();
    add_quoted(line);
    return;
  }
  for (std::size_t at = 0; at <= line.size() && error.empty(); at += cells.back().size() + 1) {
    add_cell();
    cells.back() = line.substr(at, line.find(separator, at) - at);
  }
}

void TableRow::add_cell() {
  if (cells.size() == kMostCells) {
    error = "more than 1,048,576 cells";
  } else {
    cells.emplace_back();
  }
}

void TableRow::add_line(std::string_view line) {
  cells.back() += '\n';
  add_quoted(line);
}

void TableRow::add_quoted(std::string_view line) {
  for (std::size_t at = 0; at < line.size() && error.empty(); ++at) {
    const char c = line[at];
    if (open && c == '"') {
      const bool doubled = at + 1 < line.size() && line[at + 1] == '"';
      if (doubled) cells.back() += line[++at];
      open = doubled;
      closed_ = !doubled;
    } else if (open || (c != ',' && c != '"')) {
      if (!open && closed_) error = "expected a separator after a closing quote";
      cells.back() += c;
    } else if (c == ',') {
      add_cell();
      closed_ = false;
    } else if (cells.back().empty() && !closed_) {
      open = true;
    } else {
      cells.back() += c;
    }
  }
}

}  // namespace recura
