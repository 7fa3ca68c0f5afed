#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/checksum.h"
#include "data/rows/byte_source.h"

namespace recura {

/// The bytes of a file or of standard input ("-"), decompressed, as many ahead as one wants to see. Views hold until
/// the next call. Throws what `ByteSource` throws.
class ByteWindow {
 public:
  explicit ByteWindow(const std::string& path) : bytes_(path) {}

  /// At least `count` of the next bytes, or all that are left.
  std::string_view ahead(std::size_t count);
  /// Goes on behind `count` bytes that were seen.
  void skip(std::size_t count);
  /// The next line without its "\n" or "\r\n"; none at the end.
  /// @throws DataError  if it is longer than 4 MiB.
  std::optional<std::string_view> line();
  /// XXH3-128 of the whole file, 32 hexadecimal digits: reads what is left of it.
  std::string digest();

  /// Bytes that were passed.
  std::size_t offset() const { return offset_; }
  const std::string& name() const { return bytes_.name(); }

 private:
  bool fill();

  ByteSource bytes_;
  Checksum checksum_;
  std::vector<char> block_;
  std::size_t at_ = 0, end_ = 0, offset_ = 0;
};

}  // namespace recura
