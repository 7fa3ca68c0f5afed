#pragma once

#include <cstdint>
#include <vector>

namespace recura {

/// Tokens `begin` … `end` of a text.
struct TokenWindow {
  std::int64_t begin = 0;
  std::int64_t end = 0;

  std::int64_t length() const { return end - begin; }
  bool operator==(const TokenWindow&) const = default;
};

/// Cuts a text of so many tokens into windows of `length`, each beginning a quarter of it (rounded down) before the end
/// of the one before. The last one may be shorter, but has more than what overlaps. A text that is not longer is one
/// window; so is every text if `length` is 0.
std::vector<TokenWindow> cut_windows(std::int64_t tokens, std::int64_t length);

}  // namespace recura
