#include "kernel/recurrent.h"

#include "kernel/level.h"

namespace recura::kernel {

RecurrentKernel::~RecurrentKernel() = default;

std::unique_ptr<RecurrentKernel> RecurrentKernel::make(const RecurrentSpec& spec, const RecurrentWeights& weights,
                                                       bool backward) {
  return level().make_recurrent(spec, weights, backward);
}

}  // namespace recura::kernel
