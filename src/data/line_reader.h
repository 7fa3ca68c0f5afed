#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace recura {

/// The lines of a file, gzip-compressed or not, or of standard input ("-"), in constant memory.
class LineReader {
 public:
  /// @throws SystemError  if the file is missing, a folder, or may not be read.
  explicit LineReader(const std::string& path);
  ~LineReader();
  LineReader(LineReader&&) noexcept;

  /// The next line, without its "\n" or "\r\n"; a byte order mark at the start is dropped. False at the end.
  /// @throws DataError    if a line is longer than 1 GiB, or compressed data is damaged or cut short.
  /// @throws SystemError  if reading fails.
  bool next(std::string& line);
  /// From 1: the line that `next` gave last.
  std::int64_t line_number() const;
  /// XXH3-128 of all bytes read so far, decompressed: 32 hexadecimal digits.
  std::string digest() const;

 private:
  struct Source;
  std::unique_ptr<Source> source_;
};

}  // namespace recura
