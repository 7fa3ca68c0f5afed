#include "task/tag/features/dictionary.h"

#include <algorithm>

#include "base/error.h"

namespace recura {

TagDictionary::TagDictionary(std::vector<LexiconEntry> entries, const Tokenizer& tokenizer, const TagSet& tags,
                             double bonus)
    : tokenizer_(tokenizer), lexicon_(std::move(entries), tokenizer), tags_(tags), bonus_(bonus) {
  for (const std::string& type : lexicon_.types()) {
    if (tags.knows(type)) continue;
    if (!tags.has_outside())
      throw ArgumentError("--dictionary: the model cuts text into words, expected FILE without the type {:?}", type);
    if (type.empty())
      throw ArgumentError("--dictionary: expected TYPE=FILE with one of the model's types {}",
                          fmt::join(tags.types(), ", "));
    throw ArgumentError("--dictionary: the model finds no {:?}; it knows {}", type, fmt::join(tags.types(), ", "));
  }
}

std::vector<TagHint> TagDictionary::hints(const TaggedText& text) const {
  std::vector<std::string> forms;
  for (Index token = 0; token < std::ssize(text.tokens); ++token) forms.push_back(tokenizer_.form(text.token(token)));
  auto matches = lexicon_.matches(forms);
  std::ranges::stable_sort(matches, [](const Lexicon::Match& a, const Lexicon::Match& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  std::vector<TagHint> hints;
  Index done = 0;
  for (const Lexicon::Match& match : matches) {
    if (match.begin < done) continue;
    done = match.end;
    const auto own = tags_.numbers(lexicon_.types()[static_cast<std::size_t>(lexicon_.type_of(match.entry))],
                                   match.end - match.begin);
    for (Index token = match.begin; token < match.end; ++token)
      hints.push_back({token, own[static_cast<std::size_t>(token - match.begin)], bonus_});
  }
  return hints;
}

}  // namespace recura
