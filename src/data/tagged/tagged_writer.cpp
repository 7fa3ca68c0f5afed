#include "data/tagged/tagged_writer.h"

#include <algorithm>

#include "base/error.h"
#include "data/rows/source_row.h"
#include "data/tagged/code_points.h"
#include "data/tagged/conll_reader.h"
#include "data/tagged/tag_scheme.h"
#include "text/utf8.h"

namespace recura {
namespace {

/// Blanks in place of what would end a line or a column; offsets stay.
std::string on_one_line(std::string_view text) {
  std::string line(text);
  std::ranges::replace_if(line, [](char c) { return c >= '\t' && c <= '\r'; }, ' ');
  return line;
}

Token bytes_of(const TaggedText& text, Index first, Index last) {
  return {text.tokens[static_cast<std::size_t>(first)].begin, text.tokens[static_cast<std::size_t>(last) - 1].end};
}

std::string_view cut(const TaggedText& text, Token bytes) {
  return std::string_view(text.text).substr(bytes.begin, bytes.end - bytes.begin);
}

/// A token as the form "conll" can hold it.
std::string column_of(const TaggedText& text, Index token, const std::string& source) {
  std::string column = on_one_line(text.token(token));
  if (column.starts_with(kDocumentStart)) {
    throw DataError("{}: line {}: the token {:?} begins as a line between documents does in the form \"conll\"", source,
                    text.line, cut_short(column));
  }
  return column;
}

std::string conll_lines(const TaggedText& text, TagScheme scheme, const std::string& source) {
  std::string lines;
  if (!text.label.empty()) lines = fmt::format("# label = {}\n", on_one_line(text.label));
  const std::vector<std::string> tags = tags_of(text, scheme);
  for (Index token = 0; token < std::ssize(text.tokens); ++token)
    lines += column_of(text, token, source) + '\t' + on_one_line(tags[static_cast<std::size_t>(token)]) + '\n';
  return lines += '\n';
}

/// The bytes of a span that the form "words" can hold.
std::string_view word_of(const TaggedText& text, const NamedSpan& span, const std::string& source) {
  const std::string_view word = cut(text, bytes_of(text, span.begin, span.end));
  if (!span.type.empty()) {
    throw DataError("{}: line {}: the span {:?} has the type {:?}, but the form \"words\" has none", source, text.line,
                    cut_short(word), span.type);
  }
  if (word.find_first_of(" \t\n\v\f\r") != std::string_view::npos || word.find("\u3000") != std::string_view::npos)
    throw DataError("{}: line {}: the word {:?} has a blank in it, which parts words", source, text.line,
                    cut_short(word));
  return word;
}

std::string words_line(const TaggedText& text, const std::string& source) {
  std::string line;
  auto span = text.spans.begin();
  for (Index at = 0; at < std::ssize(text.tokens);) {
    const bool in_span = span != text.spans.end() && span->begin == at;
    const NamedSpan word = in_span ? *span++ : NamedSpan{at, at + 1, ""};
    if (at > 0) line += "  ";
    line += word_of(text, word, source);
    at = word.end;
  }
  return line += '\n';
}

class JsonRow {
 public:
  JsonRow(const TaggedText& text, const Tokenizer& tokenizer) : points_(text.text) {
    row_ = "{\"text\":" + json_string(text.text);
    if (!text.label.empty()) row_ += ",\"label\":" + json_string(text.label);
    row_ += ",\"spans\":";
    add_list(text.spans, [&](const NamedSpan& span) {
      const Token bytes = bytes_of(text, span.begin, span.end);
      return fmt::format("{{\"start\":{},\"end\":{},\"type\":{},\"text\":{}}}", points_.at(bytes.begin),
                         points_.at(bytes.end), json_string(span.type), json_string(cut(text, bytes)));
    });
    if (!text.undecided.empty()) {
      row_ += ",\"undecided\":";
      add_list(text.undecided, [&](Index token) { return place_of(text.tokens[static_cast<std::size_t>(token)]); });
    }
    if (tokenizer.cut(text.text) != text.tokens) {
      row_ += ",\"tokens\":";
      add_list(text.tokens, [&](const Token& token) { return place_of(token); });
    }
    row_ += "}\n";
  }

  const std::string& text() const { return row_; }

 private:
  std::string place_of(const Token& bytes) const {
    return fmt::format("[{},{}]", points_.at(bytes.begin), points_.at(bytes.end));
  }

  template <typename Item, typename Write>
  void add_list(const std::vector<Item>& items, const Write& write) {
    row_ += '[';
    for (const Item& item : items) {
      if (row_.back() != '[') row_ += ',';
      row_ += write(item);
    }
    row_ += ']';
  }

  CodePoints points_;
  std::string row_;
};

}  // namespace

TaggedLosses write_tagged(const std::vector<TaggedText>& texts, const TaggedWriteOptions& options,
                          const TextSink& sink) {
  const Tokenizer tokenizer(options.rule);
  TaggedLosses losses;
  for (const TaggedText& text : texts) {
    if (options.format == TaggedFormat::jsonl) {
      sink(JsonRow(text, tokenizer).text());
    } else if (text.tokens.empty()) {
      ++losses.empty_texts;
    } else if (options.format == TaggedFormat::conll) {
      sink(conll_lines(text, options.scheme, options.source));
    } else {
      sink(words_line(text, options.source));
      losses.labels += text.label.empty() ? 0 : 1;
      losses.undecided += std::ssize(text.undecided);
    }
  }
  return losses;
}

TaggedLosses write_brat(const std::vector<TaggedText>& texts, const std::string& source, const TextSink& text,
                        const TextSink& annotations) {
  TaggedLosses losses;
  Index begin = 0;  // of the text, in code points
  std::int64_t number = 0;
  for (const TaggedText& one : texts) {
    if (one.tokens.empty()) {
      ++losses.empty_texts;
      continue;
    }
    const CodePoints points(one.text);
    for (const NamedSpan& span : one.spans) {
      const Token bytes = bytes_of(one, span.begin, span.end);
      const std::string there = on_one_line(cut(one, bytes));
      if (span.type.empty())
        throw DataError("{}: line {}: the span {:?} has no type", source, one.line, cut_short(there));
      if (span.type.find_first_of(" \t\n\v\f\r") != std::string::npos)
        throw DataError("{}: line {}: the type {:?} has a blank in it, which parts columns of BRAT", source, one.line,
                        cut_short(span.type));
      annotations(fmt::format("T{}\t{} {} {}\t{}\n", ++number, span.type, begin + points.at(bytes.begin),
                              begin + points.at(bytes.end), there));
    }
    text(on_one_line(one.text) + '\n');
    begin += points.count() + 1;
    losses.labels += one.label.empty() ? 0 : 1;
    losses.undecided += std::ssize(one.undecided);
  }
  return losses;
}

}  // namespace recura
