#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace recura {

/// What offsets count: code points (JSON, Python), bytes of UTF-8 (C++), units of UTF-16 (JavaScript, Java).
enum class Offsets { code_points, bytes, utf16 };

/// Begins and ends, ascending, in that unit instead of bytes of `text`.
/// @throws ArgumentError  if one is beyond the text, inside a character or smaller than the one before it.
std::vector<std::size_t> convert_offsets(std::string_view text, const std::vector<std::size_t>& bytes, Offsets unit);

/// Where each part of a text, such as an `Entity`, begins and ends in that unit.
template <typename Part>
std::vector<std::pair<std::size_t, std::size_t>> offsets_of(std::string_view text, const std::vector<Part>& parts,
                                                            Offsets unit) {
  std::vector<std::size_t> bytes;
  for (const Part& part : parts) bytes.insert(bytes.end(), {part.begin, part.end});
  std::sort(bytes.begin(), bytes.end());
  const std::vector<std::size_t> converted = convert_offsets(text, bytes, unit);
  const auto place = [&](std::size_t byte) {
    return converted[static_cast<std::size_t>(std::lower_bound(bytes.begin(), bytes.end(), byte) - bytes.begin())];
  };
  std::vector<std::pair<std::size_t, std::size_t>> offsets;
  for (const Part& part : parts) offsets.emplace_back(place(part.begin), place(part.end));
  return offsets;
}

}  // namespace recura
