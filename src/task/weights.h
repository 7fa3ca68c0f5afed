#pragma once

#include <memory>
#include <string>
#include <vector>

#include "layer/network.h"
#include "store/model_file.h"
#include "store/model_writer.h"

namespace recura {

/// Adds a network to a model file: the texts "network" and "precision", and its weights, each under its name; int8
/// matrices with their scales as NAME.scale. Copies only what is narrow: the network
/// must live until the file is written.
void add_network(const Network& network, ModelWriter& writer);

/// @throws DataError  if its parts do not fit each other. No memory is taken that the file has not backed with bytes.
std::unique_ptr<Network> read_network(const ModelFile& file);

/// The tensors that `add_network` adds.
std::vector<std::string> tensor_names(const Network& network);

}  // namespace recura
