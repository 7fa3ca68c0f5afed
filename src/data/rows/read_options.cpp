#include "data/rows/read_options.h"

#include <array>

#include "base/error.h"

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

}  // namespace recura
