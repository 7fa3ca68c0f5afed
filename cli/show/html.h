#pragma once

#include <string>
#include <string_view>

namespace recura::cli {

/// Text and attributes of HTML. Control characters have no place in it.
std::string escaped(std::string_view text);

/// A page that needs no network, nor lets anything in it ask one, as far as its first heading.
std::string html_head(std::string_view title, std::string_view style);

}  // namespace recura::cli
