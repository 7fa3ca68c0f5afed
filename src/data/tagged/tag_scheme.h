#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/tagged/tagged_text.h"

namespace recura {

std::string_view name(TagScheme scheme);
/// @throws ArgumentError  if there is no such scheme.
TagScheme tag_scheme_from(std::string_view name);

/// A tag in its two parts: "B-PER" is 'B' and "PER". "O" (outside) and "?" (undecided) have no type; of segmented text
/// "B", "I", "E", "S" and "M" have none either.
struct Tag {
  char place = 'O';
  std::string_view type;
};

/// None if `text` has no form of any scheme. The result lives as long as `text`.
std::optional<Tag> parse_tag(std::string_view text);

/// One tag for each token. A span ends before a token that nobody decided about.
std::vector<std::string> tags_of(const TaggedText& text, TagScheme scheme);

struct IllegalTag {
  Index token = 0;
  std::string reason;
  /// What was meant can be guessed: tags in an order that the scheme does not allow. Else it is no tag of the scheme.
  bool mendable = true;
};

struct DecodedTags {
  /// What the tags say, illegal ones mended: a span that is not begun begins, one that is not ended ends, where it
  /// stands; what is no tag of the scheme stands outside.
  std::vector<NamedSpan> spans;
  std::vector<Index> undecided;
  std::vector<IllegalTag> illegal;
};

/// The way back: `decode_tags(tags_of(text, scheme), scheme)` has the spans of `text`, and nothing illegal.
DecodedTags decode_tags(std::span<const std::string_view> tags, TagScheme scheme);

/// Finds the scheme from the tags that occur: `bmes` with M-, `bioes` with E- or S-; `iob1` if an I- begins a span, and
/// no B- stands where I- would do; else `bio`.
class SchemeFinder {
 public:
  /// The tags of one text.
  void add(std::span<const std::string_view> tags);
  TagScheme found() const;

 private:
  bool has_end_ = false, has_middle_ = false, has_inside_ = false;
  bool inside_begins_ = false, needless_begin_ = false;
};

}  // namespace recura
