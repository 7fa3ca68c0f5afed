#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "text/tokenizer.h"

namespace recura {

/// Raw texts as numbers of words, to learn vectors from: four bytes a token.
class Corpus {
 public:
  explicit Corpus(const TextRule& rule) : tokenizer_(rule) {}

  void add(std::string_view text);
  /// Keeps the words that stand in the texts `min_count` times or more, `most` of them at most, numbered from the most
  /// frequent one on (ties in the order of their bytes), and drops all others from the texts. Comes once, after the
  /// last text.
  void keep_words(std::int64_t min_count, std::int64_t most);

  const std::vector<std::string>& words() const { return words_; }
  /// How often each word stands in the texts.
  const std::vector<std::int64_t>& counts() const { return counts_; }
  /// The texts one after the other, each ending before tokens()[ends()[text]].
  const std::vector<std::int32_t>& tokens() const { return tokens_; }
  const std::vector<std::size_t>& ends() const { return ends_; }

 private:
  Tokenizer tokenizer_;
  std::unordered_map<std::string, std::int32_t> numbers_;
  std::vector<std::string> words_;
  std::vector<std::int64_t> counts_;
  std::vector<std::int32_t> tokens_;
  std::vector<std::size_t> ends_;
};

}  // namespace recura
