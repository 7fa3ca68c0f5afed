#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "tensor/shape.h"

namespace recura {

/// The places of a text's code points: from offsets in code points to offsets in bytes, and back; for offsets
/// in any order, which may lie outside the text (`convert_offsets` goes over the text once, and wants them ascending).
class CodePoints {
 public:
  /// `text` must be well-formed UTF-8.
  explicit CodePoints(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
      if ((text[at] & 0xC0) != 0x80) starts_.push_back(at);
    }
    starts_.push_back(text.size());
  }

  Index count() const { return static_cast<Index>(starts_.size()) - 1; }
  /// Where code point `index` begins, in 0 … `count()`: the last one is the end.
  std::size_t byte(Index index) const { return starts_[static_cast<std::size_t>(index)]; }
  /// The code point that begins at byte `at`.
  Index at(std::size_t byte) const { return std::ranges::lower_bound(starts_, byte) - starts_.begin(); }

 private:
  std::vector<std::size_t> starts_;
};

}  // namespace recura
