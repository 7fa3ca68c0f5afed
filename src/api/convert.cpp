#include <recura/convert.h>

#include "api/describer.h"
#include "api/input.h"
#include "base/error.h"
#include "base/file.h"
#include "data/tagged/tag_scheme.h"
#include "data/tagged/tagged_writer.h"

namespace recura {
namespace {

TextRule rule_of(const ConvertOptions& options) {
  TextRule rule;
  rule.unit = options.unit == ConvertOptions::Unit::character ? Unit::character : Unit::word;
  return rule;
}

TaggedReadOptions reading_of(const ConvertOptions& options) {
  TaggedReadOptions reading;
  if (!options.from.empty()) reading.format = tagged_format_from(options.from);
  if (!options.from_scheme.empty()) reading.scheme = tag_scheme_from(options.from_scheme);
  reading.token_column = options.token_column;
  reading.tag_column = options.tag_column;
  reading.repair = options.repair;
  reading.skip_bad = options.on_error == InputOptions::OnError::skip;
  reading.replace_bad_utf8 = options.bad_utf8 == InputOptions::BadUtf8::replace;
  reading.rule = rule_of(options);
  reading.text_field = options.text_field;
  reading.label_field = options.label_field;
  reading.spans_field = options.spans_field;
  reading.label_file = options.labels;
  return reading;
}

TagScheme scheme_of(std::string_view out) {
  return has_ending(out, ".bmes") ? TagScheme::bmes : has_ending(out, ".bioes") ? TagScheme::bioes : TagScheme::bio;
}

TaggedWriteOptions writing_of(const std::string& in, const std::string& out, const ConvertOptions& options) {
  const auto format = options.to.empty() ? tagged_format_of(out) : tagged_format_from(options.to);
  if (!format)
    throw ArgumentError("--to: expected the form to write, conll, words, jsonl or brat; the ending of {:?} is none's",
                        out);
  refuse_compressed(out);
  const TagScheme scheme = options.scheme.empty() ? scheme_of(out) : tag_scheme_from(options.scheme);
  if (!options.scheme.empty() && *format != TaggedFormat::conll)
    throw ArgumentError("--scheme: does nothing unless conll is written, it is {}", name(*format));
  return {*format, scheme, in, rule_of(options)};
}

ConvertReport report_of(const TaggedData& data, const TaggedWriteOptions& writing, const TaggedLosses& losses) {
  ConvertReport report;
  report.from = name(data.format);
  report.to = name(writing.format);
  if (data.format == TaggedFormat::conll) report.from_scheme = name(data.scheme);
  if (writing.format == TaggedFormat::conll) report.scheme = name(writing.scheme);
  report.texts = std::ssize(data.texts);
  for (const TaggedText& text : data.texts) {
    report.tokens += std::ssize(text.tokens);
    report.spans += std::ssize(text.spans);
  }
  report.bad_rows = data.bad_rows;
  report.repaired = data.repaired;
  report.ignored = data.ignored;
  for (std::size_t fault = 0; fault < kSpanFaults; ++fault) {
    if (data.bad_spans[fault] > 0)
      report.bad_spans.emplace_back(name(static_cast<SpanFault>(fault)), data.bad_spans[fault]);
  }
  report.problems = lines_of(data.problems);
  report.lost_labels = losses.labels;
  report.lost_undecided = losses.undecided;
  report.lost_texts = losses.empty_texts;
  return report;
}

/// NAME.ann is the pair's name; its text is made first, since annotations are of no use without.
TaggedLosses replace_pair(const std::string& path, const std::vector<TaggedText>& texts, const std::string& source) {
  if (!path.ends_with(".ann"))
    throw ArgumentError("{}: expected a name that ends with .ann; NAME.txt is put beside it", path);
  std::string text, annotations;
  const auto losses = write_brat(
      texts, source, [&](std::string_view part) { text += part; }, [&](std::string_view part) { annotations += part; });
  check_writable(path);
  replace_file(path.substr(0, path.size() - 4) + ".txt", [&](FileWriter& file) { file.write(text); });
  replace_file(path, [&](FileWriter& file) { file.write(annotations); });
  return losses;
}

}  // namespace

std::vector<Option> describe(ConvertOptions& o) {
  Describer to;
  to.group("Forms")
      .add("from", o.from, "conll, words, jsonl or brat", "form of what is read; without it, it is detected")
      .add("to", o.to, "conll, words, jsonl or brat", "form to write; without it, by the ending of its name")
      .add("from-scheme", o.from_scheme, "bio, iob1, bioes or bmes", "how tags are read; without it, it is detected")
      .add("scheme", o.scheme, "bio, iob1, bioes or bmes",
           "how tags are written; without it, by the ending of the name (.bioes, .bmes), else bio")
      .add("token-column", o.token_column, -1000, 1000, "conll: column of the token, from 0; negative: from behind")
      .add("tag-column", o.tag_column, -1000, 1000, "conll: column of the tag; -1 is the last one")
      .add("repair", o.repair, "conll: mend tags in an order that the scheme does not allow, and count them")
      .add("unit", o.unit, {"word", "character"}, "what raw text is cut into, where the data have no tokens")
      .add("text-field", o.text_field, "a name", "jsonl: field of the text")
      .add("label-field", o.label_field, "a name", "jsonl: field of what the whole text is")
      .add("spans-field", o.spans_field, "a name", "jsonl: field of the spans")
      .add("labels", o.labels, "a file", "of one label a line, for each text in its order")
      .add("on-error", o.on_error, {"fail", "skip"}, "at a bad row or span: stop, or leave it out and report it")
      .add("bad-utf8", o.bad_utf8, {"refuse", "replace"},
           "bytes that are no UTF-8: a bad row, or U+FFFD in their place");
  return to.take();
}

ConvertReport convert(const std::string& in, const std::string& out, const ConvertOptions& options) {
  const TaggedWriteOptions writing = writing_of(shown(in), out, options);
  const TaggedData data = read_tagged(in, reading_of(options));
  TaggedLosses losses;
  if (writing.format == TaggedFormat::brat) {
    losses = replace_pair(out, data.texts, writing.source);
  } else {
    replace_file(out, [&](FileWriter& file) {
      std::string block;
      const auto write = [&](std::string_view part) {
        block += part;
        if (block.size() < std::size_t{1} << 16) return;
        file.write(block);
        block.clear();
      };
      losses = write_tagged(data.texts, writing, write);
      file.write(block);
    });
  }
  return report_of(data, writing, losses);
}

ConvertReport convert(const std::string& in, const std::function<void(std::string_view)>& sink,
                      const ConvertOptions& options) {
  const TaggedWriteOptions writing = writing_of(shown(in), "-", options);
  if (writing.format == TaggedFormat::brat)
    throw ArgumentError("--to brat: makes two files, NAME.ann and NAME.txt; expected a name, not a stream");
  const TaggedData data = read_tagged(in, reading_of(options));
  const TaggedLosses losses = write_tagged(data.texts, writing, sink);
  return report_of(data, writing, losses);
}

}  // namespace recura
