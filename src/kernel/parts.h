#pragma once

#include <algorithm>

#include "base/executor.h"
#include "tensor/real.h"

namespace recura::kernel {

/// Half-open range of indices.
struct Range {
  Index begin = 0;
  Index end = 0;

  Index size() const { return end - begin; }
};

/// Share `part` of `parts` of 0 … count-1.
constexpr Range share(Index count, int part, int parts) { return {count * part / parts, count * (part + 1) / parts}; }

/// In how many parts to cut so many multiplications: fewer than 2^18 a part are not worth waking a thread.
inline int parts_for(Index multiplications, const Executor& executor) {
  return static_cast<int>(std::clamp<Index>(multiplications >> 18, 1, executor.threads()));
}

/// Calls work(range) for pieces of 0 … count-1, spread over the executor's threads; `width` elements belong to each.
/// What a piece computes must not depend on where it begins.
template <typename Work>
void for_pieces(Index count, Index width, Executor& executor, const Work& work) {
  constexpr Index kElements = Index{1} << 15;  // fewer are not worth waking a thread
  const Index piece = std::max<Index>(1, kElements / std::max<Index>(width, 1));
  executor.run(static_cast<int>((count + piece - 1) / piece),
               [&](int index) { work(Range{index * piece, std::min(count, (index + 1) * piece)}); });
}

template <typename Work>
void for_pieces(Index count, Executor& executor, const Work& work) {
  for_pieces(count, 1, executor, work);
}

}  // namespace recura::kernel
