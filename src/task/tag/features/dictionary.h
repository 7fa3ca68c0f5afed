#pragma once

#include <vector>

#include "data/tagged/tagged_text.h"
#include "task/tag/answer/predict.h"
#include "task/tag/features/lexicon.h"
#include "task/tag/tag_set.h"

namespace recura {

/// Names that a user knows better than the network: wherever a text's tokens spell one, their tags are favoured. Of
/// names over each other the one that begins first counts, and of these the longest.
class TagDictionary {
 public:
  /// Each tag's score rises by `bonus`: a few for a hint, so much that nothing else is likely for an order.
  /// @throws ArgumentError  if a type is none of the tags'.
  TagDictionary(std::vector<LexiconEntry> entries, const Tokenizer& tokenizer, const TagSet& tags, double bonus);

  std::vector<TagHint> hints(const TaggedText& text) const;

 private:
  Tokenizer tokenizer_;
  Lexicon lexicon_;
  TagSet tags_;
  double bonus_;
};

}  // namespace recura
