#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/rows/read_options.h"

namespace recura {

inline constexpr std::string_view kLabelPrefix = "__label__";

/// The form that a file's name says, ".gz" aside.
std::optional<DataFormat> format_by_ending(std::string_view path);

/// The form that a file's first line shows; none: lines of text, or nothing that has labels.
std::optional<DataFormat> format_by_line(std::string_view line, const std::vector<std::string>& text_fields,
                                         bool labelled);

/// The form of input whose first line may be somebody's sentence: that of a line that can be nothing else. A header has
/// no blanks, or a column of a name that was asked for (`text_fields` are not the usual ones).
DataFormat format_of_prose(std::string_view line, const std::vector<std::string>& text_fields);

/// What to say of a header in which no column was found: another sign than `separator` seems to part its cells, as it
/// stands beside a name that is `wanted`, or it is Excel's line "sep=;"; else nothing.
std::string separator_hint(std::string_view header, char separator, const std::vector<std::string>& wanted);

}  // namespace recura
