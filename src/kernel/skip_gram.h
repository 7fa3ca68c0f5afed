#pragma once

#include <span>

#include "tensor/real.h"

namespace recura::kernel {

/// What one step of skip-gram with negative sampling (Mikolov et al. 2013) changes: rows [D] of the output table, the
/// first that of a neighbour, the others of words drawn by chance. None may be `x` or `dx`, none may come twice.
struct SkipGramRows {
  real* const* rows = nullptr;
  Index count = 0;
};

/// For each row in turn, by the vector x [D] of a word; `dx` [D] is added to:
///
///     g = rate (target - sigmoid(x . row));   dx = dx + g row;   row = row + g x      target 1 for the first, else 0
void skip_gram_step(std::span<const real> x, const SkipGramRows& rows, real rate, std::span<real> dx);

}  // namespace recura::kernel
