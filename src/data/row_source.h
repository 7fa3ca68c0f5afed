#pragma once

#include <memory>
#include <string>

#include "data/labelled_data.h"
#include "data/source_row.h"

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

}  // namespace recura
