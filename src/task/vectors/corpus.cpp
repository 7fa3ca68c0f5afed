#include "task/vectors/corpus.h"

#include <algorithm>
#include <numeric>

#include "text/bytes.h"

namespace recura {
namespace {

constexpr std::int32_t kDropped = -1;

}  // namespace

void Corpus::add(std::string_view text) {
  for (const Token token : tokenizer_.cut(text)) {
    std::string form = tokenizer_.form(bytes_of(text, token));
    if (form.find(' ') != std::string::npos) continue;  // a lone accent's, which no file of vectors can hold
    const auto [found, is_new] = numbers_.try_emplace(std::move(form), static_cast<std::int32_t>(words_.size()));
    if (is_new) {
      words_.push_back(found->first);
      counts_.push_back(0);
    }
    ++counts_[static_cast<std::size_t>(found->second)];
    tokens_.push_back(found->second);
  }
  ends_.push_back(tokens_.size());
}

void Corpus::keep_words(std::int64_t min_count, std::int64_t most) {
  numbers_.clear();
  std::vector<std::size_t> order(words_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t word) { return counts_[word] < min_count; });
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return counts_[a] != counts_[b] ? counts_[a] > counts_[b] : words_[a] < words_[b];
  });
  order.resize(std::min(order.size(), static_cast<std::size_t>(most)));
  std::vector<std::int32_t> renumbered(words_.size(), kDropped);
  std::vector<std::string> words;
  std::vector<std::int64_t> counts;
  for (const std::size_t word : order) {
    renumbered[word] = static_cast<std::int32_t>(words.size());
    words.push_back(std::move(words_[word]));
    counts.push_back(counts_[word]);
  }
  words_ = std::move(words);
  counts_ = std::move(counts);
  std::size_t kept = 0, at = 0;
  for (std::size_t& end : ends_) {
    for (; at < end; ++at) {
      const std::int32_t number = renumbered[static_cast<std::size_t>(tokens_[at])];
      if (number != kDropped) tokens_[kept++] = number;
    }
    end = kept;
  }
  tokens_.resize(kept);
}

}  // namespace recura
