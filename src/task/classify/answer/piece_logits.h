#pragma once

#include <span>
#include <vector>

#include "base/executor.h"
#include "data/batches.h"
#include "layer/network.h"
#include "task/classify/answer/stream_reader.h"
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

/// Reads texts as ids, longer ones in pieces, and gives the logits of each: of windows their mean, of a stream those
/// after its last piece. Pieces of similar length are read together; a text's result does not depend on the others,
/// bit for bit. Memory: that of a few thousand tokens for each thread, or of the longest piece.
std::vector<MeanLogits> piece_logits(const Network& network, std::span<const std::vector<std::int32_t>> ids,
                                     TextPieces pieces, Executor& executor);

/// The same for one text of any length whose ids come one by one, in constant memory. Pieces must have a length.
class PieceReader {
 public:
  /// The network and the executor must outlive this object.
  PieceReader(const Network& network, TextPieces pieces, Executor& executor);

  void add(std::int32_t id);
  /// Of all ids so far. More may follow in a stream alone.
  MeanLogits finish();

 private:
  void read_windows(std::size_t windows);
  void read_stream();

  const Network& network_;
  TextPieces pieces_;
  Executor& executor_;
  std::vector<std::int32_t> ids_;  // from the beginning of a piece that was not read yet
  StreamReader stream_;
  MeanLogits mean_;
};

}  // namespace recura
