#pragma once

#include <cstdint>
#include <memory>

#include "tensor/packing.h"
#include "tensor/tensor.h"

namespace recura {

class Tape;

/// A value on a tape: a small handle, valid as long as its tape lives. A default one is nothing (an absent bias or
/// state).
class Var {
 public:
  Var() = default;

  explicit operator bool() const { return tape_ != nullptr; }
  Tape& tape() const { return *tape_; }
  TensorView value() const;
  const Shape& shape() const;
  std::size_t index() const { return index_; }

 private:
  friend class Tape;
  Var(Tape* tape, std::size_t index) : tape_(tape), index_(index) {}

  Tape* tape_ = nullptr;
  std::size_t index_ = 0;
};

/// The packed rows of a batch of texts, [N, D], and how they lie.
struct Sequence {
  Var rows;
  PackingPtr packing;
};

}  // namespace recura
