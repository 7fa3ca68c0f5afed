#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/tagged/tagged_collector.h"

namespace recura {

/// A span as data name it: code points `begin` … `end` - 1 of a text.
struct SourceSpan {
  Index begin = 0;
  Index end = 0;
  std::string type;
  std::int64_t line = 0;
  /// What stands there, if the data say it.
  std::optional<std::string> text = std::nullopt;
};

/// Puts spans on the tokens of `text`, and tells `into` of those that cannot be used.
///
/// A span may have blanks at its edges. Of spans that touch the same token the one that begins first stays, of those
/// that begin together the longest. `undecided` names places the same way; a span is stronger.
void place_spans(TaggedText& text, const std::vector<SourceSpan>& spans, const std::vector<SourceSpan>& undecided,
                 TaggedCollector& into);

}  // namespace recura
