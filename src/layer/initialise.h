#pragma once

#include "base/random.h"
#include "tensor/tensor.h"

namespace recura {

// How weights start. Without random numbers they are shapes alone, which `Parameter::change` fills: those that are read
// from a file take no memory before all of it is checked. A matrix is [fan in, fan out].

/// Zero.
Tensor zeros(Shape shape, const Rng* rng);

/// Uniform in [-limit, limit].
Tensor uniform_matrix(Shape shape, double limit, Rng* rng);

/// Uniform with limit sqrt(6 / (fan in + fan out)) (Glorot & Bengio 2010), fan out being that of the whole matrix, as
/// Keras counts it.
Tensor glorot_matrix(Shape shape, Rng* rng);

/// [rows, columns] with orthonormal rows or columns, whichever are fewer (Saxe et al. 2014): Gram and Schmidt on normal
/// numbers.
Tensor orthogonal_matrix(Index rows, Index columns, Rng* rng);

}  // namespace recura
