#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "base/executor.h"
#include "base/random.h"
#include "grad/tape.h"
#include "train/checkpoint.h"
#include "train/schedule.h"

namespace recura {

/// How far gradients reach back through time, [layer][distance]: of each recurrent layer, from the first, the root mean
/// square over texts of ‖∂L/∂x_t‖, where L is the text's loss, x_t what the layer reads at step t, and the distance is
/// T - 1 - t, from the text's last step. It vanishes or explodes with distance as products of Jacobians do (Pascanu,
/// Mikolov & Bengio 2013).
using GradientFlow = std::vector<std::vector<double>>;

/// What is trained: rows with a loss, and a score on rows held back.
class Objective {
 public:
  virtual ~Objective() = default;
  virtual std::vector<Parameter*> parameters() = 0;
  /// Length of each training row in steps.
  virtual std::span<const Index> lengths() const = 0;
  /// Told before the first step of each epoch, from 1 to `epochs`, and of one that goes on from a checkpoint.
  virtual void begin_epoch(int /*epoch*/, int /*epochs*/) {}
  /// The mean loss over some training rows.
  virtual Var loss(Tape& tape, std::span<const Index> rows) const = 0;
  /// The dev part's score, higher is better, and its loss; none if there is no dev part: then the last epoch is kept.
  struct DevScore {
    double score;
    double loss;
  };
  virtual std::optional<DevScore> dev_score(Executor& executor) const = 0;
  /// What share of the learning rate a weight moves by in an epoch; 0: it stays as it is.
  virtual double rate_share(const Parameter&, int /*epoch*/) const { return 1; }
  /// Of some training rows, as the weights are now, without dropout; empty if it is not known.
  virtual GradientFlow gradient_flow(Executor&) const { return {}; }
};

enum class OptimiserKind { sgd, adam, lazy_adam, adamw, rmsprop };

/// What makes an epoch the best one: the lowest dev loss, or the highest dev score (of equal ones, the one with the
/// lower loss).
enum class BestBy { loss, score };

struct FitOptions {
  int epochs = 10;
  Index batch_size = 32;
  OptimiserKind optimiser = OptimiserKind::adam;
  double learning_rate = 1e-3;
  ScheduleOptions schedule = {};
  /// SGD's momentum.
  double momentum = 0;
  /// Adam's epsilon, added as Keras does.
  double epsilon = 1e-7;
  /// Of AdamW.
  double weight_decay = 0.01;
  /// Limits of the gradient: its global norm, and each element's size. 0: none.
  double clip_norm = 0;
  double clip_value = 0;
  /// Decay of a running mean of the weights over steps (Polyak & Juditsky 1992), which is what is scored and kept in
  /// the place of the weights themselves; short at first, so that it soon forgets where they began. 0: none.
  double average = 0;
  BestBy best_by = BestBy::loss;
  /// Stop after so many epochs without a better one. 0: never.
  int patience = 0;
  /// A batch has so many steps of text at most; 0: no limit but its size.
  Index batch_steps = 0;
  /// A step goes along the mean gradient of the rows of so many batches.
  int accumulate = 1;
  bool shuffle = true;
  bool group_by_length = true;
  std::uint64_t seed = 1;
  /// Ask for the objective's gradient flow at the end of each epoch.
  bool gradient_flow = false;
  CheckpointPlan checkpoint = {};
};

/// Where a run stands; given to the caller after every step (`epoch_ended` false) and every epoch. A run that goes on
/// from a checkpoint tells the epochs before it once more.
struct FitProgress {
  int epoch = 0;  // from 1
  Index rows_done = 0, rows = 0;
  Index steps_of_text = 0;   // tokens read in this epoch
  double loss = 0;           // mean over the epoch so far
  double rate = 0;           // of the last step
  Index steps = 0;           // of the epoch so far
  Index clipped = 0;         // steps whose gradient's norm was above `clip_norm`
  double gradient_norm = 0;  // the largest of these steps, before clipping
  double seconds = 0;        // since the epoch began
  bool epoch_ended = false;
  bool best = false;  // at the end of an epoch: the best so far
  /// At the end of an epoch; NaN without a dev part.
  double dev_score = std::numeric_limits<double>::quiet_NaN(), dev_loss = dev_score;
  /// At the end of an epoch, if it was asked for.
  GradientFlow gradient_flow = {};
};

struct FitResult {
  int epochs_run = 0;
  int best_epoch = 0;     // 0: none was scored
  double best_score = 0;  // the dev score of that epoch
  bool interrupted = false;
  std::vector<FitProgress> epochs;
};

struct FitCallbacks {
  std::function<void(const FitProgress&)> progress;
  /// Asked before every step and, on the thread of `fit`, while an epoch is scored; true ends the run and keeps the
  /// best weights so far, after a checkpoint if there is a plan for one.
  std::function<bool()> should_stop;
  /// Told what people should know meanwhile: that a checkpoint is gone on from or cannot be written, that the run went
  /// back to better weights.
  std::function<void(const std::string&)> note;
};

/// What is rare or starts from vectors is learnt late: the dev score of classifiers and taggers still rises after ten
/// epochs. Where there is a dev part `patience` ends the training of all others.
inline constexpr int kEpochsWithDev = 30;

/// Where `epochs` is 0: ten, and more for few rows, so that there are 400 steps; `patience` then grows with them. Then
/// `least`, if these are fewer.
FitOptions with_epochs(FitOptions options, std::int64_t rows, int least = 0);

/// Mini-batch gradient descent; leaves the weights of the best epoch (of the last one without a dev part).
///
/// A loss or gradient that is not finite is found in its very step, a dev loss or a weight at the end of its epoch. The
/// run then goes back to the best weights so far (the last epoch's without a dev part, those it began with before the
/// first epoch is done), begins the optimiser's means anew, halves the learning rate and goes on with the next batch;
/// three times at most.
///
/// With a checkpoint's plan a file holds the run's state after a stop, after an epoch unless writing would take more
/// than a fiftieth of the time, and inside long epochs. A run that goes on from it ends with the same weights, bit for
/// bit, as one that was never stopped. The caller removes the file when the result is safe.
/// @throws DivergenceError  at the fourth such number; the weights are then of no use.
/// @throws ArgumentError  if an option is out of range, there are no rows, or the checkpoint is of other options.
/// @throws DataError  if the checkpoint is of other data, or no sound one.
FitResult fit(Objective& objective, const FitOptions& options, Executor& executor, const FitCallbacks& callbacks = {});

}  // namespace recura
