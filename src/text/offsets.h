#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace recura {

/// What an offset into a text counts: bytes of UTF-8 (C++), code points (JSON, Python), units of UTF-16 (JavaScript,
/// Java).
enum class OffsetUnit { code_points, bytes, utf16 };

/// Offsets of one unit, none smaller than the one before it, in another one. `text` must be well-formed UTF-8. One pass
/// over it.
/// @throws ArgumentError  if an offset is beyond the text, inside a character or smaller than the one before it.
std::vector<std::size_t> convert_offsets(std::string_view text, std::span<const std::size_t> ascending, OffsetUnit from,
                                         OffsetUnit to);

}  // namespace recura
