#pragma once

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

/// Where each part of a text, such as an `Entity`, begins and ends in that unit; the parts ascend, none over another.
template <typename Part>
std::vector<std::pair<std::size_t, std::size_t>> offsets_of(std::string_view text, const std::vector<Part>& parts,
                                                            Offsets unit) {
  std::vector<std::size_t> bytes;
  for (const Part& part : parts) bytes.insert(bytes.end(), {part.begin, part.end});
  const std::vector<std::size_t> converted = convert_offsets(text, bytes, unit);
  std::vector<std::pair<std::size_t, std::size_t>> offsets;
  for (std::size_t i = 0; i < converted.size(); i += 2) offsets.emplace_back(converted[i], converted[i + 1]);
  return offsets;
}

}  // namespace recura
