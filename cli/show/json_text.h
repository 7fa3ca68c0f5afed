#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

namespace recura::cli {

/// JSON in which no terminal finds a command: what `moving_bytes` names, and JSON lets stand, is escaped.
std::string escape_controls(std::string_view json);

/// The value on one line, for any terminal; bytes that are no UTF-8 become U+FFFD.
template <typename Json>
std::string json_text(const Json& json) {
  return escape_controls(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

/// A text as JSON.
inline std::string json_string(std::string_view text) { return json_text(nlohmann::json(text)); }

/// A row's own fields as they stand in an answer; those named as one of `taken`, the answer's, get "input_" in front,
/// and so do those that are named so already: no two become one. In one pass over the text: rows of a hundred thousand
/// fields are no tree's matter.
std::string own_fields(std::string_view fields, std::span<const std::string_view> taken);

/// A row's own fields behind the name of its file, unless one of them is called "file" already.
std::string fields_with_file(const std::string& fields, const std::string& file);

}  // namespace recura::cli
