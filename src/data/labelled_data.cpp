#include "data/labelled_data.h"

#include <array>

#include "base/error.h"
#include "data/rows/row_source.h"

namespace recura {
namespace {

// In the order of the enum.
constexpr std::array<std::string_view, 5> kFormats{"jsonl", "csv", "tsv", "fasttext", "lines"};

}  // namespace

std::string_view name(DataFormat format) { return kFormats[static_cast<std::size_t>(format)]; }

DataFormat data_format_from(std::string_view name) {
  for (std::size_t i = 0; i < kFormats.size(); ++i) {
    if (kFormats[i] == name) return static_cast<DataFormat>(i);
  }
  throw ArgumentError("unknown form of data {:?}; expected one of {}", name, fmt::join(kFormats, ", "));
}

std::string to_string(const RowProblem& problem) {
  return fmt::format("{}{}line {}: {}", problem.file, problem.file.empty() ? "" : ": ", problem.line, problem.reason);
}

std::string shown(const std::string& path) { return path == "-" ? "standard input" : path; }

LabelledData read_labelled(const std::string& path, const ReadOptions& options) {
  RowSource source(path, options, true);
  LabelledData data;
  read_rows(path, options, source, data, [&](SourceRow& row) {
    row.text.shrink_to_fit();
    data.texts.push_back(std::move(row.text));
    data.lines.push_back(row.line);
    data.labels.push_back(std::move(row.labels));
    if (!options.weight_field.empty()) data.weights.push_back(row.weight);
    return std::string();
  });
  data.several = source.several();
  return data;
}

}  // namespace recura
