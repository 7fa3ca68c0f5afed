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
/// @throws DataError  if a tensor is missing, does not fit the module, or holds what cannot be a weight.
void check_weights(const ModelFile& file, Precision precision, const Module& module);
/// The weights of a module of shapes alone, which are checked. Narrow ones take more memory than the file: whatever may
/// be refused is checked before.
void read_weights(const ModelFile& file, Module& module);
/// The tensors that `add_weights` adds.
std::vector<std::string> weight_names(const Module& module, Precision precision);
/// @throws DataError  if so many weights are more than the file has bytes for: no memory is taken then.
void check_weight_count(double count, Precision precision, const ModelFile& file);
/// @throws DataError  if the file has a tensor that is none of `names`, and belongs to none of the lists of `strings`.
void refuse_unknown_tensors(const ModelFile& file, const std::vector<std::string>& names,
                            const std::vector<std::string>& strings);

/// A network that its spec makes, of shapes alone, for which the weights of a file are checked; `read_weights` reads
/// them.
/// @throws DataError  as these.
template <typename AnyNetwork, typename Spec>
std::unique_ptr<AnyNetwork> unread_network(const ModelFile& file, const Spec& spec) {
  const Precision precision = precision_of(stored_word(file, "precision"));
  check_weight_count(weight_count(spec), precision, file);
  auto network = std::make_unique<AnyNetwork>(spec, nullptr);
  check_weights(file, precision, *network);
  network->set_precision(precision);
  return network;
}

/// Adds a network to a model file: the texts "network" and "precision", and its weights.
void add_network(const Network& network, ModelWriter& writer);

}  // namespace recura
