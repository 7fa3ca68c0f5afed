#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "data/rows/line_reader.h"

namespace recura {

/// Whether a line can be nothing else than an object, good or bad, or the beginning of an array of them: a brace and a
/// quote or brace behind it; or a bracket, and behind it an object or nothing.
bool begins_objects(std::string_view line);

/// The objects of JSON Lines, or of one array, which may go on over many lines; in the memory of one line or object.
class JsonObjects {
 public:
  /// `lines` must outlive it; `shown` names them in messages.
  JsonObjects(LineReader& lines, std::string shown) : lines_(lines), shown_(std::move(shown)) {}

  /// The next element, whatever it is, and the line that it begins in. False at the end.
  /// @throws DataError  if an array has no end, something stands behind it, or an element is longer than 1 GiB.
  bool next(std::string& object, std::int64_t& line);
  /// `next` need not wait for more input, unless an element goes on in lines that are not there yet.
  bool at_hand();

 private:
  bool find_element();
  bool is_at_element();
  bool next_line();
  void read_element(std::string& element);

  LineReader& lines_;
  std::string shown_;
  std::string line_;
  std::size_t at_ = 0;
  bool started_ = false, in_array_ = false;
};

}  // namespace recura
