#pragma once

#include "kernel/simd/code.h"

// What the tiles of a product multiply, for the one level whose vector_*.h came before: `right` is one of `kParts`
// parts of weights, `add` adds a left number times them to a sum; `begin` and `end` give a sum its start, scale and
// offset.
namespace recura::kernel::simd {
namespace {

/// A sum of floats with a scale, if there is one.
struct Scaled {
  using Sum = Floats;

  static Floats begin(const Product& p, Index, Floats start) { return p.scale ? Floats{} : start; }
  static Floats end(const Product& p, Index column, Floats sum, Floats start) {
    return p.scale ? fma(sum, load(p.scale + column), start) : sum;
  }
};

struct Float32 : Scaled {
  static constexpr bool kNarrow = false;
  static constexpr int kParts = 1;

  static Floats right(Floats weights, int) { return weights; }
  static Floats add(Floats left, Floats right, Floats sum) { return fma(left, right, sum); }
};

}  // namespace
}  // namespace recura::kernel::simd
