#include "text/bytes.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "text/utf8.h"

namespace recura {

std::int32_t code_point(std::string_view text, std::size_t at) {
  if (at >= text.size()) return 0;
  std::int32_t offset = 0, c = 0;
  const auto size = static_cast<std::int32_t>(std::min<std::size_t>(text.size() - at, 4));
  U8_NEXT(text.data() + at, offset, size, c);  // NOLINT(bugprone-inc-dec-in-conditions): so the macro is written
  return c;
}

std::int32_t last_code_point(std::string_view text) {
  if (text.empty()) return 0;
  if (text.size() > 4) text.remove_prefix(text.size() - 4);
  auto at = static_cast<std::int32_t>(text.size()), c = 0;
  U8_PREV(text.data(), 0, at, c);  // NOLINT(bugprone-inc-dec-in-conditions): so the macro is written
  return c;
}

bool is_white(std::string_view text) {
  while (!text.empty() && u_isUWhiteSpace(code_point(text)) != 0) text.remove_prefix(utf8_length(text));
  return text.empty();
}

}  // namespace recura
