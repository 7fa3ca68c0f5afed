#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace recura {

/// Counts the letters of a text by their script as Unicode names it ("Latin", "Han"); marks, digits and punctuation,
/// which many scripts share, are left out. `text` must be well-formed UTF-8.
void count_scripts(std::string_view text, std::map<std::string, std::int64_t>& counts);

/// Whether what a character belongs to stands without blanks around it: Chinese and Japanese, their punctuation and
/// fullwidth forms included, and words of Thai, Lao, Khmer and Burmese.
bool is_written_without_blanks(std::int32_t character);

}  // namespace recura
