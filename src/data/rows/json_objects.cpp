#include "data/rows/json_objects.h"

#include <algorithm>

#include "base/error.h"
#include "data/rows/source_row.h"

namespace recura {
namespace {

constexpr std::size_t kLongestElement = std::size_t{1} << 30;

}  // namespace

bool begins_objects(std::string_view line) {
  line = trimmed(line, kBlanks);
  if (line.empty() || (line[0] != '{' && line[0] != '[')) return false;
  const std::string_view next = trimmed(line.substr(1), kBlanks);
  if (line[0] == '[') return next.empty() || next.starts_with('{');
  return next.starts_with('"') || next.starts_with('}');
}

bool JsonObjects::next_line() {
  at_ = 0;
  return lines_.next(line_);
}

/// Goes to what is no blank, nor a comma between elements. False at the end.
bool JsonObjects::find_element() {
  while (!is_at_element()) {
    if (!next_line()) return false;
  }
  return true;
}

bool JsonObjects::is_at_element() {
  at_ = std::min(line_.find_first_not_of(in_array_ ? " \t\r\f\v," : kBlanks, at_), line_.size());
  return at_ < line_.size();
}

bool JsonObjects::at_hand() {
  while (!is_at_element() && lines_.line_at_hand()) {
    if (!next_line()) return true;
  }
  return at_ < line_.size();
}

bool JsonObjects::next(std::string& object, std::int64_t& line) {
  const bool first = !started_;
  started_ = true;
  bool found = find_element();
  if (first && found && line_[at_] == '[') {
    in_array_ = true;
    ++at_;
    found = find_element();
  }
  if (!found && in_array_) throw DataError("{}: the JSON array has no end", shown_);
  if (found && in_array_ && line_[at_] == ']') {
    ++at_;
    if (find_element())
      throw DataError("{}: line {}: expected nothing behind the JSON array", shown_, lines_.line_number());
    in_array_ = found = false;
  }
  if (!found) return false;
  line = lines_.line_number();
  object.clear();
  if (in_array_) {
    read_element(object);
  } else {
    std::swap(object, line_);
    at_ = 0;
  }
  return true;
}

/// Up to the comma or bracket behind it.
void JsonObjects::read_element(std::string& element) {
  int depth = 0;
  bool quoted = false;
  for (;;) {
    if (at_ == line_.size()) {
      if (!next_line()) throw DataError("{}: the JSON array has no end", shown_);
      element += ' ';
      if (element.size() > kLongestElement)
        throw DataError("{}: line {}: an element of the JSON array is longer than 1 GiB", shown_, lines_.line_number());
      continue;
    }
    const char c = line_[at_];
    if (!quoted && depth == 0 && (c == ',' || c == ']')) return;
    element += c;
    ++at_;
    if (c == '"') quoted = !quoted;
    if (quoted && c == '\\' && at_ < line_.size()) element += line_[at_++];
    if (!quoted) depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
    if (depth < 0)
      throw DataError("{}: line {}: a brace that nothing opened, in the JSON array", shown_, lines_.line_number());
  }
}

}  // namespace recura
