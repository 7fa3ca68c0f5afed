#include "data/tagged/span_rows.h"

#include <simdjson.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "data/rows/json_objects.h"
#include "data/rows/source_row.h"
#include "data/tagged/code_points.h"
#include "data/tagged/joined_text.h"
#include "data/tagged/span_placing.h"
#include "text/bytes.h"
#include "text/utf8.h"

namespace recura {
namespace {

using Element = simdjson::dom::element;
using Object = simdjson::dom::object;
using List = simdjson::dom::array;

/// A bad row: what is wrong with it.
struct BadRow {
  std::string reason;
};

std::string shown(Element value) { return cut_short(simdjson::minify(value)); }

std::optional<Element> field(Object object, std::string_view name) {
  const auto found = object.at_key(name);
  if (found.error() != simdjson::SUCCESS) return std::nullopt;
  return found.value_unsafe();
}

template <typename T>
std::optional<T> as(std::optional<Element> value) {
  T result{};
  if (!value || value->get(result) != simdjson::SUCCESS) return std::nullopt;
  return result;
}

/// A whole number; pandas writes those of a column with gaps as 4.0.
template <>
std::optional<std::int64_t> as(std::optional<Element> value) {
  if (!value || !value->is_number()) return std::nullopt;
  std::int64_t whole = 0;
  if (value->get(whole) == simdjson::SUCCESS) return whole;
  constexpr double kMost = std::int64_t{1} << 53;  // farther out not each number has a double of its own
  const auto real = as<double>(value);
  if (!real || std::abs(*real) > kMost || std::trunc(*real) != *real) return std::nullopt;
  return static_cast<std::int64_t>(*real);
}

/// The field of the first name that there is, as a T.
template <typename T>
std::optional<T> field_as(Object object, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (const auto found = as<T>(field(object, name))) return found;
  }
  return std::nullopt;
}

struct Range {
  Index begin = 0, end = 0;
};

/// [begin, end, …] or {"start": begin, "end": end, …}.
std::optional<Range> range_of(Element value) {
  std::optional<std::int64_t> begin, end;
  if (const auto list = as<List>(value); list && list->size() >= 2) {
    begin = as<std::int64_t>(list->at(0).value_unsafe());
    end = as<std::int64_t>(list->at(1).value_unsafe());
  } else if (const auto object = as<Object>(value)) {
    begin = field_as<std::int64_t>(*object, {"start", "start_offset"});
    end = field_as<std::int64_t>(*object, {"end", "end_offset"});
  }
  if (!begin || !end) return std::nullopt;
  return Range{*begin, *end};
}

std::vector<std::string_view> types_of(Element value) {
  if (const auto list = as<List>(value)) {
    const auto type = list->size() == 3 ? as<std::string_view>(list->at(2).value_unsafe()) : std::nullopt;
    return type ? std::vector{*type} : std::vector<std::string_view>{};
  }
  const auto object = as<Object>(value);
  if (!object) return {};
  if (const auto type = field_as<std::string_view>(*object, {"type", "label"})) return {*type};
  std::vector<std::string_view> types;
  if (const auto labels = field_as<List>(*object, {"labels"})) {
    for (const Element label : *labels) {
      if (const auto type = as<std::string_view>(label)) types.push_back(*type);
    }
  }
  return types;
}

/// Spans are lists or objects; a list that has neither says what the whole text is, or nothing.
bool holds_spans(List list) {
  return std::ranges::any_of(list, [](Element value) { return value.is_array() || value.is_object(); });
}

/// What a whole text is, by a name or a list of one; empty: none.
std::string label_of(Element value) {
  if (const auto list = as<List>(value); list && list->size() == 1) value = list->at(0).value_unsafe();
  if (const auto name = as<std::string_view>(value)) return std::string(*name);
  return value.is_number() || value.is_bool() ? simdjson::minify(value) : "";
}

/// One row.
class SpanRow {
 public:
  SpanRow(Object row, std::int64_t line, TaggedCollector& into) : row_(row), line_(line), into_(into) {}

  /// False if the row is to be ignored.
  bool read(TaggedText& text) {
    const auto answer = field_as<std::string_view>(row_, {"answer"});
    if (answer && *answer != "accept") return false;
    text.line = line_;
    if (const auto data = field_as<Object>(row_, {"data"})) {
      text.text = text_of(*data);
      if (!read_results(text)) return false;
    } else if (const TaggedText* const known = known_text()) {
      text.text = known->text;
      text.tokens = known->tokens;
      read_lists(text, answer.has_value());
    } else {
      const bool has_text = field(row_, into_.options().text_field) || !field(row_, "words");
      if (has_text) text.text = text_of(row_);
      read_lists(text, answer.has_value());
      if (!has_text) text.text = words_ ? join_words(*words_).text : text_of(row_);
    }
    const auto tokens = field_as<List>(row_, {"tokens"});
    if (tokens) text.tokens = tokens_of(text.text, *tokens);
    if (!tokens && text.tokens.empty()) text.tokens = Tokenizer(rule()).cut(text.text);
    if (words_) {
      place_words(text);
    } else {
      place_spans(text, spans_, undecided(), into_);
    }
    return true;
  }

