#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace recura {

/// Counts the letters of a text by their script as Unicode names it ("Latin", "Han"); marks, digits and punctuation,
/// which many scripts share, are left out. `text` must be well-formed UTF-8.
void count_scripts(std::string_view text, std::map<std::string, std::int64_t>& counts);

}  // namespace recura
