#include "data/tagged/words_reader.h"

#include "data/tagged/joined_text.h"
#include "data/tagged/span_placing.h"
#include "text/utf8.h"

namespace recura {
namespace {

constexpr std::string_view kIdeographicSpace = "\u3000";

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= line.size();) {
    const bool wide = line.substr(at).starts_with(kIdeographicSpace);
    const bool ends = wide || at == line.size() || line[at] == ' ' || (line[at] >= '\t' && line[at] <= '\r');
    const std::size_t next = at + (wide ? kIdeographicSpace.size() : 1);
    if (ends && at > begin) words.push_back(line.substr(begin, at - begin));
    if (ends) begin = next;
    at = next;
  }
  return words;
}

/// A span for each word; a blank between two is one code point.
std::vector<SourceSpan> spans_of(const TaggedText& joined) {
  std::vector<SourceSpan> spans;
  Index begin = 0;
  std::size_t seen = 0;
  for (const Token& word : joined.tokens) {
    begin += static_cast<Index>(word.begin - seen);
    const Index end =
        begin +
        static_cast<Index>(count_code_points(std::string_view(joined.text).substr(word.begin, word.end - word.begin)));
    spans.push_back({begin, end, "", joined.line});
    begin = end;
    seen = word.end;
  }
  return spans;
}

}  // namespace

void read_words(LineReader& lines, TaggedCollector& into) {
  TextRule rule = into.options().rule;
  rule.unit = Unit::character;
  const Tokenizer tokenizer(rule);
  for (std::string line; lines.next(line);) {
    std::string reason;
    const std::int64_t number = lines.line_number();
    if (!into.mend(line, reason)) {
      into.add_bad_row(number, reason);
      continue;
    }
    const std::vector<std::string_view> words = words_of(line);
    if (words.empty()) continue;
    TaggedText text = join_words(words);
    text.line = number;
    const std::vector<SourceSpan> spans = spans_of(text);
    text.tokens = tokenizer.cut(text.text);
    place_spans(text, spans, {}, into);
    into.add(std::move(text));
  }
}

}  // namespace recura
