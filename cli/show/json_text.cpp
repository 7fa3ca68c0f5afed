#include "show/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "show/terminal.h"

namespace recura::cli {
namespace {

constexpr std::string_view kPrefix = "input_";

/// The string of JSON that begins at `at`, quotes and all.
std::string_view string_at(std::string_view json, std::size_t at) {
  std::size_t end = at + 1;
  while (json[end] != '"') end += json[end] == '\\' ? 2 : 1;
  return json.substr(at, end + 1 - at);
}

/// Whether a name is one of these, or one that got the prefix of such a name.
bool is_one_of(std::span<const std::string_view> taken, std::string_view name) {
  while (name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
  return std::ranges::count(taken, name) > 0;
}

}  // namespace

std::string escape_controls(std::string_view json) {
  std::string safe;
  for (std::size_t at = 0; at < json.size();) {
    const std::string_view rest = json.substr(at, 3);
    const std::size_t bytes = moving_bytes(rest);
    if (bytes == 0 || static_cast<unsigned char>(rest[0]) < 0x20) {  // of these JSON lets stand what parts its tokens
      safe += json[at++];
      continue;
    }
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(rest[i]) & 0x3FU; };
    safe += fmt::format("\\u{:04x}", bytes == 1   ? 0x7FU
                                     : bytes == 2 ? 0x80U | byte(1)
                                                  : 0x2000U | byte(1) << 6 | byte(2));
    at += bytes;
  }
  return safe;
}

std::string own_fields(std::string_view fields, std::span<const std::string_view> taken) {
  std::string own;
  int depth = 0;
  bool is_name = true;
  for (std::size_t at = 0; at < fields.size();) {
    const char c = fields[at];
    const std::string_view part = c == '"' ? string_at(fields, at) : fields.substr(at, 1);
    const bool is_taken = c == '"' && depth == 0 && is_name && is_one_of(taken, part.substr(1, part.size() - 2));
    own += is_taken ? fmt::format("\"{}{}", kPrefix, part.substr(1)) : std::string(part);
    depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
    is_name = c == ',';
    at += part.size();
  }
  return escape_controls(own);
}

std::string fields_with_file(const std::string& fields, const std::string& file) {
  constexpr std::array<std::string_view, 1> kFile{"file"};
  if (own_fields(fields, kFile) != own_fields(fields, {})) return fields;
  return "\"file\":" + json_string(file) + (fields.empty() ? "" : ",") + fields;
}

}  // namespace recura::cli
