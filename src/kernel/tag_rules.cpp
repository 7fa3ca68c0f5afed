#include "kernel/tag_rules.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace recura::kernel {

TagGraph::TagGraph(TagRules rules) : rules_(std::move(rules)) {
  const auto size = static_cast<std::size_t>(std::max<Index>(rules_.tags, 0));
  if (size == 0 || rules_.begin.size() != size || rules_.end.size() != size || rules_.follow.size() != size * size) {
    throw ArgumentError("tag rules: {} tags need {} begins, {} ends and {} pairs, got {}, {} and {}", rules_.tags, size,
                        size, size * size, rules_.begin.size(), rules_.end.size(), rules_.follow.size());
  }
  before_.resize(size);
  after_.resize(size);
  for (std::size_t from = 0; from < size; ++from) {
    for (std::size_t to = 0; to < size; ++to) {
      if (!may_follow(static_cast<Index>(from), static_cast<Index>(to))) continue;
      before_[to].push_back(static_cast<std::int32_t>(from));
      after_[from].push_back(static_cast<std::int32_t>(to));
    }
  }
}

bool TagGraph::may_stand(Index tag, std::span<const std::int32_t> before, bool first, bool last) const {
  if (last && !may_end(tag)) return false;
  if (first) return may_begin(tag);
  return std::ranges::any_of(before, [&](std::int32_t from) { return may_follow(from, tag); });
}

Index TagGraph::first_illegal_step(const KnownTags& known) const {
  std::vector<std::int32_t> reached, next;
  const Index steps = std::ssize(known.tags);
  for (Index step = 0; step < steps; ++step) {
    const std::int32_t own = known.tags[static_cast<std::size_t>(step)];
    next.clear();
    for (Index tag = std::max(own, 0); tag <= (own >= 0 ? own : tags() - 1); ++tag) {
      if (known.may_be(step, tag) && may_stand(tag, reached, step == 0, step + 1 == steps))
        next.push_back(static_cast<std::int32_t>(tag));
    }
    if (next.empty()) return step;
    std::swap(reached, next);
  }
  return -1;
}

}  // namespace recura::kernel
