#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace recura {

/// The lines of a file, gzip-compressed or not, or of standard input ("-"), in constant memory.
class LineReader {
 public:
  /// @throws SystemError  if the file is missing, a folder, or may not be read.
  explicit LineReader(const std::string& path);
  ~LineReader();
  LineReader(LineReader&&) noexcept;

  /// The next line, without its "\n" or "\r\n"; a byte order mark at the start is dropped. False at the end.
  /// Waits for that line alone, not for more input.
  /// @throws DataError    if a line is longer than 1 GiB, compressed data is damaged or cut short, or the input begins
  /// as binary data or UTF-16 does.
  /// @throws SystemError  if reading fails.
  bool next(std::string& line);
  /// `next` need not wait: a line is there, or the end.
  bool line_at_hand();
  /// The last lines that `next` gave, in their order: it gives them once more.
  void give_back(std::vector<std::string> lines);
  /// From 1: the line that `next` gave last.
  std::int64_t line_number() const;
  /// XXH3-128 of all bytes read so far, decompressed: 32 hexadecimal digits.
  std::string digest() const;

 private:
  struct Source;
  std::unique_ptr<Source> source_;
};

}  // namespace recura
