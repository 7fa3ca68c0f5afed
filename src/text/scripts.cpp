#include "text/scripts.h"

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

}  // namespace recura
