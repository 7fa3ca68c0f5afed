#include "data/rows/read_options.h"

#include <algorithm>
#include <array>

#include "base/error.h"

namespace recura {
namespace {

// In the order of the enum.
constexpr std::array<std::string_view, 5> kFormats{"jsonl", "csv", "tsv", "fasttext", "lines"};

std::string kind_of(const RowProblem& problem) {
  std::string kind;
  bool quoted = false;
  char before = '\0';
  for (const char c : problem.reason) {
    const bool is_quote = c == '"' && before != '\\';
    if (!quoted && !kind.empty() && (c == ':' || c == ';' || c == ',' || c == '[')) break;
    if (!quoted && !is_quote && (c < '0' || c > '9')) kind += c;
    quoted = quoted != is_quote;
    before = c;
  }
  return kind;
}

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

void add_problem(std::vector<RowProblem>& problems, RowProblem problem) {
  if (problems.size() == kShownProblems) {
    std::vector<std::string> kinds;
    for (const RowProblem& one : problems) kinds.push_back(kind_of(one));
    if (std::ranges::count(kinds, kind_of(problem)) > 0) return;
    auto last = kinds.end() - 1;  // whose kind stands before it
    while (last != kinds.begin() && std::find(kinds.begin(), last, *last) == last) --last;
    if (last == kinds.begin()) return;
    problems.erase(problems.begin() + (last - kinds.begin()));
  }
  problems.push_back(std::move(problem));
}

std::string shown(const std::string& path) { return path == "-" ? "standard input" : path; }

}  // namespace recura
