#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/checksum.h"
#include "tensor/precision.h"

namespace recura {

/// What this program writes and reads: the text "format" of every model file. docs/model-file.md describes it.
inline constexpr std::string_view kFormat = "recura 1";

inline constexpr std::string_view kFormatKey = "format";
inline constexpr std::string_view kTextsKey = "__metadata__";
inline constexpr std::string_view kChecksumName = "__checksum__";
inline constexpr std::string_view kBytesSuffix = ".bytes";
inline constexpr std::string_view kOffsetsSuffix = ".offsets";

/// The data section and, where its size allows, each tensor start at a multiple of this.
inline constexpr std::size_t kDataAlignment = 64;
inline constexpr std::size_t kPrefixSize = 8;

// Bounds that keep a hostile file from costing memory; none is near what a model needs.
inline constexpr std::size_t kMaxHeaderSize = std::size_t{16} << 20;
inline constexpr std::size_t kMaxTokenSize = std::size_t{4} << 20;
inline constexpr std::size_t kMaxTensors = 100'000;
inline constexpr std::size_t kMaxTexts = 10'000;
inline constexpr std::size_t kMaxNameSize = 256;

/// The element types of stored tensors; all little-endian.
enum class Dtype { kF32, kF64, kI32, kI64, kU8, kI8, kBF16 };

struct DtypeInfo {
  Dtype dtype;
  std::string_view name;
  std::size_t size;
};

inline constexpr std::array<DtypeInfo, 7> kDtypes = {{{Dtype::kF32, "F32", 4},
                                                      {Dtype::kF64, "F64", 8},
                                                      {Dtype::kI32, "I32", 4},
                                                      {Dtype::kI64, "I64", 8},
                                                      {Dtype::kU8, "U8", 1},
                                                      {Dtype::kI8, "I8", 1},
                                                      {Dtype::kBF16, "BF16", 2}}};

constexpr const DtypeInfo& info(Dtype dtype) { return kDtypes[static_cast<std::size_t>(dtype)]; }

/// The `Dtype` of a C++ type; there is none for other types.
template <typename T>
inline constexpr Dtype kDtypeOf = T::no_such_dtype;
template <>
inline constexpr Dtype kDtypeOf<float> = Dtype::kF32;
template <>
inline constexpr Dtype kDtypeOf<double> = Dtype::kF64;
template <>
inline constexpr Dtype kDtypeOf<std::int32_t> = Dtype::kI32;
template <>
inline constexpr Dtype kDtypeOf<std::int64_t> = Dtype::kI64;
template <>
inline constexpr Dtype kDtypeOf<std::uint8_t> = Dtype::kU8;
template <>
inline constexpr Dtype kDtypeOf<std::int8_t> = Dtype::kI8;
template <>
inline constexpr Dtype kDtypeOf<Bf16> = Dtype::kBF16;

}  // namespace recura
