#pragma once

#include <cstdint>
#include <string>

#include "data/rows/line_reader.h"

namespace recura {

/// The objects of JSON Lines, or of one array, which may go on over many lines; in the memory of one object.
class JsonObjects {
 public:
  /// `lines` must outlive it; `shown` names them in messages.
  JsonObjects(LineReader& lines, std::string shown) : lines_(lines), shown_(std::move(shown)) {}

  /// The next element, whatever it is, and the line that it begins in. False at the end.
  /// @throws DataError  if an array has no end, or something stands behind it.
  bool next(std::string& object, std::int64_t& line);

 private:
  bool find_element();
  bool next_line();
  void read_element(std::string& element);

  LineReader& lines_;
  std::string shown_;
  std::string line_;
  std::size_t at_ = 0;
  bool started_ = false, in_array_ = false;
};

}  // namespace recura
