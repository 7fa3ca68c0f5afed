#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "tensor/real.h"
#include "text/tokenizer.h"

namespace recura {

/// A word or name that a tagger looks for in its texts, and what it is called there, such as "LOC".
struct LexiconEntry {
  std::string form;
  std::string type;

  auto operator<=>(const LexiconEntry&) const = default;
};

/// Words and names, found in a text wherever its tokens spell them. Const, and safe for any number of threads.
class Lexicon {
 public:
  struct Match {
    Index begin = 0, end = 0;  // tokens
    std::int32_t entry = 0;
  };

  Lexicon() = default;
  /// Entries are cut into tokens by the same rule as texts; those without a token match nothing.
  Lexicon(std::vector<LexiconEntry> entries, const Tokenizer& tokenizer);

  const std::vector<LexiconEntry>& entries() const { return entries_; }
  /// Distinct, ascending, and the number of each entry's.
  const std::vector<std::string>& types() const { return types_; }
  std::int32_t type_of(std::int32_t entry) const { return type_numbers_[static_cast<std::size_t>(entry)]; }
  /// All runs of tokens that spell an entry, by their begin and then their end. `forms`: those of the text's tokens.
  std::vector<Match> matches(const std::vector<std::string>& forms) const;

 private:
  std::int32_t step(std::int32_t node, const std::string& form) const;

  std::vector<LexiconEntry> entries_;
  std::vector<std::string> types_;
  std::vector<std::int32_t> type_numbers_;
  // A trie over token forms: node 0 is the root.
  std::unordered_map<std::string, std::int32_t> forms_;
  std::unordered_map<std::uint64_t, std::int32_t> edges_;  // node and form to node
  std::vector<std::vector<std::int32_t>> entries_of_node_{1};
};

}  // namespace recura
