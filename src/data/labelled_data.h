#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/rows/read_options.h"

namespace recura {

/// The rows of a file of texts with their labels.
struct LabelledData {
  std::vector<std::string> texts;
  /// Of each row; exactly one, unless there are `several`.
  std::vector<std::vector<std::string>> labels;
  bool several = false;
  /// Where each row stands in the file.
  std::vector<std::int64_t> lines;
  /// Of each row; none without a field of weights.
  std::vector<double> weights;
  DataFormat format = DataFormat::jsonl;
  std::int64_t bad_rows = 0;
  std::vector<RowProblem> problems;  // five at most: `add_problem`
  std::string digest;                // XXH3-128 of the file's bytes, decompressed
};

/// Reads all of a file, or of standard input ("-").
/// @throws SystemError  if it cannot be read.
/// @throws DataError    if it is empty, of no known form, lacks a column, or has no good row; or a bad row is met and
/// not skipped.
LabelledData read_labelled(const std::string& path, const ReadOptions& options);

}  // namespace recura
