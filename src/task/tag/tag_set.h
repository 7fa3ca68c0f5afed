#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/tagged/tagged_text.h"
#include "layer/crf.h"

namespace recura {

/// The tags that a network chooses from: of each type a token that begins a span, goes on in it, ends it, or is a span
/// alone (BIOES), and one for tokens in no span.
class TagSet {
 public:
  /// `outside`: a token may be in no span; else, as in segmented text, every token belongs to one.
  /// @throws ArgumentError  if there is no type.
  TagSet(std::vector<std::string> types, bool outside);

  /// K.
  Index size() const { return size(types_.size(), has_outside()); }
  static Index size(std::size_t types, bool outside) { return (outside ? 1 : 0) + 4 * static_cast<Index>(types); }
  const std::vector<std::string>& types() const { return types_; }
  bool has_outside() const { return first_ == 1; }
  TagRules rules() const;

  /// The number of each token's tag, -1 where nobody decided.
  /// @throws DataError  if a span's type is none of these, or a decided token belongs to no span and must.
  std::vector<std::int32_t> numbers(const TaggedText& text) const;
  /// Flags, [K], of what a token may be that is in no span of these types: in none, or in one of another type.
  std::vector<std::uint8_t> outside_of(const std::vector<std::string>& types) const;
  /// The spans of a legal sequence.
  std::vector<NamedSpan> spans(std::span<const std::int32_t> tags) const;
  /// The tags that a span of so many tokens has.
  std::vector<std::int32_t> numbers(const std::string& type, Index length) const;
  bool knows(const std::string& type) const;

 private:
  enum Part { kBegin, kInside, kEnd, kSingle };

  std::int32_t number(std::size_t type, Part part) const {
    return static_cast<std::int32_t>(first_ + 4 * static_cast<Index>(type) + part);
  }
  std::size_t find(const std::string& type) const;

  std::vector<std::string> types_;  // ascending
  Index first_;
};

}  // namespace recura
