#include "data/tagged/tag_scheme.h"

#include <array>

#include "base/error.h"

namespace recura {
namespace {

// In the order of the enum: names, and the places that tags of the scheme may have.
constexpr std::array<std::string_view, 4> kSchemes{"bio", "iob1", "bioes", "bmes"};
constexpr std::array<std::string_view, 4> kPlaces{"BI", "BI", "BIES", "BMES"};

std::string tag(char place, const std::string& type) {
  return type.empty() ? fmt::format("{}", place) : fmt::format("{}-{}", place, type);
}

bool marks_ends(TagScheme scheme) { return scheme == TagScheme::bioes || scheme == TagScheme::bmes; }

/// Reads tags from left to right; holds the span that is open.
class Decoder {
 public:
  explicit Decoder(TagScheme scheme) : scheme_(scheme) {}

  void read(std::string_view text) {
    const std::optional<Tag> tag = parse_tag(text);
    const bool outside = tag && (tag->place == 'O' || tag->place == '?');
    if (!tag || (!outside && kPlaces[static_cast<std::size_t>(scheme_)].find(tag->place) == std::string_view::npos)) {
      refuse(text);
    } else if (outside) {
      close();
      if (tag->place == '?') result_.undecided.push_back(at_);
    } else if (marks_ends(scheme_)) {
      read_with_ends(text, *tag);
    } else {
      read_without_ends(text, *tag);
    }
    ++at_;
  }

  DecodedTags take() {
    close();
    return std::move(result_);
  }

 private:
  bool continues(const Tag& tag) const { return open_ && result_.spans.back().type == tag.type; }

  void open(const Tag& tag) {
    result_.spans.push_back({at_, at_ + 1, std::string(tag.type)});
    open_ = true;
  }

  /// Ends the open span before this token, which a scheme that marks ends does not allow.
  void close() {
    if (open_ && marks_ends(scheme_)) {
      const std::string& type = result_.spans.back().type;
      complain(at_ - 1, fmt::format("the span of type {:?} is not ended by {}", type, tag('E', type)));
    }
    open_ = false;
  }

  void complain(Index token, std::string reason) { result_.illegal.push_back({token, std::move(reason), true}); }

  void refuse(std::string_view text) {
    open_ = false;
    const auto number = static_cast<std::size_t>(scheme_);
    result_.illegal.push_back({at_,
                               fmt::format("{:?} is no tag of the scheme {}: expected O, ? or one of {}, with -TYPE",
                                           text, kSchemes[number], fmt::join(kPlaces[number], " ")),
                               false});
  }

  void read_without_ends(std::string_view text, const Tag& tag) {
    const bool goes_on = continues(tag);
    if (tag.place == 'I' && goes_on) {
      ++result_.spans.back().end;
      return;
    }
    if (tag.place == 'I' && scheme_ == TagScheme::bio)
      complain(at_, fmt::format("{:?} does not follow a tag of its type", text));
    if (tag.place == 'B' && scheme_ == TagScheme::iob1 && !goes_on)
      complain(at_, fmt::format("{:?} does not follow a span of its type: the scheme iob1 has I- there", text));
    open(tag);
  }

  void read_with_ends(std::string_view text, const Tag& tag) {
    const bool begins = tag.place == 'B' || tag.place == 'S';
    if (begins || !continues(tag)) {
      close();
      if (!begins) complain(at_, fmt::format("{:?} does not follow B- or {} of its type", text, middle()));
      open(tag);
    } else {
      ++result_.spans.back().end;
    }
    if (tag.place == 'S' || tag.place == 'E') open_ = false;
  }

  std::string_view middle() const { return scheme_ == TagScheme::bmes ? "M-" : "I-"; }

  TagScheme scheme_;
  DecodedTags result_;
  Index at_ = 0;
  bool open_ = false;  // the last span may go on
};

/// The place of token `at` of a span. `follows`: a span of the same type ends where this one begins.
char place_of(Index at, const NamedSpan& span, TagScheme scheme, bool follows) {
  const bool first = at == span.begin, last = at + 1 == span.end;
  if (scheme == TagScheme::iob1) return first && follows ? 'B' : 'I';
  if (!marks_ends(scheme)) return first ? 'B' : 'I';
  if (first) return last ? 'S' : 'B';
  if (last) return 'E';
  return scheme == TagScheme::bmes ? 'M' : 'I';
}

}  // namespace

std::string_view name(TagScheme scheme) { return kSchemes[static_cast<std::size_t>(scheme)]; }

TagScheme tag_scheme_from(std::string_view name) {
  for (std::size_t i = 0; i < kSchemes.size(); ++i) {
    if (kSchemes[i] == name) return static_cast<TagScheme>(i);
  }
  throw ArgumentError("unknown scheme of tags {:?}; expected one of {}", name, fmt::join(kSchemes, ", "));
}

std::optional<Tag> parse_tag(std::string_view text) {
  if (text == "O" || text == "?") return Tag{text[0], {}};
  if (text.empty() || std::string_view("BIESM").find(text[0]) == std::string_view::npos) return std::nullopt;
  if (text.size() == 1) return Tag{text[0], {}};
  if (text.size() == 2 || text[1] != '-') return std::nullopt;
  return Tag{text[0], text.substr(2)};
}

std::vector<std::string> tags_of(const TaggedText& text, TagScheme scheme) {
  std::vector<std::string> tags(text.tokens.size(), "O");
  for (const Index token : text.undecided) tags[static_cast<std::size_t>(token)][0] = '?';
  const NamedSpan* before = nullptr;
  for (const NamedSpan& span : text.spans) {
    const bool follows = before != nullptr && before->end == span.begin && before->type == span.type;
    for (Index at = span.begin; at < span.end; ++at)
      tags[static_cast<std::size_t>(at)] = tag(place_of(at, span, scheme, follows), span.type);
    before = &span;
  }
  return tags;
}

DecodedTags decode_tags(std::span<const std::string_view> tags, TagScheme scheme) {
  Decoder decoder(scheme);
  for (const std::string_view tag : tags) decoder.read(tag);
  return decoder.take();
}

void SchemeFinder::add(std::span<const std::string_view> tags) {
  std::optional<Tag> before;
  for (const std::string_view text : tags) {
    const std::optional<Tag> tag = parse_tag(text);
    if (tag && tag->place != 'O' && tag->place != '?') {
      const bool follows = before && (before->place == 'B' || before->place == 'I') && before->type == tag->type;
      has_end_ |= tag->place == 'E' || tag->place == 'S';
      has_middle_ |= tag->place == 'M';
      has_inside_ |= tag->place == 'I';
      inside_begins_ |= tag->place == 'I' && !follows;
      needless_begin_ |= tag->place == 'B' && !follows;
    }
    before = tag;
  }
}

TagScheme SchemeFinder::found() const {
  if (has_middle_ && !has_inside_) return TagScheme::bmes;
  if (has_end_ || has_middle_) return TagScheme::bioes;
  return inside_begins_ && !needless_begin_ ? TagScheme::iob1 : TagScheme::bio;
}

}  // namespace recura
