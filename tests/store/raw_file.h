#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/checksum.h"
#include "store/format.h"

namespace recura {

inline std::string with_checksum(std::string bytes) {
  Checksum checksum;
  checksum.add(std::as_bytes(std::span(bytes)));
  const Checksum::Value value = checksum.value();
  return bytes.append(reinterpret_cast<const char*>(value.data()), value.size());
}

/// The eight bytes that a file begins with.
inline std::string prefix(std::uint64_t header_size) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(header_size >> (8 * i));
  return bytes;
}

/// A file with any header, right in all that does not depend on it: size, padding, checksum. Written without the
/// writer, which would refuse what the tests need.
inline std::string raw_file(std::string header, std::string_view data) {
  header.append((kDataAlignment - (kPrefixSize + header.size()) % kDataAlignment) % kDataAlignment, ' ');
  return with_checksum(prefix(header.size()) + header + std::string(data));
}

}  // namespace recura
