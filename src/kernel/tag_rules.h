#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tensor/real.h"

namespace recura::kernel {

/// Which tags may begin a text, end it, and follow each other; K tags.
struct TagRules {
  Index tags = 0;
  std::vector<std::uint8_t> begin, end;  // [K]
  std::vector<std::uint8_t> follow;      // [K, K], from a row's tag to a column's
};

/// What is known of the tags of some steps: of each its tag, 0 … K-1; -1: it may be any; -2 - i: one of those that
/// `sets[i]`, [K], flags.
struct KnownTags {
  std::span<const std::int32_t> tags;
  std::span<const std::vector<std::uint8_t>> sets = {};

  bool may_be(Index step, Index tag) const {
    const std::int32_t known = tags[static_cast<std::size_t>(step)];
    if (known >= -1) return known == -1 || known == tag;
    return sets[static_cast<std::size_t>(-2 - known)][static_cast<std::size_t>(tag)] != 0;
  }
};

/// `TagRules`, with the legal neighbours of each tag as lists. Immutable.
class TagGraph {
 public:
  /// @throws ArgumentError  if there is no tag, or an array is not of its size.
  explicit TagGraph(TagRules rules);

  Index tags() const { return rules_.tags; }
  bool may_begin(Index tag) const { return rules_.begin[static_cast<std::size_t>(tag)] != 0; }
  bool may_end(Index tag) const { return rules_.end[static_cast<std::size_t>(tag)] != 0; }
  bool may_follow(Index from, Index to) const { return rules_.follow[static_cast<std::size_t>(from * tags() + to)]; }
  /// The tags that may stand before and after a tag, ascending.
  std::span<const std::int32_t> before(Index tag) const { return before_[static_cast<std::size_t>(tag)]; }
  std::span<const std::int32_t> after(Index tag) const { return after_[static_cast<std::size_t>(tag)]; }

  /// The first step at which what is known of a text's tags cannot be completed to a legal sequence up to there (and,
  /// at the last step, end); -1 if it can.
  Index first_illegal_step(const KnownTags& known) const;

 private:
  bool may_stand(Index tag, std::span<const std::int32_t> before, bool first, bool last) const;

  TagRules rules_;
  std::vector<std::vector<std::int32_t>> before_, after_;
};

}  // namespace recura::kernel
