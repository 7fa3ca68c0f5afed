#include "store/checksum.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#define XXH_INLINE_ALL  // one user in one place: compiled in, so that nothing has to be linked or installed with it
#include <xxhash.h>

namespace recura {
namespace {

/// A float is finite unless all bits of its exponent are set. Integers, because this is read before anything is trusted
/// to be a number, and because it vectorises.
template <typename Bits>
bool all_finite_bits(std::span<const std::byte> elements, Bits exponent) {
  bool found = false;
  for (std::size_t at = 0; at + sizeof(Bits) <= elements.size(); at += sizeof(Bits)) {
    Bits bits;
    std::memcpy(&bits, elements.data() + at, sizeof(Bits));
    found |= (bits & exponent) == exponent;
  }
  return !found;
}

}  // namespace

struct Checksum::State {
  XXH3_state_t xxh;
};

Checksum::Checksum() : state_(std::make_unique<State>()) { XXH3_128bits_reset(&state_->xxh); }

Checksum::~Checksum() = default;

void Checksum::add(std::span<const std::byte> bytes) {
  XXH3_128bits_update(&state_->xxh, bytes.data(), bytes.size());
}

Checksum::Value Checksum::value() const {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(&state_->xxh));
  Value value;
  static_assert(sizeof(canonical) == sizeof(value));
  std::memcpy(value.data(), &canonical, sizeof(value));
  return value;
}

std::string to_hex(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte byte : bytes) text += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
  return text;
}

bool all_finite(std::span<const std::byte> elements, Dtype dtype) {
  if (dtype == Dtype::kF32) return all_finite_bits<std::uint32_t>(elements, 0x7F800000);
  if (dtype == Dtype::kF64) return all_finite_bits<std::uint64_t>(elements, 0x7FF0000000000000);
  return true;
}

}  // namespace recura
