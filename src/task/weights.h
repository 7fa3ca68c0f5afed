#pragma once

#include <memory>
#include <string>
#include <vector>

#include "layer/network.h"
#include "store/model_file.h"
#include "store/model_writer.h"
#include "task/stored_names.h"

namespace recura {

// A module's weights in a model file, each under its name; int8 matrices with their scales as NAME.scale.

/// Copies only what is narrow: the module must live until the file is written.
void add_weights(const Module& module, Precision precision, ModelWriter& writer);
/// @throws DataError  if a tensor is missing or does not fit the module.
void read_weights(const ModelFile& file, Precision precision, Module& module);
/// The tensors that `add_weights` adds.
std::vector<std::string> weight_names(const Module& module, Precision precision);
/// @throws DataError  if so many weights are more than the file has bytes for: no memory is taken then.
void check_weight_count(double count, Precision precision, const ModelFile& file);
/// @throws DataError  if the file has a tensor that is none of `names`, and belongs to none of the lists of `strings`.
void refuse_unknown_tensors(const ModelFile& file, const std::vector<std::string>& names,
                            const std::vector<std::string>& strings);

/// A network that its spec makes, with the weights of a file.
/// @throws DataError  as these.
template <typename AnyNetwork, typename Spec>
std::unique_ptr<AnyNetwork> read_network(const ModelFile& file, const Spec& spec) {
  const Precision precision = precision_of(stored_word(file, "precision"));
  check_weight_count(weight_count(spec), precision, file);
  auto network = std::make_unique<AnyNetwork>(spec, nullptr);
  read_weights(file, precision, *network);
  network->set_precision(precision);
  return network;
}

/// Adds a network to a model file: the texts "network" and "precision", and its weights.
void add_network(const Network& network, ModelWriter& writer);
/// @throws DataError  if its parts do not fit each other. No memory is taken that the file has not backed with bytes.
std::unique_ptr<Network> read_network(const ModelFile& file);

}  // namespace recura
