#pragma once

#include <string_view>

#include "train/trainer.h"

namespace recura {

/// How what came from a start is learnt: the slower, and the later, the further it stands from the labels, by
/// discriminative rates and gradual unfreezing (Howard & Ruder 2018).
struct StartPace {
  /// What the rate of each layer is, as a share of that of the layer behind it.
  double rate = 1;
  /// Epochs that each layer waits longer than the layer behind it.
  int frozen = 0;
  /// Recurrent ones.
  int layers = 1;
  /// Whether all that is known of a token came from the start, not its word's vector alone.
  bool all_features = false;

  /// How far from the labels a weight of this name stands: 1 if the last recurrent layer has it, one more for each
  /// layer below that and for the words' vectors or all features, 0 for all others, whose pace is as usual.
  int depth_of(std::string_view name) const;
  /// What share of the rate a weight of depth d moves by in an epoch: the rate's d-th power, none in the first d
  /// `frozen` ones.
  double share_of(std::string_view name, int epoch) const;
  /// Lets patience wait as long as the words' vectors do.
  /// @throws ArgumentError  if these would wait for ever.
  void lengthen_patience(FitOptions& fit) const;
};

}  // namespace recura
