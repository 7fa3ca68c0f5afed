#include "data/tagged_data.h"

#include <filesystem>

#include "base/error.h"
#include "data/brat.h"
#include "data/conll_reader.h"
#include "data/span_rows.h"
#include "data/tagged_collector.h"
#include "data/words_reader.h"

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
  if (rest.ends_with(".gz")) rest.remove_suffix(3);
  using enum TaggedFormat;
  for (const auto& [ending, format] : {std::pair{".conll", conll},
                                       {".bio", conll},
                                       {".iob", conll},
                                       {".bmes", conll},
                                       {".seg", words},
                                       {".jsonl", jsonl},
                                       {".ndjson", jsonl},
                                       {".json", jsonl},
                                       {".ann", brat}}) {
    if (rest.ends_with(ending)) return format;
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

}  // namespace recura
