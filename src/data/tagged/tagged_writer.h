#pragma once

#include <functional>
#include <string>
#include <vector>

#include "data/tagged/tagged_data.h"

namespace recura {

struct TaggedWriteOptions {
  TaggedFormat format = TaggedFormat::jsonl;
  /// conll.
  TagScheme scheme = TagScheme::bio;
  /// Where the texts come from, for messages.
  std::string source = {};
  /// jsonl: how readers of the file will cut text. Tokens are written where they differ from what it gives.
  TextRule rule = {};
};

/// What the form had no room for.
struct TaggedLosses {
  std::int64_t labels = 0;
  std::int64_t undecided = 0;    // tokens
  std::int64_t empty_texts = 0;  // without a token, left out
};

using TextSink = std::function<void(std::string_view)>;

/// Writes texts in any form but BRAT's. What is read back is the same text, tokens, spans and label, as far as the form
/// holds them: `words` has spans alone, each other token is then a word as well.
/// @throws DataError  if a form cannot hold a span: `words` has no types, and no blanks inside words; or a token:
/// `conll` has none that begins with -DOCSTART-.
TaggedLosses write_tagged(const std::vector<TaggedText>& texts, const TaggedWriteOptions& options,
                          const TextSink& sink);

/// BRAT's pair of files: each text is a line of `text`, and `annotations` has its spans.
/// @throws DataError  if a span has no type, or one with a blank.
TaggedLosses write_brat(const std::vector<TaggedText>& texts, const std::string& source, const TextSink& text,
                        const TextSink& annotations);

}  // namespace recura
