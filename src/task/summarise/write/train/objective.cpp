#include "task/summarise/write/train/objective.h"

#include <array>
#include <limits>

#include "base/error.h"
#include "base/floating_state.h"
#include "data/batches.h"
#include "grad/ops.h"
#include "task/precision_recall.h"
#include "task/summarise/write/train/sampling.h"

namespace recura {

Var write_loss(Tape& tape, const WriteNetwork& network, const WriteBatch& batch, const WriteLossOptions& options,
               kernel::CopyLoss* told) {
  const Reading reading = network.read(tape, batch.ids, batch.read);
  const Writing writing = network.write(tape, reading, {batch.pairs, batch.before, batch.written, reading.first});
  const Var loss = copy_cross_entropy(writing.logits, writing.gates, writing.attended.weights, batch.targets(),
                                      static_cast<real>(options.label_smoothing), told);
  if (options.coverage == 0) return loss;
  const Var covered = coverage_loss(batch.pairs, writing.attended.weights, batch.written->rows());
  const std::array weight{static_cast<real>(options.coverage)};
  return add(loss, weighted_sum(covered, weight));
}

WriteObjective::WriteObjective(WriteNetwork& network, const std::vector<WriteExample>& train,
                               const std::vector<WriteExample>& dev, const WriteLossOptions& options, Score score)
    : network_(network), train_(train), dev_(dev), options_(options), score_(std::move(score)) {
  for (const WriteExample& example : train) lengths_.push_back(std::ssize(example.source.ids));
}

void WriteObjective::begin_epoch(int epoch, int epochs) {
  sampled_ = options_.scheduled_sampling * (epochs > 1 ? static_cast<double>(epoch - 1) / (epochs - 1) : 1);
}

Var WriteObjective::loss(Tape& tape, std::span<const Index> rows) const {
  WriteBatch batch = make_batch(train_, rows, network_.spec().outputs, network_.begin());
  if (sampled_ > 0) batch.before = sampled_before(tape, network_, batch, sampled_);
  return write_loss(tape, network_, batch, options_);
}

std::optional<Objective::DevScore> WriteObjective::dev_score(Executor& executor) const {
  if (dev_.empty()) return std::nullopt;
  const FloatingState state;
  std::vector<Index> lengths;
  for (const WriteExample& example : dev_) lengths.push_back(std::ssize(example.source.ids));
  double likelihood = 0, words = 0;
  for (const std::vector<Index>& rows : batches_by_length(lengths)) {
    Tape tape(Mode::infer, Rng(0), &executor);
    kernel::CopyLoss told;
    write_loss(tape, network_, make_batch(dev_, rows, network_.spec().outputs, network_.begin()), {}, &told);
    likelihood += told.likelihood;
    words += static_cast<double>(told.words);
  }
  try {
    return DevScore{score_(executor), ratio(likelihood, words)};
  } catch (const DataError&) {  // of a network that diverged
    return DevScore{0, std::numeric_limits<double>::quiet_NaN()};
  }
}

}  // namespace recura
