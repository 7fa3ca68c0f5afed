#include "data/tagged/span_placing.h"

#include <algorithm>

#include "base/error.h"
#include "data/tagged/code_points.h"
#include "text/utf8.h"

namespace recura {
namespace {

struct PlacedSpan {
  NamedSpan tokens;
  const SourceSpan* source = nullptr;
};

/// But for white space: line ends are written in more than one way. Stops where they differ.
bool say_the_same(std::string_view a, std::string_view b) {
  constexpr std::string_view kWhite = " \t\n\v\f\r";
  for (;;) {
    a.remove_prefix(std::min(a.find_first_not_of(kWhite), a.size()));
    b.remove_prefix(std::min(b.find_first_not_of(kWhite), b.size()));
    if (a.empty() || b.empty() || a[0] != b[0]) return a.empty() && b.empty();
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
}

class Placing {
 public:
  Placing(const TaggedText& text, TaggedCollector& into) : text_(text), points_(text.text), into_(into) {}

  /// None if the span cannot be used.
  std::optional<NamedSpan> place(const SourceSpan& span, bool is_undecided = false) const {
    const auto refuse = [&](SpanFault fault, const std::string& reason) {
      into_.add_bad_span(fault, span.line, reason, is_undecided);
      return std::nullopt;
    };
    if (span.begin < 0 || span.end < span.begin || span.end > points_.count())
      return refuse(SpanFault::outside,
                    fmt::format("{}, of a text of {} code points", place_of(span), points_.count()));
    const Token bytes{points_.byte(span.begin), points_.byte(span.end)};
    const auto cut = std::string_view(text_.text).substr(bytes.begin, bytes.end - bytes.begin);
    if (span.text && !say_the_same(*span.text, cut)) {
      return refuse(SpanFault::mismatched,
                    fmt::format("{}: {:?} stands there, not {:?}; {}", place_of(span), cut_short(cut),
                                cut_short(*span.text), advice(span, bytes.begin)));
    }
    const auto first = std::ranges::upper_bound(text_.tokens, bytes.begin, {}, &Token::end);
    const auto last = std::ranges::lower_bound(text_.tokens, bytes.end, {}, &Token::begin);
    if (first >= last) return refuse(SpanFault::empty, fmt::format("{}: no token is in it", place_of(span)));
    for (const Token& edge : {*first, *(last - 1)}) {
      if (edge.begin >= bytes.begin && edge.end <= bytes.end) continue;
      return refuse(SpanFault::misaligned,
                    fmt::format("{} {:?}: an edge lies inside the token {:?}", place_of(span), cut_short(cut),
                                text_.text.substr(edge.begin, edge.end - edge.begin)));
    }
    return NamedSpan{first - text_.tokens.begin(), last - text_.tokens.begin(), span.type};
  }

  /// On a span whose text stands elsewhere; many count its last code point as its end.
  std::string advice(const SourceSpan& span, std::size_t begin) const {
    const bool one_more = span.end < points_.count() &&
                          std::string_view(text_.text).substr(begin, points_.byte(span.end + 1) - begin) == *span.text;
    if (!one_more) return "offsets count code points";
    return fmt::format("ends are exclusive, it is [{}, {})", span.begin, span.end + 1);
  }

  static std::string place_of(const SourceSpan& span) {
    return fmt::format("{:?} [{}, {})", span.type, span.begin, span.end);
  }

 private:
  const TaggedText& text_;
  CodePoints points_;
  TaggedCollector& into_;
};

SpanFault fault_of(const PlacedSpan& span, const PlacedSpan& kept) {
  if (span.tokens == kept.tokens) return SpanFault::duplicate;
  return span.tokens.end <= kept.tokens.end ? SpanFault::nested : SpanFault::overlapping;
}

void keep_apart(std::vector<PlacedSpan>& placed, TaggedText& text, TaggedCollector& into) {
  std::ranges::stable_sort(placed, [](const PlacedSpan& a, const PlacedSpan& b) {
    return a.tokens.begin != b.tokens.begin ? a.tokens.begin < b.tokens.begin : a.tokens.end > b.tokens.end;
  });
  const PlacedSpan* kept = nullptr;
  for (const PlacedSpan& span : placed) {
    if (kept != nullptr && span.tokens.begin < kept->tokens.end) {
      into.add_bad_span(fault_of(span, *kept), span.source->line,
                        fmt::format("{} and {}", Placing::place_of(*span.source), Placing::place_of(*kept->source)));
    } else {
      text.spans.push_back(span.tokens);
      kept = &span;
    }
  }
}

/// Places may lie over each other, as many as there are: each costs two steps.
void add_undecided(TaggedText& text, const std::vector<NamedSpan>& places) {
  std::vector<Index> changes(text.tokens.size() + 1);
  for (const NamedSpan& place : places) {
    ++changes[static_cast<std::size_t>(place.begin)];
    --changes[static_cast<std::size_t>(place.end)];
  }
  Index open = 0;
  auto span = text.spans.begin();
  for (Index token = 0; token < std::ssize(text.tokens); ++token) {
    open += changes[static_cast<std::size_t>(token)];
    if (span != text.spans.end() && span->end == token) ++span;
    const bool named = span != text.spans.end() && span->begin <= token;
    if (open > 0 && !named) text.undecided.push_back(token);
  }
}

}  // namespace

void place_spans(TaggedText& text, const std::vector<SourceSpan>& spans, const std::vector<SourceSpan>& undecided,
                 TaggedCollector& into) {
  const Placing placing(text, into);
  std::vector<PlacedSpan> placed;
  for (const SourceSpan& span : spans) {
    if (auto tokens = placing.place(span)) placed.push_back({std::move(*tokens), &span});
  }
  keep_apart(placed, text, into);
  if (undecided.empty()) return;
  std::vector<NamedSpan> places;
  for (const SourceSpan& span : undecided) {
    if (auto tokens = placing.place(span, true)) places.push_back(std::move(*tokens));
  }
  add_undecided(text, places);
}

}  // namespace recura
