#pragma once

#include <span>

#include "data/batches.h"
#include "layer/network.h"

namespace recura {

/// Texts that a network reads piece by piece, in memory that does not grow with them: the recurrent states go on from
/// one piece to the next, and so do what is pooled of them and the mean over n-grams. Where a text is cut changes
/// no bit; read as a whole it may give other roundings.
class StreamReader {
 public:
  /// The network, which must stream (`Network::streams`), must outlive this object.
  explicit StreamReader(const Network& network) : network_(network) {}

  /// The next piece of each text, perhaps an empty one; always of as many texts. One thread reads without an executor.
  void read(std::span<const IdSpan> pieces, Executor* executor = nullptr);
  /// Of each text so far, [texts, outputs].
  const Tensor& logits() const { return logits_; }

 private:
  const Network& network_;
  StreamMemory memory_;
  Tensor logits_;
};

}  // namespace recura
