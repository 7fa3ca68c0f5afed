#include "base/checksum.h"

#include <fmt/format.h>

#include <cstring>
#include <random>

#define XXH_INLINE_ALL  // one user in one place: compiled in, so that nothing has to be linked or installed with it
#include <xxhash.h>

namespace recura {
struct Checksum::State {
  XXH3_state_t xxh;
};

Checksum::Checksum() : state_(std::make_unique<State>()) { XXH3_128bits_reset(&state_->xxh); }

Checksum::~Checksum() = default;

void Checksum::add(std::span<const std::byte> bytes) { XXH3_128bits_update(&state_->xxh, bytes.data(), bytes.size()); }

Checksum::Value Checksum::value() const {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(&state_->xxh));
  Value value;
  static_assert(sizeof(canonical) == sizeof(value));
  std::memcpy(value.data(), &canonical, sizeof(value));
  return value;
}

std::uint64_t keyed_hash(std::string_view bytes) {
  static const std::uint64_t key = std::uint64_t{std::random_device()()} << 32 | std::random_device()();
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), key);
}

std::string to_hex(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte byte : bytes) text += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
  return text;
}

}  // namespace recura
