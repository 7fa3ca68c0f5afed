#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace recura {

inline constexpr std::size_t kChecksumSize = 16;

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

/// XXH3 of another key in each process: nobody can prepare strings that all have one hash.
std::uint64_t keyed_hash(std::string_view bytes);

/// 32 lower-case hexadecimal digits, as `xxhsum -H2` prints them.
std::string to_hex(std::span<const std::byte> bytes);

}  // namespace recura
