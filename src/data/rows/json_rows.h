#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "data/rows/read_options.h"
#include "data/rows/source_row.h"

namespace recura {

/// Rows of JSON, each an object.
class JsonRows {
 public:
  /// `name` is that of the input, for messages.
  JsonRows(std::string name, const ReadOptions& options, bool labelled);
  ~JsonRows();

  /// Fills all of `row` but its line, which must be there already; `line` may be changed.
  /// @throws DataError  without labels, if none of the first 100 rows has the text's field.
  void read(std::string& line, SourceRow& row);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace recura
