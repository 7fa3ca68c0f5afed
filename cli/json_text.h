#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace recura::cli {

/// JSON in which no terminal finds a command: U+007F and U+0080 … U+009F, which JSON lets stand, are escaped.
std::string escape_controls(std::string_view json);

/// The value on one line, for any terminal; bytes that are no UTF-8 become U+FFFD.
template <typename Json>
std::string json_text(const Json& json) {
  return escape_controls(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace recura::cli
