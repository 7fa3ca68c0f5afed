#include "data/words_reader.h"

#include "data/joined_text.h"
#include "data/span_placing.h"
#include "text/utf8.h"

namespace recura {
namespace {

constexpr std::string_view kIdeographicSpace = "\u3000";

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  bool inside = false;
  for (std::size_t at = 0; at < line.size();) {
    const bool wide = line.substr(at).starts_with(kIdeographicSpace);
    const bool blank = wide || line[at] == ' ' || (line[at] >= '\t' && line[at] <= '\r');
    if (!blank && !inside) words.emplace_back();
    if (!blank) words.back() += line[at];
    inside = !blank;
    at += wide ? kIdeographicSpace.size() : 1;
  }
  return words;
}

}  // namespace

void read_words(LineReader& lines, TaggedCollector& into) {
  TextRule rule = into.options().rule;
  rule.unit = Unit::character;
  const Tokenizer tokenizer(rule);
  std::vector<Token> places;
  for (std::string line; lines.next(line);) {
    std::string reason;
    const std::int64_t number = lines.line_number();
    if (!into.mend(line, reason)) {
      into.add_bad_row(number, reason);
      continue;
    }
    const std::vector<std::string> words = words_of(line);
    if (words.empty()) continue;
    TaggedText text;
    text.line = number;
    text.text = join_segmented(words, places);
    text.tokens = tokenizer.cut(text.text);
    std::vector<SourceSpan> spans;
    Index begin = 0;
    std::size_t seen = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
      begin += static_cast<Index>(places[i].begin - seen);  // a blank is one code point
      const Index end = begin + static_cast<Index>(count_code_points(words[i]));
      spans.push_back({begin, end, "", number});
      begin = end;
      seen = places[i].end;
    }
    place_spans(text, spans, {}, into);
    into.add(std::move(text));
  }
}

}  // namespace recura
