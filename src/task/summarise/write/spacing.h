#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/encoder.h"

namespace recura {

/// A word to be put into a text: its bytes, and the id of its form.
struct Piece {
  std::string text;
  std::int32_t id = 0;
};

/// A text made of pieces, and where each of them lies in it.
struct JoinedPieces {
  std::string text;
  std::vector<Token> places;
};

/// Where blanks stand between words, learnt from texts, so that no rule is needed for any language: a blank stands
/// between two words if most often one stood behind the first and before the second. An unknown word, which may be of
/// any language, wants those that its script is written with. Straight quotation marks, which both open and close, take
/// turns.
class Spacing {
 public:
  /// For each form, 1 if a blank stands before it, and 2 if one stands behind it; of id 0 for all unknown ones,
  /// which holds where no letter or digit stands at their edge.
  explicit Spacing(std::vector<std::int8_t> sides) : sides_(std::move(sides)) {}

  std::span<const std::int8_t> sides() const { return sides_; }
  /// `pieces`: of forms that there are sides of.
  JoinedPieces join(std::span<const Piece> pieces) const;

 private:
  std::vector<std::int8_t> sides_;
};

/// Counts blanks, text by text. A word that mostly stands before a comma wants a blank behind it all the same: where
/// one side of a pair wants none, nothing is learnt of the other.
class SpacingCounter {
 public:
  explicit SpacingCounter(const TextEncoder& encoder) : encoder_(encoder) {}

  void add(std::string_view text);
  Spacing spacing() const;

 private:
  /// How often two forms stood side by side, and how often with a blank between them.
  struct Counts {
    std::int64_t pairs = 0, blanks = 0;

    void add(const Counts& other) { pairs += other.pairs, blanks += other.blanks; }
    bool wants_blank() const { return 2 * blanks > pairs; }
  };
  using Sides = std::array<std::vector<Counts>, 2>;  // before and behind

  template <typename Wanted>
  Sides count(const Wanted& wanted) const;

  const TextEncoder& encoder_;
  std::map<std::pair<std::int32_t, std::int32_t>, Counts> counts_;
};

}  // namespace recura
