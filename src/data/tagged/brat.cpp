#include "data/tagged/brat.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>

#include "base/checksum.h"
#include "base/error.h"
#include "data/rows/byte_source.h"
#include "data/tagged/span_placing.h"
#include "text/utf8.h"

namespace recura {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOthers = "REAMN*#";

bool is_annotation(const std::string& path) { return path.ends_with(".ann") || path.ends_with(".ann.gz"); }
bool is_raw_text(const std::string& path) { return path.ends_with(".txt") || path.ends_with(".txt.gz"); }

std::string raw_text_of(const std::string& annotations) {
  const std::size_t ending = annotations.rfind(".ann");
  return annotations.substr(0, ending) + ".txt" + annotations.substr(ending + 4);
}

/// Texts without annotations are counted: nobody says whether somebody looked for spans in them.
std::vector<std::string> annotations_of(const std::string& path, TaggedCollector& into) {
  if (path == "-") throw DataError("standard input: BRAT's form is a pair of files, NAME.ann beside NAME.txt");
  if (!fs::is_directory(path)) {
    if (!is_annotation(path)) throw DataError("{}: expected a name that ends with .ann, beside a .txt", path);
    return {path};
  }
  std::vector<std::string> found;
  std::set<std::string> alone;
  for (const auto& entry : fs::directory_iterator(path)) {
    const std::string name = entry.path().string();
    if (is_annotation(name)) found.push_back(name);
    if (is_raw_text(name)) alone.insert(name);
  }
  if (found.empty()) throw DataError("{}: has no file that ends with .ann", path);
  for (const std::string& annotations : found) alone.erase(raw_text_of(annotations));
  into.data.ignored += std::ssize(alone);
  std::ranges::sort(found);
  return found;
}

bool is_missing(const std::string& path) {
  std::error_code unknown;  // reading tells of all that is wrong with a file that is there
  return fs::status(path, unknown).type() == fs::file_type::not_found;
}

std::string name_of(const std::string& path) { return fs::path(path).filename().string(); }

/// All bytes of a file: a reader of lines would drop what offsets count.
std::string content_of(const std::string& path, std::string& digest) {
  ByteSource source(path);
  std::string content;
  std::vector<char> block(std::size_t{1} << 16);
  for (std::size_t count = source.read(block); count > 0; count = source.read(block))
    content.append(block.data(), count);
  Checksum checksum;
  checksum.add(std::as_bytes(std::span(content)));
  digest = to_hex(checksum.value());
  return content;
}

std::optional<Index> number(std::string_view text) {
  Index value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Cuts what stands behind the last blank off `text`.
std::string_view take_last(std::string_view& text) {
  const std::size_t blank = text.rfind(' ');
  if (blank == std::string_view::npos) return std::exchange(text, {});
  const std::string_view last = text.substr(blank + 1);
  text = text.substr(0, blank);
  return last;
}

void read_span(std::string_view line, std::int64_t line_number, std::vector<SourceSpan>& spans, TaggedCollector& into) {
  const std::size_t first = std::min(line.find('\t'), line.size());
  const std::size_t second = std::min(line.find('\t', first + 1), line.size());
  std::string_view middle = line.substr(std::min(first + 1, line.size()), second - std::min(first + 1, second));
  if (line[0] == 'T' && middle.find(';') != std::string_view::npos)
    return into.add_bad_span(SpanFault::discontinuous, line_number, cut_short(line));
  const auto end = number(take_last(middle));
  const auto begin = number(take_last(middle));
  if (line[0] != 'T' || !begin || !end || middle.empty()) {
    return into.add_bad_span(SpanFault::unreadable, line_number,
                             fmt::format("expected T1<tab>TYPE START END<tab>TEXT, got {:?}", cut_short(line)));
  }
  SourceSpan span{*begin, *end, std::string(middle), line_number};
  if (second < line.size()) span.text = std::string(line.substr(second + 1));
  spans.push_back(std::move(span));
}

std::vector<SourceSpan> read_annotations(LineReader& lines, TaggedCollector& into) {
  std::vector<SourceSpan> spans;
  for (std::string line; lines.next(line);) {
    std::string reason;
    if (line.empty()) continue;
    if (!into.mend(line, reason)) {
      into.add_bad_span(SpanFault::unreadable, lines.line_number(), reason);
    } else if (kOthers.find(line[0]) != std::string_view::npos) {
      ++into.data.ignored;
    } else {
      read_span(line, lines.line_number(), spans, into);
    }
  }
  return spans;
}

/// The tokens [first, last) of a document as a text of their own, and the spans among them, from `spans` on.
TaggedText part_of(const TaggedText& document, Token bytes, Index first, Index last, std::size_t& span) {
  TaggedText part;
  part.text = document.text.substr(bytes.begin, bytes.end - bytes.begin);
  for (Index token = first; token < last; ++token) {
    const Token& at = document.tokens[static_cast<std::size_t>(token)];
    part.tokens.push_back({at.begin - bytes.begin, at.end - bytes.begin});
  }
  for (; span < document.spans.size() && document.spans[span].end <= last; ++span) {
    const NamedSpan& whole = document.spans[span];
    part.spans.push_back({whole.begin - first, whole.end - first, whole.type});
  }
  return part;
}

/// A span holds the tokens on both sides of the edge before `token`.
bool lies_in_a_span(const TaggedText& document, Index token) {
  const auto behind = std::ranges::lower_bound(document.spans, token, {}, &NamedSpan::begin);
  return behind != document.spans.begin() && std::prev(behind)->end > token;
}

void add_lines(const TaggedText& document, TaggedCollector& into) {
  const std::string& text = document.text;
  Index first = 0, last = 0;
  std::size_t span = 0;
  std::int64_t line = 1, begin_line = 1;
  for (std::size_t at = 0, begin = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    while (static_cast<std::size_t>(last) < document.tokens.size() &&
           document.tokens[static_cast<std::size_t>(last)].begin < end)
      ++last;
    at = end + 1;
    ++line;
    if (lies_in_a_span(document, last)) continue;
    const std::size_t stop = end > begin && text[end - 1] == '\r' ? end - 1 : end;
    if (last > first) {
      TaggedText part = part_of(document, {begin, stop}, first, last, span);
      part.line = begin_line;
      into.add(std::move(part));
    }
    first = last;
    begin = at;
    begin_line = line;
  }
}

}  // namespace

void read_brat(const std::string& path, TaggedCollector& into) {
  std::vector<std::string> digests;
  for (const std::string& annotations : annotations_of(path, into)) {
    const std::string raw = raw_text_of(annotations);
    const bool is_in_folder = annotations != path;
    into.set_part(is_in_folder ? name_of(annotations) : "");
    if (is_in_folder && is_missing(raw)) {
      into.add_bad_row(1, fmt::format("expected the text in {} beside it, there is no such file", name_of(raw)));
      continue;
    }
    TaggedText document;
    document.text = content_of(raw, digests.emplace_back());
    if (document.text.starts_with("\uFEFF")) document.text.erase(0, 3);  // offsets count from behind it
    std::string reason;
    if (!into.mend(document.text, reason)) {
      into.set_part(name_of(raw));
      into.add_bad_row(1, reason);
      continue;
    }
    LineReader lines(annotations);
    const std::vector<SourceSpan> spans = read_annotations(lines, into);
    digests.push_back(lines.digest());
    document.tokens = Tokenizer(into.options().rule).cut(document.text);
    place_spans(document, spans, {}, into);
    add_lines(document, into);
  }
  into.data.digest = digest_of(digests);
}

}  // namespace recura
