#pragma once

#include <recura/sequential.h>

#include <algorithm>

#include "api/classify/state.h"
#include "base/error.h"

namespace recura {

struct Sequential::State {
  std::vector<Layer> layers;
  CompileOptions options;
  std::unique_ptr<Network> network;
  std::unique_ptr<Executor> executor;

  std::size_t labels() const { return static_cast<std::size_t>(std::max<Index>(2, network->outputs())); }

  void check(const Ids& x) const {
    if (!network) throw ArgumentError("sequential: compile comes before fit, evaluate and predict");
    const Index vocabulary = std::get<EmbeddingSpec>(network->layers().front()).vocabulary;
    for (const auto& text : x) {
      for (const std::int32_t id : text) {
        if (id < 0 || id >= vocabulary) throw ArgumentError("sequential: id {} is not in 0 ... {}", id, vocabulary - 1);
      }
    }
  }
};

}  // namespace recura
