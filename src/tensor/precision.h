#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tensor/tensor.h"

namespace recura {

/// The numbers that a model's matrices are kept in. Vectors (biases) are always float32.
///
///     bf16   the upper half of a float32: 8 bits of exponent, 7 of fraction; rounded to nearest, ties to even
///     int8   q s, q a whole number in -127 … 127, rounded to nearest; one s for each channel of the matrix
enum class Precision { float32, bf16, int8 };

/// "float32", "bf16", "int8"; and back, @throws DataError for another word.
std::string name(Precision precision);
Precision precision_of(const std::string& name);

/// What one int8 scale belongs to: a column of a matrix that multiplies from the right, or a row of a table that is
/// looked up row by row.
enum class Channel { column, row };

/// A bf16 number: its bits.
enum class Bf16 : std::uint16_t {};

/// NaN stays NaN; numbers beyond the largest become infinite, as IEEE 754 rounds.
Bf16 to_bf16(float x);
float from_bf16(Bf16 x);

/// s for finite numbers of at most this magnitude: `largest` / 127, rounded up to 17 bits. 127 s then has 24 bits, so
/// that numbers which were rounded before have the same s again, and rounding twice is rounding once.
float int8_scale(float largest);
/// What is beyond 127 scales, or a NaN, becomes 127 or -127 by its sign.
std::int8_t to_int8(float x, float scale);

/// s of each channel of a matrix [N, M]: N or M of them.
std::vector<float> int8_scales(ConstTensorView matrix, Channel channel);

/// Rounds every element of a matrix to the nearest number of `precision`; float32 changes nothing.
void round_to(Precision precision, Channel channel, TensorView matrix);

}  // namespace recura
