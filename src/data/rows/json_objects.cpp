#include "data/rows/json_objects.h"

#include "base/error.h"
#include "data/rows/source_row.h"

namespace recura {

bool JsonObjects::next_line() {
  at_ = 0;
  return lines_.next(line_);
}

/// Goes to what is no blank, nor a comma between elements. False at the end.
bool JsonObjects::find_element() {
  const std::string skipped = std::string(kBlanks) + (in_array_ ? "," : "");
  for (;;) {
    at_ = started_ ? line_.find_first_not_of(skipped, at_) : std::string::npos;
    if (at_ != std::string::npos) return true;
    if (!next_line()) return false;
    started_ = true;
  }
}

bool JsonObjects::next(std::string& object, std::int64_t& line) {
  const bool first = !started_;
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
    object = line_;
    at_ = line_.size();
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
      continue;
    }
    const char c = line_[at_];
    if (!quoted && depth == 0 && (c == ',' || c == ']')) return;
    element += c;
    ++at_;
    if (c == '"') quoted = !quoted;
    if (quoted && c == '\\' && at_ < line_.size()) element += line_[at_++];
    if (!quoted) depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
  }
}

}  // namespace recura
