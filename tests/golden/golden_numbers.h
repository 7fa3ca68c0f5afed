#pragma once

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "tensor/tensor.h"

namespace recura::golden {

constexpr bool kDouble = sizeof(real) == 8;

/// A tensor of a golden file, in double whatever `real` is.
struct Numbers {
  std::vector<Index> shape;
  std::vector<double> values;

  Tensor tensor() const {
    Tensor result(shape.size() == 2 ? Shape{shape[0], shape[1]} : Shape{shape[0]});
    for (std::size_t i = 0; i < values.size(); ++i) result.data()[i] = static_cast<real>(values[i]);
    return result;
  }
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Numbers, shape, values)

using NamedNumbers = std::map<std::string, Numbers>;

/// The model of a golden file: embedding, recurrent layers (the last one gives its last state), dense.
struct Model {
  std::string cell, activation;
  bool reset_after = false, bidirectional = false;
  Index vocabulary = 0, input = 0, outputs = 0;
  std::vector<Index> hidden;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Model, cell, activation, reset_after, bidirectional, vocabulary, input, outputs,
                                   hidden)

struct AdamOptions {
  /// Whose Adam: "torch" adds epsilon after the bias correction, "keras" before it.
  std::string form;
  int steps = 0;
  double learning_rate = 0, beta1 = 0, beta2 = 0, epsilon = 0;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(AdamOptions, form, steps, learning_rate, beta1, beta2, epsilon)

/// What tools/golden.py wrote: one model, one batch, and what the other library made of them.
struct Golden {
  Model model;
  AdamOptions adam;
  std::vector<std::vector<Index>> ids;
  std::vector<Index> labels;
  double loss = 0;
  Numbers outputs;
  NamedNumbers weights, gradients, weights_after_20_adam_steps;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Golden, model, adam, ids, labels, loss, outputs, weights, gradients,
                                   weights_after_20_adam_steps)

/// @throws DataError  if there is no such file.
template <typename Numbers>
Numbers read_as(const std::string& name) {
  const std::string path = std::string(RECURA_GOLDEN_DIR) + "/" + name + ".json";
  std::ifstream file(path);
  if (!file) throw DataError("{}: cannot be read", path);
  return nlohmann::json::parse(file).get<Numbers>();
}

inline Golden read(const std::string& name) { return read_as<Golden>(name); }

}  // namespace recura::golden
