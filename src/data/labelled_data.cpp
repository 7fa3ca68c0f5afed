#include "data/labelled_data.h"

#include <array>

#include "base/error.h"
#include "data/row_source.h"

namespace recura {
namespace {

// In the order of the enum.
constexpr std::array<std::string_view, 5> kFormats{"jsonl", "csv", "tsv", "fasttext", "lines"};
constexpr std::size_t kShownProblems = 5;

}  // namespace

std::string_view name(DataFormat format) { return kFormats[static_cast<std::size_t>(format)]; }

DataFormat data_format_from(std::string_view name) {
  for (std::size_t i = 0; i < kFormats.size(); ++i) {
    if (kFormats[i] == name) return static_cast<DataFormat>(i);
  }
  throw ArgumentError("unknown form of data {:?}; expected one of {}", name, fmt::join(kFormats, ", "));
}

LabelledData read_labelled(const std::string& path, const ReadOptions& options) {
  const std::string shown = path == "-" ? "standard input" : path;
  RowSource source(path, options, true);
  LabelledData data;
  data.format = source.format();
  for (SourceRow row; source.next(row);) {
    if (row.error.empty()) {
      row.text.shrink_to_fit();
      data.texts.push_back(std::move(row.text));
      data.lines.push_back(row.line);
      data.labels.push_back(std::move(row.labels));
      if (!options.weight_field.empty()) data.weights.push_back(row.weight);
      continue;
    }
    if (!options.skip_bad_rows) throw DataError("{}: line {}: {}", shown, row.line, row.error);
    if (data.problems.size() < kShownProblems) data.problems.push_back({row.line, row.error});
    ++data.bad_rows;
  }
  data.digest = source.digest();
  data.several = source.several();
  if (data.texts.empty() && data.bad_rows == 0) throw DataError("{}: has no rows", shown);
  if (data.texts.empty()) {
    throw DataError("{}: none of its {} rows is good; line {}: {}", shown, data.bad_rows, data.problems[0].line,
                    data.problems[0].reason);
  }
  return data;
}

}  // namespace recura