 private:
  /// The text that a row without one is about, if it is known.
  const TaggedText* known_text() const {
    const TaggedReadOptions& options = into_.options();
    if (options.texts == nullptr || field(row_, options.text_field)) return nullptr;
    const std::size_t at = into_.data.texts.size();
    if (at >= options.texts->size())
      throw BadRow{fmt::format("no field {:?}, and there are no more than {} texts that it could be about",
                               options.text_field, at)};
    return &(*options.texts)[at];
  }

  std::string text_of(Object object) const {
    const std::string& name = into_.options().text_field;
    const auto value = field(object, name);
    if (!value) throw BadRow{fmt::format("no field {:?}{}", name, field_hint("text"))};
    const auto text = as<std::string_view>(value);
    if (!text) throw BadRow{fmt::format("{:?} must be a string, it is {}", name, shown(*value))};
    return std::string(*text);
  }

  /// Of the fields that other programs put spans in, the first one with any; an empty one where there is no other.
  /// Names for the whole text in its place are counted, unless they are its label.
  std::optional<List> list_elsewhere(bool is_labelled) {
    const std::string& label_field = into_.options().label_field;
    std::vector<std::string_view> names{label_field};
    if (label_field != "labels") names.emplace_back("labels");
    std::optional<List> empty;
    for (const std::string_view name : names) {
      const auto list = field_as<List>(row_, {name});
      if (!list) continue;
      if (holds_spans(*list)) return list;
      if (list->size() == 0) {
        empty = list;
      } else if (name != label_field || !is_labelled) {
        ++into_.data.ignored;
      }
    }
    const auto entities = field_as<List>(row_, {"entities"});
    return entities ? entities : empty;
  }

  void read_lists(TaggedText& text, bool may_lack) {
    const TaggedReadOptions& options = into_.options();
    if (const auto label = field(row_, options.label_field)) text.label = label_of(*label);
    // A list under its own name is what was asked for, even if it is empty: the others may be those of the row that
    // `extract` read.
    auto list = field_as<List>(row_, {options.spans_field});
    if (!list) list = list_elsewhere(!text.label.empty());
    if (!list) read_words();
    if (!list && !words_ && !may_lack) {
      throw BadRow{fmt::format("no spans: expected a list of them in {:?}, {:?}, \"labels\" or \"entities\"",
                               options.spans_field, options.label_field)};
    }
    if (!list) return;
    for (const Element span : *list) add_span(span);
  }

  void read_words() {
    const auto list = field_as<List>(row_, {"words"});
    if (!list) return;
    words_.emplace();
    for (const Element value : *list) {
      const auto word = as<std::string_view>(value);
      if (!word) throw BadRow{fmt::format("\"words\": expected strings, got {}", shown(value))};
      words_->push_back(*word);
    }
  }

  /// Segmented text falls into characters, which words are made of.
  TextRule rule() const {
    TextRule rule = into_.options().rule;
    if (words_) rule.unit = Unit::character;
    return rule;
  }

  /// A word begins at the token behind the word before it, and ends with a token.
  void place_words(TaggedText& text) const {
    Index begin = 0;
    const Index count = std::ssize(text.tokens);
    const auto rest_at = [&](Index token) {
      return std::string_view(text.text).substr(text.tokens[static_cast<std::size_t>(token)].begin);
    };
    for (const std::string_view given : *words_) {
      const std::string_view word = trimmed(given);
      if (begin == count || is_white(word) || !rest_at(begin).starts_with(word)) {
        throw BadRow{fmt::format("\"words\": {:?} does not stand in the text behind those before it, there is {:?}",
                                 cut_short(word), begin == count ? "" : cut_short(rest_at(begin)))};
      }
      Index end = begin;
      const std::size_t stop = text.tokens[static_cast<std::size_t>(begin)].begin + word.size();
      while (end < count && text.tokens[static_cast<std::size_t>(end)].begin < stop) ++end;
      if (text.tokens[static_cast<std::size_t>(end) - 1].end > stop) {
        throw BadRow{fmt::format("\"words\": {:?} ends inside {:?}, which is one token", cut_short(word),
                                 cut_short(text.token(end - 1)))};
      }
      text.spans.push_back({begin, end, ""});
      begin = end;
    }
    if (begin < count)
      throw BadRow{fmt::format("\"words\": {:?} of the text is in none of them", cut_short(rest_at(begin)))};
  }

