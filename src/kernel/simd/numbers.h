#pragma once

#include "kernel/simd/code.h"

// What the tiles of a product multiply, for the one level whose vector_*.h came before: `right` is one of `kParts`
// parts of weights, `add` adds a left number times them to a sum; `begin` and `end` give a sum its start, scale and
// offset.
namespace recura::kernel::simd {
namespace {

struct Float32 {
  static constexpr bool kNarrow = false;
  static constexpr int kParts = 1;
  using Sum = Floats;

  static Floats right(Floats weights, int) { return weights; }
  static Floats add(Floats left, Floats right, Floats sum) { return fma(left, right, sum); }
  static Floats begin(const Product&, Index, Floats start) { return start; }
  static Floats end(const Product&, Index, Floats sum, Floats) { return sum; }
};

/// A sum of floats that gets its scale in the end.
struct Scaled {
  static constexpr bool kNarrow = true;
  using Sum = Floats;

  static Floats begin(const Product&, Index, Floats) { return Floats{}; }
  static Floats end(const Product& p, Index column, Floats sum, Floats start) {
    return fma(sum, load(p.scale + column), start);
  }
};

}  // namespace
}  // namespace recura::kernel::simd
