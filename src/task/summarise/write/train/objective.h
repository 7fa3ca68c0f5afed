#pragma once

#include <functional>
#include <vector>

#include "task/start_pace.h"
#include "task/summarise/write/source.h"
#include "task/summarise/write/write_network.h"
#include "train/trainer.h"

namespace recura {

struct WriteLossOptions {
  double label_smoothing = 0;
  /// What the coverage loss weighs (See et al. 2017); 0: it is left out.
  double coverage = 0;
  /// In the last epoch, what share of the words before are the network's own (see `sampled_before`); it grows linearly
  /// from 0 in the first one.
  double scheduled_sampling = 0;
};

/// Training of a writer: cross-entropy of the next word, the words before being those of the reference, or some of
/// them the network's own. On the dev examples -ln p of a word after those of the reference, and the score that `score`
/// gives.
class WriteObjective : public Objective {
 public:
  using Score = std::function<double(Executor&)>;
  /// `dev` may be empty. All must outlive this object.
  WriteObjective(WriteNetwork& network, const std::vector<WriteExample>& train, const std::vector<WriteExample>& dev,
                 const WriteLossOptions& options, Score score);

  std::vector<Parameter*> parameters() override { return network_.parameters(); }
  std::span<const Index> lengths() const override { return lengths_; }
  void begin_epoch(int epoch, int epochs) override;
  Var loss(Tape& tape, std::span<const Index> rows) const override;
  std::optional<DevScore> dev_score(Executor& executor) const override;
  double rate_share(const Parameter& parameter, int epoch) const override {
    return pace_.share_of(parameter.name(), epoch);
  }
  /// Lets weights that came from a start move as it says.
  void set_pace(const StartPace& pace) { pace_ = pace; }

 private:
  WriteNetwork& network_;
  const std::vector<WriteExample>& train_;
  const std::vector<WriteExample>& dev_;
  WriteLossOptions options_;
  Score score_;
  StartPace pace_;
  std::vector<Index> lengths_;
  double sampled_ = 0;  // share of the words before, in this epoch
};

/// The loss of a batch: of each word that can be written or copied. `told`, if not null, gets its parts.
Var write_loss(Tape& tape, const WriteNetwork& network, const WriteBatch& batch, const WriteLossOptions& options,
               kernel::CopyLoss* told = nullptr);

}  // namespace recura
