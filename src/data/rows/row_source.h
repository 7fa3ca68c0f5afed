#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "data/rows/read_options.h"
#include "data/rows/source_row.h"

namespace recura {

/// The rows of a file of any form; what `read_labelled` and `TextRowReader` have in common.
///
/// Lines of white space between rows are no rows, but where the form is `lines`. In CSV a quoted field may go on for
/// 1,000 lines (16 MiB); where quotes do not come out even, the row is a bad one and the line after its first is read
/// as the next row. In TSV quotes are letters like any other.
class RowSource {
 public:
  /// @throws SystemError, DataError  as `read_labelled`; an empty input has no rows.
  RowSource(const std::string& path, const ReadOptions& options, bool labelled);
  ~RowSource();
  RowSource(RowSource&&) noexcept;

  /// False at the end.
  /// @throws DataError  without labels, if none of the first 100 rows of JSON has the text's field.
  bool next(SourceRow& row);
  /// `next` need not wait for more input.
  bool at_hand();
  DataFormat format() const;
  /// Labels were asked for, and a row so far may have several: `kind` says so, or it holds a list or not exactly one.
  bool several() const;
  std::string digest() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Reads all rows of a source into `Data`, which has `format`, `bad_rows`, `problems` (`add_problem`) and `digest`.
/// `keep(row)` takes a good row over and gives "", or says why it is a bad one.
/// @throws DataError  at the first bad row unless they are skipped; or if no row is good.
template <typename Data, typename Keep>
void read_rows(const std::string& path, const ReadOptions& options, RowSource& source, Data& data, const Keep& keep) {
  const std::string name = shown(path);
  bool is_empty = true;
  data.format = source.format();
  for (SourceRow row; source.next(row);) {
    const std::int64_t line = row.line;
    const std::string problem = row.error.empty() ? keep(row) : row.error;
    if (problem.empty()) {
      is_empty = false;
      continue;
    }
    if (!options.skip_bad_rows) throw DataError("{}: line {}: {}", name, line, problem);
    add_problem(data.problems, {line, problem});
    ++data.bad_rows;
  }
  data.digest = source.digest();
  if (is_empty && data.bad_rows == 0) throw DataError("{}: has no rows", name);
  if (is_empty) {
    throw DataError("{}: none of its {} rows is good; {}", name, data.bad_rows, to_string(data.problems[0]));
  }
}

}  // namespace recura
