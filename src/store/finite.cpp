#include "store/finite.h"

#include <cstdint>
#include <cstring>

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

bool all_finite(std::span<const std::byte> elements, Dtype dtype) {
  if (dtype == Dtype::kF32) return all_finite_bits<std::uint32_t>(elements, 0x7F800000);
  if (dtype == Dtype::kF64) return all_finite_bits<std::uint64_t>(elements, 0x7FF0000000000000);
  if (dtype == Dtype::kBF16) return all_finite_bits<std::uint16_t>(elements, 0x7F80);
  return true;
}

}  // namespace recura
