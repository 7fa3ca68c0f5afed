#pragma once

#include "api/describer.h"

namespace recura {

// Ranges of what is no option of the program, in the words that those have, but for the name of a flag.

/// @throws ArgumentError  if the value is not in least ... most.
inline void check_range(const char* name, std::int64_t value, std::int64_t least, std::int64_t most) {
  if (value >= least && value <= most) return;
  if (most == kMany) throw ArgumentError("{}: expected an integer >= {}, got {}", name, least, value);
  throw ArgumentError("{}: expected an integer in {} ... {}, got {}", name, least, most, value);
}

/// @throws ArgumentError  if the value is none of its enum, whose last one is given.
template <typename Enum>
void check_choice(const char* name, Enum value, Enum last) {
  check_range(name, static_cast<std::int64_t>(value), 0, static_cast<std::int64_t>(last));
}

/// @throws ArgumentError  if the value is not in [0, 1).
inline void check_share(const char* name, double value) {
  if (!(value >= 0 && value < 1)) throw ArgumentError("{}: expected a number in [0, 1), got {}", name, value);
}

/// @throws ArgumentError  if the value is less, or not finite.
inline void check_least(const char* name, double value, double least) {
  if (!(value >= least && value < kNoLimit))
    throw ArgumentError("{}: expected a number >= {}, got {}", name, least, value);
}

}  // namespace recura
