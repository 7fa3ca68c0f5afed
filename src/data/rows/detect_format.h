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

/// Whether a line that may be somebody's first sentence shows a form: no names of columns have blanks in them.
bool is_beyond_doubt(DataFormat format, std::string_view line);

}  // namespace recura
