#include "data/tagged/tagged_data.h"

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "base/error.h"
#include "base/file.h"
#include "data/tagged/brat.h"
#include "data/tagged/conll_reader.h"
#include "data/tagged/span_rows.h"
#include "data/tagged/tagged_collector.h"
#include "data/tagged/words_reader.h"

namespace recura {
namespace {

// In the order of the enums.
constexpr std::array<std::string_view, 4> kTaggedFormats{"conll", "words", "jsonl", "brat"};
constexpr std::array<std::string_view, kSpanFaults> kFaults{"unreadable", "outside",       "empty",
                                                            "misaligned", "discontinuous", "duplicate",
                                                            "nested",     "overlapping",   "mismatched"};

bool looks_like_json(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos || (line[begin] != '{' && line[begin] != '[')) return false;
  const std::size_t next = line.find_first_not_of(" \t", begin + 1);
  return next == std::string_view::npos || std::string_view("\"{}").find(line[next]) != std::string_view::npos;
}

TaggedFormat format_by_lines(LineReader& lines, const std::string& shown) {
  std::vector<std::string> read;
  bool blank = true;
  for (std::string line; blank && lines.next(line);) {
    read.push_back(line);
    blank = line.find_first_not_of(" \t\r\f\v") == std::string::npos;
  }
  const std::string first = read.empty() ? "" : read.back();
  const std::int64_t number = lines.line_number();
  lines.give_back(std::move(read));
  if (blank || looks_like_conll(first)) return TaggedFormat::conll;
  if (looks_like_json(first)) return TaggedFormat::jsonl;
  throw DataError(
      "{}: unknown form of data: line {} does not end with a tag such as O or B-TYPE, and is no JSON; set the form if "
      "it is one of {}",
      shown, number, fmt::join(kTaggedFormats, ", "));
}

/// Adds the texts and counts of one file more.
void append(TaggedData& all, TaggedData one) {
  if (all.files.empty()) all.format = one.format, all.scheme = one.scheme;
  const std::string& path = one.files[0].name;
  if (one.format != all.format)
    throw DataError("{}: expected {} as in the files before it, got {}", path, name(all.format), name(one.format));
  for (TaggedText& text : one.texts) {
    text.file = static_cast<std::int32_t>(all.files.size());
    all.texts.push_back(std::move(text));
  }
  all.bad_rows += one.bad_rows;
  all.repaired += one.repaired;
  all.ignored += one.ignored;
  for (std::size_t i = 0; i < kSpanFaults; ++i) all.bad_spans[i] += one.bad_spans[i];
  for (RowProblem& problem : one.problems) {
    problem.file = problem.file.empty() ? path : fmt::format("{}: {}", path, problem.file);
    add_problem(all.problems, std::move(problem));
  }
  std::vector<std::string> types;
  std::ranges::set_union(all.types, one.types, std::back_inserter(types));
  all.types = std::move(types);
  all.files.push_back(std::move(one.files[0]));
}

void read_lines(const std::string& path, std::optional<TaggedFormat> format, TaggedCollector& into) {
  LineReader lines(path);
  into.data.format = format ? *format : format_by_lines(lines, into.shown());
  const auto read = into.data.format == TaggedFormat::conll   ? read_conll
                    : into.data.format == TaggedFormat::words ? read_words
                                                              : read_span_rows;
  read(lines, into);
  into.data.digest = lines.digest();
}

}  // namespace

std::string_view name(TaggedFormat format) { return kTaggedFormats[static_cast<std::size_t>(format)]; }
std::string_view name(SpanFault fault) { return kFaults[static_cast<std::size_t>(fault)]; }

TaggedFormat tagged_format_from(std::string_view name) {
  for (std::size_t i = 0; i < kTaggedFormats.size(); ++i) {
    if (kTaggedFormats[i] == name) return static_cast<TaggedFormat>(i);
  }
  throw ArgumentError("unknown form of tagged data {:?}; expected one of {}", name, fmt::join(kTaggedFormats, ", "));
}

std::optional<TaggedFormat> tagged_format_of(const std::string& path) {
  std::error_code unknown;
  if (path != "-" && std::filesystem::is_directory(path, unknown)) return TaggedFormat::brat;
  std::string_view rest = path;
  if (has_ending(rest, ".gz")) rest.remove_suffix(3);
  using enum TaggedFormat;
  for (const auto& [ending, format] : {std::pair{".conll", conll},
                                       {".bio", conll},
                                       {".iob", conll},
                                       {".bioes", conll},
                                       {".bmes", conll},
                                       {".seg", words},
                                       {".jsonl", jsonl},
                                       {".ndjson", jsonl},
                                       {".json", jsonl},
                                       {".ann", brat}}) {
    if (has_ending(rest, ending)) return format;
  }
  return std::nullopt;
}

TaggedData read_tagged(const std::string& path, const TaggedReadOptions& options) {
  TaggedCollector collector(path, options);
  const auto format = options.format ? options.format : tagged_format_of(path);
  if (format == TaggedFormat::brat) {
    collector.data.format = *format;
    read_brat(path, collector);
  } else {
    read_lines(path, format, collector);
  }
  return collector.finish();
}

TaggedData read_tagged_files(const std::vector<std::string>& paths, const TaggedReadOptions& options) {
  if (paths.empty()) throw ArgumentError("expected a file of texts with marked spans");
  if (paths.size() == 1) return read_tagged(paths[0], options);
  if (std::ranges::count(paths, "-") > 1) throw ArgumentError("standard input (-) is named twice, it can be read once");
  if (!options.label_file.empty())
    throw ArgumentError("{}: expected one file of texts beside labels, got {} files", options.label_file, paths.size());
  TaggedData all;
  std::vector<std::string> digests;
  for (const std::string& path : paths) {
    TaggedData one = read_tagged(path, options);
    digests.push_back(one.digest);
    append(all, std::move(one));
  }
  all.digest = digest_of(digests);
  return all;
}

void check_labels(const TaggedData& data) {
  const auto without = std::ranges::find(data.texts, std::string(), &TaggedText::label);
  if (without == data.texts.end()) return;
  if (std::ranges::all_of(data.texts, [](const TaggedText& text) { return text.label.empty(); })) return;
  throw DataError("{}: line {}: the text has no label, others have one",
                  data.files[static_cast<std::size_t>(without->file)].name, without->line);
}

}  // namespace recura
