#include "json_text.h"

#include <fmt/format.h>

namespace recura::cli {

std::string escape_controls(std::string_view json) {
  std::string safe;
  for (std::size_t at = 0; at < json.size(); ++at) {
    const auto byte = static_cast<unsigned char>(json[at]);
    const unsigned next = at + 1 < json.size() ? static_cast<unsigned char>(json[at + 1]) : 0U;
    if (byte == 0x7F) {
      safe += "\\u007f";
    } else if (byte == 0xC2 && next >= 0x80 && next < 0xA0) {
      safe += fmt::format("\\u{:04x}", next);  // its number is that of its second byte
      ++at;
    } else {
      safe += json[at];
    }
  }
  return safe;
}

}  // namespace recura::cli
