#include "data/tagged/tagged_collector.h"

#include <algorithm>
#include <set>

#include "base/checksum.h"
#include "base/error.h"
#include "text/bytes.h"
#include "text/gb18030.h"
#include "text/utf8.h"

namespace recura {

TaggedCollector::TaggedCollector(const std::string& path, const TaggedReadOptions& options)
    : shown_(recura::shown(path)), options_(options) {
  if (options.label_file.empty()) return;
  if (path == "-" && options.label_file == "-")
    throw ArgumentError("standard input cannot be the texts and their labels at once");
  LineReader lines(options.label_file);
  for (std::string line; lines.next(line);) {
    std::string reason;
    if (is_white(line)) reason = "the label is empty";
    if (!reason.empty() || !mend(line, reason))
      throw DataError("{}: line {}: {}", options.label_file, lines.line_number(), reason);
    labels_.push_back(line);
  }
  labels_digest_ = lines.digest();
}

void TaggedCollector::add(TaggedText text) {
  if (rows_ < labels_.size()) text.label = labels_[rows_];
  if (is_white(text.label)) text.label.clear();
  ++rows_;
  data.texts.push_back(std::move(text));
}

void TaggedCollector::ignore_row() {
  ++rows_;
  ++data.ignored;
}

void TaggedCollector::add_bad_row(std::int64_t line, const std::string& reason) {
  ++rows_;
  ++data.bad_rows;
  note(line, reason);
}

void TaggedCollector::add_bad_span(SpanFault fault, std::int64_t line, const std::string& reason, bool is_undecided) {
  ++data.bad_spans[static_cast<std::size_t>(fault)];
  RowProblem problem = note(line, fmt::format("{} span: {}", name(fault), reason));
  if (!is_undecided && bad_spans_++ == 0) first_bad_span_ = std::move(problem);
}

RowProblem TaggedCollector::note(std::int64_t line, const std::string& reason) {
  const RowProblem problem{line, reason, part_};
  if (!options_.skip_bad) throw DataError("{}: {}", shown_, to_string(problem));
  add_problem(data.problems, problem);
  return problem;
}

bool TaggedCollector::mend(std::string& text, std::string& reason) const {
  const auto bad = find_bad_utf8(text);
  if (!bad) return true;
  if (options_.replace_bad_utf8) {
    text = replace_bad_utf8(text);
  } else {
    reason = fmt::format("bytes that are no UTF-8 at column {}{}", bad->column, gb18030_hint(text));
  }
  return options_.replace_bad_utf8;
}

void TaggedCollector::check_labels() const {
  if (options_.label_file.empty() || labels_.size() == rows_) return;
  throw DataError("{}: expected a label for each of the {} texts of {}, got {}", options_.label_file, rows_, shown_,
                  labels_.size());
}

TaggedData TaggedCollector::finish() {
  check_labels();
  if (data.texts.empty() && data.bad_rows == 0) throw DataError("{}: has no texts", shown_);
  if (data.texts.empty()) {
    throw DataError("{}: none of its {} texts is good; {}", shown_, data.bad_rows, to_string(data.problems[0]));
  }
  std::set<std::string> types;
  for (const TaggedText& text : data.texts) {
    for (const NamedSpan& span : text.spans) types.insert(span.type);
  }
  if (types.empty() && bad_spans_ > 0)
    throw DataError("{}: none of its {} spans can be used; {}", shown_, bad_spans_, to_string(first_bad_span_));
  data.types.assign(types.begin(), types.end());
  data.files = {{shown_, data.scheme, data.types}};
  if (options_.own_types) {
    const auto own = std::make_shared<const std::vector<std::string>>(data.types);
    for (TaggedText& text : data.texts) text.own_types = own;
  }
  if (!labels_digest_.empty()) data.digest = digest_of({data.digest, labels_digest_});
  return std::move(data);
}

std::string digest_of(const std::vector<std::string>& digests) {
  Checksum checksum;
  for (const std::string& digest : digests) checksum.add(std::as_bytes(std::span(digest)));
  return to_hex(checksum.value());
}

}  // namespace recura
