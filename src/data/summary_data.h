#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/labelled_data.h"
#include "text/tokenizer.h"

namespace recura {

/// A text with what somebody made of it.
struct SummaryRow {
  std::string text;
  /// The reference summary, or several.
  std::vector<std::string> summaries;
  /// Where the text's sentences lie, if the data say so; else empty.
  std::vector<Token> sentences = {};
  /// For each sentence whether it belongs to the summary, if the data say so; else empty.
  std::vector<bool> keep = {};
  std::int64_t line = 0;
};

struct SummaryReadOptions {
  /// `label_field` is of no meaning here.
  ReadOptions read;
  /// A string, or an array of strings.
  std::string summary_field = "summary";
  /// An array of strings that stand in the text one behind the other, and one of 0 and 1 for them; rows may lack both.
  std::string sentences_field = "sentences";
  std::string keep_field = "keep";
};

/// The rows of a file of texts with summaries, or with flagged sentences, which then are the summary.
struct SummaryData {
  std::vector<SummaryRow> rows;
  DataFormat format = DataFormat::jsonl;
  std::int64_t bad_rows = 0;
  std::vector<RowProblem> problems;  // five at most: `add_problem`
  std::string digest;                // XXH3-128 of the file's bytes, decompressed
};

/// Reads all of a file, or of standard input ("-").
/// @throws SystemError, DataError  as `read_labelled`.
SummaryData read_summaries(const std::string& path, const SummaryReadOptions& options);

}  // namespace recura
