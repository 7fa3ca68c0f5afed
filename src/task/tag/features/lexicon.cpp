#include "task/tag/features/lexicon.h"

#include <algorithm>

namespace recura {
namespace {

std::uint64_t edge(std::int32_t node, std::int32_t form) {
  return static_cast<std::uint64_t>(node) << 32 | static_cast<std::uint64_t>(form);
}

}  // namespace

Lexicon::Lexicon(std::vector<LexiconEntry> entries, const Tokenizer& tokenizer) : entries_(std::move(entries)) {
  for (const LexiconEntry& entry : entries_) types_.push_back(entry.type);
  std::ranges::sort(types_);
  types_.erase(std::unique(types_.begin(), types_.end()), types_.end());
  for (std::size_t number = 0; number < entries_.size(); ++number) {
    const LexiconEntry& entry = entries_[number];
    type_numbers_.push_back(static_cast<std::int32_t>(std::ranges::lower_bound(types_, entry.type) - types_.begin()));
    const std::string_view text = entry.form;
    std::int32_t node = 0;
    for (const Token token : tokenizer.cut(text)) {
      const std::string form = tokenizer.form(text.substr(token.begin, token.end - token.begin));
      const auto id = forms_.emplace(form, static_cast<std::int32_t>(forms_.size())).first->second;
      const auto [found, is_new] = edges_.emplace(edge(node, id), static_cast<std::int32_t>(entries_of_node_.size()));
      if (is_new) entries_of_node_.emplace_back();
      node = found->second;
    }
    if (node != 0) entries_of_node_[static_cast<std::size_t>(node)].push_back(static_cast<std::int32_t>(number));
  }
}

std::int32_t Lexicon::step(std::int32_t node, const std::string& form) const {
  const auto id = forms_.find(form);
  if (id == forms_.end()) return 0;
  const auto next = edges_.find(edge(node, id->second));
  return next == edges_.end() ? 0 : next->second;
}

std::vector<Lexicon::Match> Lexicon::matches(const std::vector<std::string>& forms) const {
  std::vector<Match> found;
  const auto tokens = static_cast<Index>(forms.size());
  for (Index begin = 0; begin < tokens; ++begin) {
    std::int32_t node = 0;
    for (Index end = begin; end < tokens && (node = step(node, forms[static_cast<std::size_t>(end)])) != 0; ++end) {
      for (const std::int32_t entry : entries_of_node_[static_cast<std::size_t>(node)])
        found.push_back({begin, end + 1, entry});
    }
  }
  return found;
}

}  // namespace recura
