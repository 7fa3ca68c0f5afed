#pragma once

#include <span>

namespace recura {

/// How the learning rate changes in the course of a run.
enum class ScheduleKind { constant, step, cosine, slanted, plateau };

struct ScheduleOptions {
  ScheduleKind kind = ScheduleKind::constant;
  /// Share of the run in which the rate rises evenly from 0; of `slanted`, where 0 stands for a tenth, up to its peak.
  double warm_up = 0;
  /// Of `step` and `plateau`: what the rate is multiplied by,
  double decay = 0.5;
  /// after each so many epochs, or so many in a row without a better one.
  int decay_epochs = 1;
};

/// @throws ArgumentError  if a field is out of range.
void check(const ScheduleOptions& options);

/// What the learning rate is multiplied by in a step that leads from one share of the run to another, 0 <= begin < end
/// <= 1; `epoch` from 1, `decays` as of a plateau:
///
///     constant   1
///     step       decay^floor((epoch - 1) / decay_epochs)
///     cosine     (1 + cos(pi begin)) / 2                              (Loshchilov & Hutter 2017, without restarts)
///     slanted    (1 + 31 p) / 32,  p = begin / w below w, else (1 - begin) / (1 - w),  w = warm_up
///                                                                     (slanted triangular: Howard & Ruder 2018)
///     plateau    decay^decays
///
/// and, but for `slanted`, by min(1, end / warm_up).
double rate_factor(const ScheduleOptions& options, double begin, double end, int epoch, int decays);

/// How often a run's rate has been lowered on a plateau: after each `decay_epochs` epochs in a row that were not
/// better.
int plateau_decays(std::span<const char> better, int decay_epochs);

}  // namespace recura
