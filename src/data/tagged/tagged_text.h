#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tensor/shape.h"
#include "text/tokenizer.h"

namespace recura {

/// Tokens `begin` … `end` - 1 of a text that name something; in segmented text they are a word, and the type is empty.
struct NamedSpan {
  Index begin = 0;
  Index end = 0;
  std::string type;

  bool operator==(const NamedSpan&) const = default;
};

/// A text, usually a sentence, with what somebody marked in it.
struct TaggedText {
  std::string text;
  /// Where its tokens lie in `text`; where the data give tokens alone, `text` was made by putting them side by side.
  std::vector<Token> tokens;
  /// Ascending, none over another.
  std::vector<NamedSpan> spans;
  /// Tokens that nobody decided about, ascending: they may be part of any span, or of none.
  std::vector<Index> undecided;
  /// The types that were looked for in it, ascending; null: all. A token in no span may be part of one of another type.
  std::shared_ptr<const std::vector<std::string>> own_types;
  /// What the whole text is (an intent), if the data say so.
  std::string label;
  /// Which of several files it is from; and where it begins there, in lines from 1.
  std::int32_t file = 0;
  std::int64_t line = 0;

  /// Whether a span of this type is marked wherever one stands.
  bool marks(const std::string& type) const { return !own_types || std::ranges::binary_search(*own_types, type); }

  std::string_view token(Index index) const {
    const Token& at = tokens[static_cast<std::size_t>(index)];
    return std::string_view(text).substr(at.begin, at.end - at.begin);
  }
};

/// How tags say where a span begins and ends.
///
///     bio    B-x I-x … (IOB2)             iob1   I-x, and B-x only to part a span from one of its type before it
///     bioes  B-x I-x … E-x, S-x alone     bmes   B-x M-x … E-x, S-x alone
enum class TagScheme { bio, iob1, bioes, bmes };

}  // namespace recura
