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

/// How a text is read that has more than `length` tokens (0: any, whole): in windows, or as a stream, pieces that go on
/// where the ones before ended.
struct TextPieces {
  std::int64_t length = 0;
  bool stream = false;

  bool operator==(const TextPieces&) const = default;
};

/// Cuts a text of so many tokens into windows of `length`, each beginning a quarter of it (rounded down) before the end
/// of the one before. The last one may be shorter, but has more than what overlaps. A text that is not longer is one
/// window; so is every text if `length` is 0.
std::vector<TokenWindow> cut_windows(std::int64_t tokens, std::int64_t length);

}  // namespace recura
