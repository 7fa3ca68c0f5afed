#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace recura {

/// Where UTF-8 breaks: the byte, and line and column from 1, the column in code points.
struct BadUtf8 {
  std::size_t offset = 0;
  std::size_t line = 1;
  std::size_t column = 1;
};

/// The first byte that is not part of well-formed UTF-8 (Unicode 15, table 3-7): overlong forms, surrogates, values
/// above U+10FFFF and cut sequences are bad.
std::optional<BadUtf8> find_bad_utf8(std::string_view text);

/// U+FFFD for each maximal part of a sequence that is not well-formed, as Unicode recommends; the rest as it is.
std::string replace_bad_utf8(std::string_view text);

/// Bytes of the well-formed sequence at the start of `text`, which is not empty; 0 if there is none. `bad` then gets
/// the length of the maximal bad part.
std::size_t utf8_length(std::string_view text, std::size_t* bad = nullptr);

/// The start of a text with "…" behind it, for messages; all of it if it has `most` code points at most.
std::string cut_short(std::string_view text, std::size_t most = 80);

/// Number of code points of well-formed text.
std::size_t count_code_points(std::string_view text);

}  // namespace recura
