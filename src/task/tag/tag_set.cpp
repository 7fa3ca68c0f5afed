#include "task/tag/tag_set.h"

#include <algorithm>

#include "base/error.h"

namespace recura {

TagSet::TagSet(std::vector<std::string> types, bool outside) : types_(std::move(types)), first_(outside ? 1 : 0) {
  if (types_.empty()) throw ArgumentError("tag set: needs a type at least");
  std::ranges::sort(types_);
}

TagRules TagSet::rules() const {
  const auto tags = static_cast<std::size_t>(size());
  TagRules rules{size(), std::vector<std::uint8_t>(tags), std::vector<std::uint8_t>(tags),
                 std::vector<std::uint8_t>(tags * tags)};
  const auto is_open = [&](std::size_t tag) {  // the span goes on behind it
    const Index part = (static_cast<Index>(tag) - first_) % 4;
    return static_cast<Index>(tag) >= first_ && (part == kBegin || part == kInside);
  };
  const auto begins = [&](std::size_t tag) {
    const Index part = (static_cast<Index>(tag) - first_) % 4;
    return static_cast<Index>(tag) < first_ || part == kBegin || part == kSingle;
  };
  const auto type = [&](std::size_t tag) { return (static_cast<Index>(tag) - first_) / 4; };
  for (std::size_t from = 0; from < tags; ++from) {
    rules.begin[from] = begins(from) ? 1 : 0;
    rules.end[from] = is_open(from) ? 0 : 1;
    for (std::size_t to = 0; to < tags; ++to) {
      const bool legal = is_open(from) ? !begins(to) && type(from) == type(to) : begins(to);
      rules.follow[from * tags + to] = legal ? 1 : 0;
    }
  }
  return rules;
}

bool TagSet::knows(const std::string& type) const { return std::ranges::binary_search(types_, type); }

std::size_t TagSet::find(const std::string& type) const {
  const auto found = std::ranges::lower_bound(types_, type);
  if (found == types_.end() || *found != type) throw DataError("no tag has the type {:?}", type);
  return static_cast<std::size_t>(found - types_.begin());
}

std::vector<std::int32_t> TagSet::numbers(const std::string& type, Index length) const {
  const std::size_t at = find(type);
  if (length == 1) return {number(at, kSingle)};
  std::vector<std::int32_t> tags(static_cast<std::size_t>(length), number(at, kInside));
  tags.front() = number(at, kBegin);
  tags.back() = number(at, kEnd);
  return tags;
}

std::vector<std::int32_t> TagSet::numbers(const TaggedText& text) const {
  constexpr std::int32_t kNone = -2;
  std::vector<std::int32_t> tags(text.tokens.size(), has_outside() ? 0 : kNone);
  for (const NamedSpan& span : text.spans) {
    const auto own = numbers(span.type, span.end - span.begin);
    std::ranges::copy(own, tags.begin() + span.begin);
  }
  for (const Index token : text.undecided) tags[static_cast<std::size_t>(token)] = -1;
  if (std::ranges::count(tags, kNone) > 0) throw DataError("line {}: a token belongs to no word", text.line);
  return tags;
}

std::vector<std::uint8_t> TagSet::outside_of(const std::vector<std::string>& types) const {
  std::vector<std::uint8_t> flags(static_cast<std::size_t>(size()), 1);
  for (std::size_t type = 0; type < types_.size(); ++type) {
    if (std::ranges::find(types, types_[type]) == types.end()) continue;
    for (const Part part : {kBegin, kInside, kEnd, kSingle}) flags[static_cast<std::size_t>(number(type, part))] = 0;
  }
  return flags;
}

std::vector<NamedSpan> TagSet::spans(std::span<const std::int32_t> tags) const {
  std::vector<NamedSpan> spans;
  Index begin = 0;
  for (std::size_t at = 0; at < tags.size(); ++at) {
    if (tags[at] < first_) continue;
    const Index part = (tags[at] - first_) % 4;
    if (part == kBegin || part == kSingle) begin = static_cast<Index>(at);
    if (part == kEnd || part == kSingle)
      spans.push_back({begin, static_cast<Index>(at) + 1, types_[static_cast<std::size_t>((tags[at] - first_) / 4)]});
  }
  return spans;
}

}  // namespace recura