  /// Of Label Studio: whether somebody skipped the task.
  static bool is_cancelled(Element annotation) {
    const auto object = as<Object>(annotation);
    return object && field_as<bool>(*object, {"was_cancelled"}).value_or(false);
  }

  /// Of Label Studio: the first annotation that is none of a skipped task. False if all are.
  bool read_results(TaggedText& text) {
    const auto annotations = field_as<List>(row_, {"annotations", "completions"});
    if (!annotations || annotations->size() == 0) throw BadRow{"no \"annotations\": the task is not done yet"};
    const auto first = std::find_if_not(annotations->begin(), annotations->end(), is_cancelled);
    if (first == annotations->end()) return false;
    const auto object_of_first = as<Object>(*first);
    const auto results = object_of_first ? field_as<List>(*object_of_first, {"result"}) : std::nullopt;
    if (!results) throw BadRow{"the annotation has no list \"result\""};
    for (const Element element : *results) {
      const auto result = as<Object>(element);
      const auto value = result ? field(*result, "value") : std::nullopt;
      const auto object = as<Object>(value);
      const auto choices = object ? field_as<List>(*object, {"choices"}) : std::nullopt;
      const auto choice =
          choices && choices->size() == 1 ? as<std::string_view>(choices->at(0).value_unsafe()) : std::nullopt;
      if (choice) {
        text.label = *choice;
      } else if (value && range_of(*value)) {
        add_span(*value);
      } else {
        ++into_.data.ignored;
      }
    }
    return true;
  }

  void add_span(Element value) {
    const auto range = range_of(value);
    const auto types = types_of(value);
    if (!range || types.empty()) {
      into_.add_bad_span(SpanFault::unreadable, line_,
                         fmt::format("expected start, end and a type, got {}", shown(value)));
      return;
    }
    std::optional<std::string> there;
    if (const auto object = as<Object>(value)) {
      if (const auto text = field_as<std::string_view>(*object, {"text"})) there = *text;
    }
    for (const std::string_view type : types)
      spans_.push_back({range->begin, range->end, std::string(type), line_, there});
  }

  std::vector<SourceSpan> undecided() const {
    std::vector<SourceSpan> places;
    const auto list = field_as<List>(row_, {"undecided"});
    if (!list) return places;
    for (const Element value : *list) {
      const auto range = range_of(value);
      if (!range) throw BadRow{fmt::format("\"undecided\": expected start and end, got {}", shown(value))};
      places.push_back({range->begin, range->end, "undecided", line_});
    }
    return places;
  }

  /// Those that are not white space alone, which is no token elsewhere.
  static std::vector<Token> tokens_of(const std::string& text, List list) {
    const CodePoints points(text);
    std::vector<Token> tokens;
    Index end = 0;
    for (const Element value : list) {
      const auto range = range_of(value);
      if (!range || range->begin < end || range->end <= range->begin || range->end > points.count())
        throw BadRow{
            fmt::format("\"tokens\": expected start and end, ascending and inside the text, got {}", shown(value))};
      end = range->end;
      const Token token{points.byte(range->begin), points.byte(end)};
      const auto cut = std::string_view(text).substr(token.begin, token.end - token.begin);
      if (cut.find_first_not_of(" \t\r\n\f\v") != std::string_view::npos) tokens.push_back(token);
    }
    return tokens;
  }

  Object row_;
  std::int64_t line_;
  TaggedCollector& into_;
  std::vector<SourceSpan> spans_;
  std::optional<std::vector<std::string_view>> words_;  // of segmented text
};

}  // namespace

void read_span_rows(LineReader& lines, TaggedCollector& into) {
  JsonObjects objects(lines, into.shown());
  simdjson::dom::parser parser;
  std::int64_t line = 0;
  for (std::string json; objects.next(json, line);) {
    try {
      std::string reason;
      if (!into.mend(json, reason)) throw BadRow{reason};
      json.reserve(json.size() + simdjson::SIMDJSON_PADDING);
      const auto parsed = parser.parse(json);
      Object row;
      if (parsed.error() != simdjson::SUCCESS)
        throw BadRow{fmt::format("not JSON, expected one object a line or an array of them: {}",
                                 simdjson::error_message(parsed.error()))};
      if (parsed.get(row) != simdjson::SUCCESS) throw BadRow{"expected a JSON object"};
      TaggedText text;
      if (SpanRow(row, line, into).read(text)) {
        into.add(std::move(text));
      } else {
        into.ignore_row();
      }
    } catch (const BadRow& bad) {
      into.add_bad_row(line, bad.reason);
    }
  }
}

}  // namespace recura
