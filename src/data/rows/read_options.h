#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace recura {

/// jsonl: one object a line. csv (RFC 4180), tsv (cells as they stand, without quoting): a header names the columns.
/// fasttext: "__label__x text". lines: text alone.
enum class DataFormat { jsonl, csv, tsv, fasttext, lines };

std::string_view name(DataFormat format);
/// @throws ArgumentError  if there is no such form.
DataFormat data_format_from(std::string_view name);

/// How many labels a row has. detect: one, unless a row holds a list of them, or not exactly one.
enum class LabelKind { detect, one, several };

inline constexpr std::size_t kShownProblems = 5;  // of a file

struct RowProblem {
  std::int64_t line = 0;
  std::string reason;
  std::string file = {};  // that the line is counted in, where there are several
};
/// "line 7: what was expected", behind the file if it has one.
std::string to_string(const RowProblem& problem);

/// Keeps the first five problems, in their order; but one of another kind takes the place of one more of a kind that is
/// there, so that none hides the others. A kind is what a reason says before its first mark, numbers and quotes aside.
void add_problem(std::vector<RowProblem>& problems, RowProblem problem);

/// A file by its name, for messages; "standard input" for "-".
std::string shown(const std::string& path);

struct ReadOptions {
  /// None: by the file's ending (".gz" aside), then by its first line.
  std::optional<DataFormat> format = std::nullopt;
  /// Of several names, between commas, the texts are joined by line feeds, in this order.
  std::string text_field = "text";
  /// Else a row may lack its text, which is empty then.
  bool needs_text = true;
  /// With an s behind it, it is the name of a list of labels: in JSON an array, in a cell separated by "|".
  std::string label_field = "label";
  LabelKind kind = LabelKind::detect;
  /// A number >= 0 for each row; empty: each row counts once.
  std::string weight_field = {};
  /// Leave bad rows out and count them; else the first one is a `DataError`.
  bool skip_bad_rows = true;
  /// U+FFFD in place of bad bytes; else such a row is bad.
  bool replace_bad_utf8 = false;
};

}  // namespace recura
