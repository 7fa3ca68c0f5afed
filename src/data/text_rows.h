#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "data/labelled_data.h"

namespace recura {

/// One row of raw text to read.
struct TextRow {
  std::int64_t line = 0;
  std::string text;
  /// The row's other fields as they stand inside a JSON object, `"id":7,"source":"mail"`; empty if there are none.
  std::string fields;
  /// Not empty: the row is bad, this says why, and `text` is of no use.
  std::string error;
};

/// The rows of a file or of standard input ("-"), one after the other, in constant memory.
class TextRowReader {
 public:
  /// Labels are not asked for; where rows have one it is a field like any other.
  /// Standard input of no given form has lines of text, unless its first line can be nothing else than a row of another
  /// form or its header.
  /// @throws SystemError, DataError  as `read_labelled`; but an empty input is no error, it has no rows; a file whose
  ///                                 name says annotated words (.conll, .ann) is an error, unless the form is given.
  TextRowReader(const std::string& path, const ReadOptions& options);
  ~TextRowReader();
  TextRowReader(TextRowReader&&) noexcept;

  /// False at the end. Every line gives a row, an empty one too where the form is `lines`. Bad rows come with their
  /// `error`, whatever `options.skip_bad_rows` says.
  /// @throws DataError  if none of the first 100 rows of JSON has the text's field.
  bool next(TextRow& row);
  /// `next` need not wait for more input: a row is there, or the end.
  bool at_hand();
  DataFormat format() const;

 private:
  struct Source;
  std::unique_ptr<Source> source_;
};

/// All good rows of raw text of a file.
struct TextData {
  std::vector<std::string> texts;
  DataFormat format = DataFormat::lines;
  std::int64_t bad_rows = 0;
  std::vector<RowProblem> problems;  // five at most: `add_problem`
  std::string digest;                // XXH3-128 of the file's bytes, decompressed
};

/// Reads all of a file, or of standard input ("-").
/// @throws SystemError, DataError  as `read_labelled`.
TextData read_texts(const std::string& path, const ReadOptions& options);

}  // namespace recura
