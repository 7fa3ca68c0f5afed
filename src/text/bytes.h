#pragma once

#include <cstdint>
#include <string_view>

#include "text/tokenizer.h"

namespace recura {

inline std::string_view bytes_of(std::string_view text, const Token& token) {
  return text.substr(token.begin, token.end - token.begin);
}

/// The code point that begins at a byte; 0 at the end of the text, -1 where there is no whole one.
std::int32_t code_point(std::string_view text, std::size_t at = 0);
/// That which ends the text; 0 if it is empty, -1 if it ends in none.
std::int32_t last_code_point(std::string_view text);
/// Nothing, or white space alone.
bool is_white(std::string_view text);

}  // namespace recura
