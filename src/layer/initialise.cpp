#include "layer/initialise.h"

#include <cmath>
#include <vector>

namespace recura {
namespace {

/// Makes `row` orthogonal to those before it and of length 1; twice, because once loses half of the digits.
void orthonormalise(std::vector<std::vector<double>>& rows, std::size_t row) {
  std::vector<double>& mine = rows[row];
  for (int pass = 0; pass < 2; ++pass) {
    for (std::size_t other = 0; other < row; ++other) {
      double product = 0;
      for (std::size_t i = 0; i < mine.size(); ++i) product += mine[i] * rows[other][i];
      for (std::size_t i = 0; i < mine.size(); ++i) mine[i] -= product * rows[other][i];
    }
  }
  double norm = 0;
  for (const double value : mine) norm += value * value;
  for (double& value : mine) value /= std::sqrt(norm);
}

}  // namespace

Tensor zeros(Shape shape, const Rng* rng) { return rng == nullptr ? Tensor::of_shape(shape) : Tensor(shape); }

Tensor uniform_matrix(Shape shape, double limit, Rng* rng) {
  if (rng == nullptr) return Tensor::of_shape(shape);
  Tensor tensor = Tensor::uninitialised(shape);
  for (real& value : tensor.values()) value = static_cast<real>(rng->uniform(-limit, limit));
  return tensor;
}

Tensor glorot_matrix(Shape shape, Rng* rng) {
  return uniform_matrix(shape, std::sqrt(6.0 / static_cast<double>(shape.rows() + shape.columns())), rng);
}

Tensor orthogonal_matrix(Index rows, Index columns, Rng* rng) {
  if (rng == nullptr) return Tensor::of_shape({rows, columns});
  const bool wide = rows <= columns;
  const auto count = static_cast<std::size_t>(wide ? rows : columns),
             length = static_cast<std::size_t>(wide ? columns : rows);
  std::vector<std::vector<double>> basis(count, std::vector<double>(length));
  for (std::size_t row = 0; row < count; ++row) {
    for (double& value : basis[row]) value = rng->normal();
    orthonormalise(basis, row);
  }
  Tensor tensor = Tensor::uninitialised({rows, columns});
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < columns; ++j) {
      const auto a = static_cast<std::size_t>(wide ? i : j), b = static_cast<std::size_t>(wide ? j : i);
      tensor.row(i)[j] = static_cast<real>(basis[a][b]);
    }
  }
  return tensor;
}

}  // namespace recura
