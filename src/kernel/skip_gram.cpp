#include "kernel/skip_gram.h"

#include "kernel/level.h"

namespace recura::kernel {

void skip_gram_step(std::span<const real> x, const SkipGramRows& rows, real rate, std::span<real> dx) {
  level().skip_gram_step(x, rows, rate, dx);
}

}  // namespace recura::kernel
