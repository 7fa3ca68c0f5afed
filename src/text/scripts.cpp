#include "text/scripts.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

namespace recura {

void count_scripts(std::string_view text, std::map<std::string, std::int64_t>& counts) {
  const auto size = static_cast<std::int32_t>(text.size());
  for (std::int32_t at = 0; at < size;) {
    UChar32 letter = 0;
    U8_NEXT(text.data(), at, size, letter);  // NOLINT(bugprone-inc-dec-in-conditions): so the macro is written
    UErrorCode status = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(letter, &status);
    if (U_FAILURE(status) || script == USCRIPT_COMMON || script == USCRIPT_INHERITED || script == USCRIPT_UNKNOWN)
      continue;
    ++counts[uscript_getName(script)];
  }
}

bool is_written_without_blanks(std::int32_t c) {
  constexpr UChar32 kFirstThai = 0x0E00, kFirstHan = 0x2E80;  // spare most letters the look-up
  if (c < kFirstThai) return false;
  if (c < kFirstHan) return u_getIntPropertyValue(c, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT;
  const bool is_form = (c >= 0x3000 && c <= 0x303F) || (c >= 0x30A0 && c <= 0x30FF) || (c >= 0xFE30 && c <= 0xFE4F) ||
                       (c >= 0xFF00 && c <= 0xFFEF);
  return is_form || uscript_hasScript(c, USCRIPT_HAN) || uscript_hasScript(c, USCRIPT_HIRAGANA) ||
         uscript_hasScript(c, USCRIPT_KATAKANA);
}

}  // namespace recura
