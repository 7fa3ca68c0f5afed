#pragma once

#include <span>
#include <vector>

#include "base/executor.h"
#include "data/batches.h"
#include "layer/network.h"
#include "text/windows.h"

namespace recura {

/// The ids of a window of a text.
IdSpan part_of(IdSpan ids, const TokenWindow& window);

/// The mean of the logits of a text's windows, each weighted by its tokens. That of a single window is its own, to the
/// last bit. As the mean of log-probabilities, renormalised, it is the windows' geometric mean.
class MeanLogits {
 public:
  void add(std::span<const real> logits, Index tokens);
  std::span<const double> values() const { return mean_; }

 private:
  std::vector<double> mean_;
  double tokens_ = 0;
};

/// Tokens that are read in one go: enough to fill the threads, little enough for constant memory.
constexpr Index kRoundTokens = Index{1} << 19;

/// Reads texts as ids, each in windows of `window` tokens (0: whole), and gives the mean of each one's logits. Windows
/// of similar length are read together; a text's result does not depend on the others, bit for bit. Memory: that of a
/// few thousand tokens for each thread, or of the longest window.
std::vector<MeanLogits> window_logits(const Network& network, std::span<const std::vector<std::int32_t>> ids,
                                      Index window, Executor& executor);

/// The same for one text of any length whose ids come one by one, in constant memory.
class WindowStream {
 public:
  /// The network and the executor must outlive this object.
  WindowStream(const Network& network, Index window, Executor& executor);

  void add(std::int32_t id);
  /// After the last id.
  MeanLogits finish();

 private:
  void read(std::size_t windows);

  const Network& network_;
  Index window_;
  Executor& executor_;
  std::vector<std::int32_t> ids_;  // from the beginning of a window that was not read yet
  MeanLogits mean_;
};

}  // namespace recura
