#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "store/format.h"

namespace recura {

/// XXH3-128 of bytes that come in pieces; about as fast as memory. It finds accidents, not forgers.
class Checksum {
 public:
  using Value = std::array<std::byte, kChecksumSize>;

  Checksum();
  ~Checksum();
  Checksum(const Checksum&) = delete;
  Checksum& operator=(const Checksum&) = delete;

  void add(std::span<const std::byte> bytes);
  /// Of everything added so far, most significant byte first.
  Value value() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// 32 lower-case hexadecimal digits, as `xxhsum -H2` prints them.
std::string to_hex(std::span<const std::byte> bytes);

/// True if no element of the F32 or F64 tensor is a NaN or infinite; true for every other type.
bool all_finite(std::span<const std::byte> elements, Dtype dtype);

}  // namespace recura
