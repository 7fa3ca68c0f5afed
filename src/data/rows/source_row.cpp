#include "data/rows/source_row.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "text/gb18030.h"
#include "text/utf8.h"

namespace recura {

std::string_view trimmed(std::string_view text, std::string_view blanks) {
  const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

void SourceRow::add_field(std::string_view name, std::string_view json) {
  if (!fields.empty()) fields += ',';
  fields += json_string(name);
  fields += ':';
  fields += json;
}

std::string json_string(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (byte < 0x20) {
      result += fmt::format("\\u{:04x}", byte);
    } else {
      result += c;
    }
  }
  return result += '"';
}

std::string problem_of_weight(const std::string& field, double weight) {
  if (std::isfinite(weight) && weight >= 0) return "";
  return fmt::format("\"{}\" must be a number >= 0, it is {}", field, weight);
}

bool mend_utf8(std::string& text, bool replace, SourceRow& row) {
  const auto bad = find_bad_utf8(text);
  if (!bad) return true;
  if (replace) {
    text = replace_bad_utf8(text);
    return true;
  }
  // A cell may go on for some lines.
  const std::string line = bad->line == 1 ? "" : fmt::format("line {} of it, ", bad->line);
  row.error = fmt::format("bytes that are no UTF-8 at {}column {}{}", line, bad->column, gb18030_hint(text));
  return false;
}

std::vector<std::string> names_in(const std::string& list) {
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    names.emplace_back(trimmed(std::string_view(list).substr(begin, end - begin)));
    if (names.back().empty()) throw ArgumentError("the text's fields: a name is empty in {:?}", list);
    if (std::ranges::count(names, names.back()) > 1)
      throw ArgumentError("the text's fields: {:?} stands twice in {:?}", names.back(), list);
    begin = end + 1;
  }
  return names;
}

std::string text_of(const std::vector<std::string>& parts) { return fmt::format("{}", fmt::join(parts, "\n")); }

std::string field_hint(std::string_view what) { return fmt::format("; --{}-field names another", what); }

std::string joined(const std::vector<std::string>& names) {
  constexpr std::size_t kRoom = 80;
  std::string all;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (all.size() > kRoom) return all + fmt::format(", … {} in all", names.size());
    all += (i == 0 ? "" : ", ") + fmt::format("{:?}", cut_short(names[i], kRoom / 2));
  }
  return all;
}

}  // namespace recura
