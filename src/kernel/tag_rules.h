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

/// The same, with the legal neighbours of each tag as lists. Immutable.
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

  /// The first step at which a text's tags, each -1 if undecided, cannot be completed to a legal sequence up to there
  /// (and, at the last step, end); -1 if they can.
  Index first_illegal_step(std::span<const std::int32_t> tags) const;

 private:
  bool may_stand(Index tag, std::span<const std::int32_t> before, bool first, bool last) const;

  TagRules rules_;
  std::vector<std::vector<std::int32_t>> before_, after_;
};

}  // namespace recura::kernel
