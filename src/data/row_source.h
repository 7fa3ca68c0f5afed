#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "data/labelled_data.h"

namespace recura {

/// A row of any form.
struct SourceRow {
  std::int64_t line = 0;
  std::string text, label;
  /// The other fields, as inside a JSON object; the label among them where labels are not asked for.
  std::string fields;
  std::string error;
};

/// The rows of a file of any form; what `read_labelled` and `TextRowReader` have in common.
class RowSource {
 public:
  /// @throws SystemError, DataError  as `read_labelled`; an empty input has no rows.
  RowSource(const std::string& path, const ReadOptions& options, bool labelled);
  ~RowSource();
  RowSource(RowSource&&) noexcept;

  bool next(SourceRow& row);
  DataFormat format() const;
  std::string digest() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace recura
